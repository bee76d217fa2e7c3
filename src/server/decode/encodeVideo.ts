/**
 * Writes RGB frames as a video file with FFmpeg's libraries, one frame at a time, with the times given. The file appears whole or not
 * at all. Not here: what is drawn on the frames.
 */
import { rename, rm } from 'node:fs/promises'
import {
  AVCOL_PRI_BT709, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M, AVCOL_TRC_BT709, AVERROR_EAGAIN, AVERROR_EOF, AVFMT_GLOBALHEADER, AVMEDIA_TYPE_VIDEO,
  AV_CODEC_FLAG_FRAME_DURATION, AV_CODEC_FLAG_GLOBAL_HEADER, AV_PIX_FMT_RGB24, AV_PIX_FMT_YUV420P, AV_PKT_DATA_DISPLAYMATRIX,
} from 'node-av/constants'
import type { FFEncoderCodec } from 'node-av/constants'
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Packet, Rational, SoftwareScaleContext } from 'node-av/lib'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'

/** Ticks per second of written times: whole numbers for 24, 25, 30, 50, 60 and 29.97 frames a second. */
const CLOCK = 90_000
const HD_HEIGHT = 720

/** Encoders in order of preference, each with options for a picture that keeps fine marks. */
const encoders: readonly (readonly [FFEncoderCodec, Readonly<Record<string, string>>])[] = [
  ['libx264' as FFEncoderCodec, { preset: 'veryfast', crf: '17' }],
  ['libopenh264' as FFEncoderCodec, { b: '12M' }],
  ['mpeg4' as FFEncoderCodec, { 'q:v': '2', qmin: '2', qmax: '4' }],
]

export interface EncodeOptions extends Size {
  /** Name of a container of FFmpeg's. */
  readonly container?: 'mp4' | 'mov' | 'matroska' | 'webm' | 'avi' | 'mpegts'
  /** Encoder and its options; the best H.264 encoder there is when left out. */
  readonly encoder?: string
  readonly encoderOptions?: Readonly<Record<string, string>>
  readonly muxerOptions?: Readonly<Record<string, string>>
  /** Display matrix of the stored frames, [a, b, 0, c, d, 0, x, y, 1] with a..d in −1, 0, 1. */
  readonly displayMatrix?: readonly number[]
  readonly threads?: number
  /** Keeps odd sides, for encoders that take them (VP9, FFV1). */
  readonly keepOdd?: boolean
}

export interface VideoWriter {
  /** Adds a frame, RGB [height, width, 3], shown from `timeS` for `durationS` seconds; times must increase. */
  add(rgb: Uint8Array, timeS: number, durationS: number): Promise<void>
  /** Completes the file and moves it to its place. */
  finish(): Promise<void>
  /** Stops and removes what was written. */
  abandon(): Promise<void>
}

/** Starts a video file at `path`. Odd sides are made even by repeating the last row or column. Throws TaplineError. */
export async function encodeVideo(path: string, options: EncodeOptions): Promise<VideoWriter> {
  const temporary = `${path}.${process.pid}.tmp`
  const even = (side: number) => (options.keepOdd ? side : side + (side % 2))
  const size: Size = { width: even(options.width), height: even(options.height) }
  const format = new FormatContext()
  const codecContext = new CodecContext()
  try {
    check(format.allocOutputContext2(null, options.container ?? 'mp4', temporary), 'choose a container')
    const codec = findEncoder(options)
    configure(codecContext, codec.codec, size, options)
    if (format.oformat && (format.oformat.flags & AVFMT_GLOBALHEADER) !== 0) codecContext.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
    check(await codecContext.open2(codec.codec, Dictionary.fromObject({ ...codec.options })), 'open the encoder')
    const stream = format.newStream(codec.codec)
    check(stream.codecpar.fromContext(codecContext), 'describe the stream')
    stream.timeBase = new Rational(1, CLOCK)
    if (options.displayMatrix) stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, matrixBytes(options.displayMatrix))
    check(await format.openOutput(), 'create the file')
    check(await format.writeHeader(Dictionary.fromObject({ ...options.muxerOptions })), 'write the header')
  } catch (error) {
    codecContext.freeContext()
    await closeQuietly(format)
    await rm(temporary, { force: true }).catch(() => undefined)
    throw cannotWrite(path, error)
  }
  return new LibavWriter(path, temporary, size, options, format, codecContext)
}

function findEncoder(options: EncodeOptions): { codec: Codec; options: Readonly<Record<string, string>> } {
  const candidates = options.encoder ? [[options.encoder as FFEncoderCodec, options.encoderOptions ?? {}] as const] : encoders
  for (const [name, defaults] of candidates) {
    const codec = Codec.findEncoderByName(name)
    if (codec) return { codec, options: { ...defaults, ...options.encoderOptions } }
  }
  throw new TaplineError('unsupported', options.encoder ?? 'video encoder', 'there is no such encoder on this machine', 'Export to another format.')
}

/** Whether an encoder of that name is there. */
export function hasEncoder(name: string): boolean {
  return Codec.findEncoderByName(name as FFEncoderCodec) !== null
}

function configure(context: CodecContext, codec: Codec, size: Size, options: EncodeOptions): void {
  context.allocContext3(codec)
  context.codecType = AVMEDIA_TYPE_VIDEO
  // Without it the last frame's display time is lost.
  context.setFlags(AV_CODEC_FLAG_FRAME_DURATION)
  context.width = size.width
  context.height = size.height
  context.pixelFormat = AV_PIX_FMT_YUV420P
  // MPEG-4 part 2 has 16 bits for the clock.
  context.timeBase = codec.name === 'mpeg4' ? new Rational(1, 60_000) : new Rational(1, CLOCK)
  // Only a hint for rate control: each frame has its own time.
  context.framerate = new Rational(30, 1)
  context.colorRange = AVCOL_RANGE_MPEG
  context.colorSpace = size.height >= HD_HEIGHT ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M
  context.colorPrimaries = AVCOL_PRI_BT709
  context.colorTrc = AVCOL_TRC_BT709
  context.threadCount = options.threads ?? 2
}

function matrixBytes(matrix: readonly number[]): Buffer {
  const bytes = Buffer.alloc(36)
  // 16.16 fixed point, the last column 2.30.
  matrix.forEach((value, i) => bytes.writeInt32LE(i % 3 === 2 ? value * 2 ** 30 : value * 2 ** 16, i * 4))
  return bytes
}

class LibavWriter implements VideoWriter {
  readonly #path: string
  readonly #temporary: string
  readonly #size: Size
  readonly #source: Size
  readonly #format: FormatContext
  readonly #codec: CodecContext
  readonly #scaler = new SoftwareScaleContext()
  readonly #packet = new Packet()
  #lastPts = -1n
  #closed = false

  constructor(path: string, temporary: string, size: Size, source: Size, format: FormatContext, codec: CodecContext) {
    this.#path = path
    this.#temporary = temporary
    this.#size = size
    this.#source = source
    this.#format = format
    this.#codec = codec
    this.#scaler.allocContext()
    this.#packet.alloc()
  }

  async add(rgb: Uint8Array, timeS: number, durationS: number): Promise<void> {
    const frame = await this.#toYuv(padToEven(rgb, this.#source, this.#size))
    try {
      const clock = this.#codec.timeBase.den
      const pts = BigInt(Math.round(timeS * clock))
      // Times closer than a tick still need an order.
      frame.pts = pts > this.#lastPts ? pts : this.#lastPts + 1n
      this.#lastPts = frame.pts
      frame.duration = BigInt(Math.max(1, Math.round(durationS * clock)))
      frame.timeBase = this.#codec.timeBase
      check(await this.#codec.sendFrame(frame), 'encode a frame')
      await this.#drain()
    } catch (error) {
      throw cannotWrite(this.#path, error)
    } finally {
      frame.free()
    }
  }

  async finish(): Promise<void> {
    try {
      check(await this.#codec.sendFrame(null), 'end the encoding')
      await this.#drain()
      check(await this.#format.writeTrailer(), 'write the index')
      await this.#close()
      await rename(this.#temporary, this.#path)
    } catch (error) {
      await this.abandon()
      throw cannotWrite(this.#path, error)
    }
  }

  async abandon(): Promise<void> {
    await this.#close()
    await rm(this.#temporary, { force: true }).catch(() => undefined)
  }

  async #toYuv(rgb: Uint8Array): Promise<Frame> {
    const source = Frame.fromVideoBuffer(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), { ...this.#size, format: AV_PIX_FMT_RGB24 })
    const target = new Frame()
    target.alloc()
    try {
      target.width = this.#size.width
      target.height = this.#size.height
      target.format = AV_PIX_FMT_YUV420P
      target.colorSpace = this.#codec.colorSpace
      target.colorRange = AVCOL_RANGE_MPEG
      check(target.getBuffer(0), 'allocate a frame')
      check(await this.#scaler.scaleFrame(target, source), 'convert a frame')
      return target
    } catch (error) {
      target.free()
      throw error
    } finally {
      source.free()
    }
  }

  async #drain(): Promise<void> {
    const stream = this.#format.streams[0]
    for (;;) {
      const received = await this.#codec.receivePacket(this.#packet)
      if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return
      check(received, 'encode a frame')
      this.#packet.streamIndex = 0
      this.#packet.rescaleTs(this.#codec.timeBase, stream.timeBase)
      check(await this.#format.interleavedWriteFrame(this.#packet), 'write a frame')
    }
  }

  async #close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#packet.free()
    this.#scaler.freeContext()
    this.#codec.freeContext()
    await closeQuietly(this.#format)
  }
}

function padToEven(rgb: Uint8Array, from: Size, to: Size): Uint8Array {
  if (from.width === to.width && from.height === to.height) return rgb
  const out = new Uint8Array(to.width * to.height * 3)
  for (let y = 0; y < to.height; y++) {
    const row = Math.min(y, from.height - 1) * from.width * 3
    const at = y * to.width * 3
    out.set(rgb.subarray(row, row + from.width * 3), at)
    if (to.width > from.width) out.set(rgb.subarray(row + (from.width - 1) * 3, row + from.width * 3), at + from.width * 3)
  }
  return out
}

async function closeQuietly(format: FormatContext): Promise<void> {
  await format.closeOutput().catch(() => undefined)
  format.freeContext()
}

/** Raises libav's codes as errors of the system where they are, so that a full disk is told as one. */
function check(code: number, doing: string): void {
  if (code >= 0) return
  const error = new FFmpegError(code)
  const names: Readonly<Record<number, string>> = { 2: 'ENOENT', 13: 'EACCES', 20: 'ENOTDIR', 28: 'ENOSPC', 30: 'EROFS', 1: 'EPERM' }
  throw Object.assign(new Error(`cannot ${doing}: ${error.message}`, { cause: error }), { code: names[-code] })
}

function cannotWrite(path: string, error: unknown): unknown {
  const known = fromSystemError(error, path)
  if (known instanceof TaplineError) return known
  return new TaplineError('internal', path, `the video cannot be written: ${error instanceof Error ? error.message : String(error)}`, 'Export to another format, and report this.', { cause: error })
}
