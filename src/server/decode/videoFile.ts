/**
 * Reads a video file frame by frame with FFmpeg's libraries (node-av): its demuxers know edit lists and odd time stamps, its decoders
 * all the usual codecs. Frames come in presentation order, turned upright, as RGB. Not here: images, GIF, the cache.
 */
import { parse } from 'node:path'
import {
  AVCOL_RANGE_UNSPECIFIED, AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M, AVCOL_SPC_UNSPECIFIED, AVDISCARD_ALL, AVERROR_EAGAIN, AVERROR_EOF, AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO, AV_CODEC_ID_NONE, AV_CODEC_ID_VP8, AV_DISPOSITION_ATTACHED_PIC, AV_FRAME_FLAG_CORRUPT, AV_LOG_QUIET, AV_NOPTS_VALUE, AV_PIX_FMT_RGB24, AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_FLAG_DISCARD,
} from 'node-av/constants'
import type { AVPixelFormat } from 'node-av/constants'
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Log, Packet, SoftwareScaleContext, avGetCodecName, avGetPixFmtName } from 'node-av/lib'
import type { Stream } from 'node-av/lib'
import { TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { DecodedFrame, MediaInfo, MediaReader } from '../../pipeline/video/mediaInfo.ts'
import type { RawTime } from '../../pipeline/video/frameTimes.ts'
import { describeOrientation, nearestOrientation, orientRgb, orientedSize, upright } from '../../pipeline/video/orientRgb.ts'
import type { Orientation } from '../../pipeline/video/orientRgb.ts'
import { badMedia, notMedia } from './badMedia.ts'
import { checkContainerEnds } from './containerEnds.ts'

/** Only containers of moving pictures, and only local files: FFmpeg would also open play lists, subtitles and addresses of the network. */
const INPUT_OPTIONS = { format_whitelist: 'mov,mp4,matroska,webm,avi,mpegts,mpeg,ogg,flv,asf,ivf,yuv4mpegpipe', protocol_whitelist: 'file' }
const DECODER_THREADS = 4
/** Above this height an untagged video is taken for BT.709, as players do. */
const HD_HEIGHT = 720
/** Lengths in Matroska are rounded and sometimes count a frame more. */
const SMALLEST_LOSS_S = 0.2
const REPAIR = 'Copy it again, or repair it first, for example: ffmpeg -i IN -c:v libx264 -crf 12 OUT.mp4'

Log.setLevel(AV_LOG_QUIET)

/** Opens a video file. Throws TaplineError 'bad-video' or 'unsupported'. */
export async function openVideoFile(path: string): Promise<MediaReader> {
  await checkContainerEnds(path)
  const context = new FormatContext()
  const opened = await context.openInput(`file:${path}`, null, Dictionary.fromObject(INPUT_OPTIONS))
  if (opened < 0) throw notMedia(path)
  try {
    if ((await context.findStreamInfo(null)) < 0) throw notMedia(path)
    const stream = pictureStream(context, path)
    for (const other of context.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL
    const codec = await openCodec(stream, path)
    return reader(path, context, stream, codec)
  } catch (error) {
    await context.closeInput()
    throw error
  }
}

function pictureStream(context: FormatContext, path: string): Stream {
  const streams = context.streams
  const moving = streams.filter((s) => s.codecpar.codecType === AVMEDIA_TYPE_VIDEO && !s.hasDisposition(AV_DISPOSITION_ATTACHED_PIC))
  const best = context.findBestStream(AVMEDIA_TYPE_VIDEO)
  const stream = moving.find((s) => s.index === best) ?? moving[0]
  if (stream) return stream
  const audio = streams.some((s) => s.codecpar.codecType === AVMEDIA_TYPE_AUDIO)
  throw badMedia(path, audio ? 'it holds sound but no video' : 'it holds no video', 'Choose a file with a video track.')
}

async function openCodec(stream: Stream, path: string): Promise<CodecContext> {
  const { codecId } = stream.codecpar
  const name = codecName(stream)
  const unsupported = () =>
    new TaplineError('unsupported', path, `its codec ${name} cannot be decoded here`, `Convert it first, for example: ffmpeg -i IN -c:v libx264 -crf 12 OUT.mp4`)
  const codec = Codec.findDecoder(codecId)
  if (!codec) throw unsupported()
  const context = new CodecContext()
  context.allocContext3(codec)
  context.parametersToContext(stream.codecpar)
  context.pktTimebase = stream.timeBase
  context.threadCount = DECODER_THREADS
  if ((await context.open2(codec, null)) < 0) {
    context.freeContext()
    throw unsupported()
  }
  return context
}

/** FFmpeg's name of the codec, or the container's own four letters where FFmpeg does not know it. */
function codecName(stream: Stream): string {
  const { codecId, codecTagString } = stream.codecpar
  return codecId === AV_CODEC_ID_NONE ? `'${codecTagString ?? 'unknown'}'` : (avGetCodecName(codecId) ?? 'unknown')
}

function reader(path: string, context: FormatContext, stream: Stream, codec: CodecContext): MediaReader {
  const orientation = orientationOf(stream)
  const tick = stream.timeBase.num / stream.timeBase.den
  let open = true
  return {
    info: describe(path, context, stream, orientation),
    clockTickS: tick,
    frames: (signal) => readFrames(path, context, stream, codec, orientation, signal),
    times: (signal) => readTimes(path, context, stream, signal),
    async close() {
      if (!open) return
      open = false
      codec.freeContext()
      await context.closeInput()
    },
  }
}

function orientationOf(stream: Stream): Orientation {
  const matrix = stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)
  if (!matrix || matrix.length < 20) return upright
  // Native int32 [a b u; c d v; x y w] on row vectors.
  const entry = (i: number) => matrix.readInt32LE(i * 4)
  return nearestOrientation(entry(0), entry(1), entry(3), entry(4))
}

function describe(path: string, context: FormatContext, stream: Stream, orientation: Orientation): MediaInfo {
  const { codecpar, sampleAspectRatio } = stream
  const frames = Number(stream.nbFrames)
  const duration = stream.duration !== AV_NOPTS_VALUE && stream.duration > 0n ? (Number(stream.duration) * stream.timeBase.num) / stream.timeBase.den : null
  const whole = context.duration !== AV_NOPTS_VALUE && context.duration > 0n ? Number(context.duration) / 1e6 : null
  const { num, den } = stream.avgFrameRate
  const expected = (duration ?? whole) !== null && num > 0 ? Math.max(1, Math.round((((duration ?? whole) as number) * num) / den)) : null
  return {
    path,
    kind: 'video',
    name: parse(path).name,
    container: containerName(path, context.iformat?.name ?? ''),
    codec: codecName(stream),
    pixelFormat: avGetPixFmtName(codecpar.format as AVPixelFormat),
    ...orientedSize({ width: codecpar.width, height: codecpar.height }, orientation),
    ...describeOrientation(orientation),
    pixelAspect: sampleAspectRatio.num > 0 && sampleAspectRatio.den > 0 ? sampleAspectRatio.num / sampleAspectRatio.den : 1,
    announcedFrames: frames > 0 ? frames : expected,
    announcedDurationS: duration ?? whole,
  }
}

/** FFmpeg names a family of containers; the file's ending tells which of it is meant. */
function containerName(path: string, family: string): string {
  const names = family.split(',')
  const ending = parse(path).ext.slice(1).toLowerCase()
  const known: Readonly<Record<string, string>> = { mkv: 'matroska', m4v: 'mp4', qt: 'mov' }
  const meant = known[ending] ?? ending
  return names.includes(meant) ? (meant === 'matroska' ? 'mkv' : meant) : names[0]
}

async function* readFrames(
  path: string, context: FormatContext, stream: Stream, codec: CodecContext, orientation: Orientation, signal: AbortSignal | undefined,
): AsyncGenerator<DecodedFrame, void, undefined> {
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  const scaler = new SoftwareScaleContext()
  scaler.allocContext()
  const nominalS = stream.avgFrameRate.num > 0 ? stream.avgFrameRate.den / stream.avgFrameRate.num : null
  let count = 0
  let endS = 0
  const drain = async function* (): AsyncGenerator<DecodedFrame, void, undefined> {
    for (;;) {
      throwIfCancelled(signal, path)
      const received = await codec.receiveFrame(frame)
      if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return
      if (received < 0) throw undecodable(path, count, nominalS, received)
      const decoded = await toDecoded(path, frame, scaler, stream, orientation, count)
      count++
      if (decoded.timeS !== null) endS = Math.max(endS, decoded.timeS + (decoded.durationS ?? nominalS ?? 0))
      frame.unref()
      yield decoded
    }
  }
  try {
    for (;;) {
      throwIfCancelled(signal, path)
      const read = await context.readFrame(packet)
      if (read === AVERROR_EOF) break
      if (read < 0) throw undecodable(path, count, nominalS, read)
      if (packet.streamIndex === stream.index) {
        const sent = await codec.sendPacket(packet)
        if (sent < 0) throw undecodable(path, count, nominalS, sent)
        yield* drain()
      }
      packet.unref()
    }
    await codec.sendPacket(null)
    yield* drain()
    const missingS = (announcedEndS(context, stream) ?? 0) - endS
    if (count > 0 && missingS > Math.max(SMALLEST_LOSS_S, 2 * (nominalS ?? 0))) {
      throw badMedia(path, `${missingS.toFixed(2)} s are missing after frame ${count - 1}: the file is damaged there`, REPAIR)
    }
    if (count === 0) throw noFrames(path)
  } finally {
    scaler.freeContext()
    frame.free()
    packet.free()
  }
}

/** Reads packets only. A packet is a frame, except those cut off by an edit list and VP8's hidden reference frames. */
async function readTimes(path: string, context: FormatContext, stream: Stream, signal: AbortSignal | undefined): Promise<RawTime[]> {
  const tick = stream.timeBase.num / stream.timeBase.den
  const packet = new Packet()
  packet.alloc()
  const times: RawTime[] = []
  try {
    for (;;) {
      throwIfCancelled(signal, path)
      const read = await context.readFrame(packet)
      if (read === AVERROR_EOF) break
      if (read < 0) throw undecodable(path, times.length, null, read)
      if (packet.streamIndex === stream.index && !packet.hasFlags(AV_PKT_FLAG_DISCARD) && !isHidden(packet, stream)) {
        const time = packet.pts !== AV_NOPTS_VALUE ? packet.pts : packet.dts
        times.push({ timeS: time === AV_NOPTS_VALUE ? null : Number(time) * tick, durationS: packet.duration > 0n ? Number(packet.duration) * tick : null })
      }
      packet.unref()
    }
  } finally {
    packet.free()
  }
  if (times.length === 0) throw noFrames(path)
  return times.every((t) => t.timeS !== null) ? times.sort((a, b) => (a.timeS ?? 0) - (b.timeS ?? 0)) : times
}

/** RFC 6386, section 9.1: bit 4 of the first byte of a VP8 frame is show_frame. */
function isHidden(packet: Packet, stream: Stream): boolean {
  return stream.codecpar.codecId === AV_CODEC_ID_VP8 && packet.size > 0 && ((packet.data?.[0] ?? 0x10) & 0x10) === 0
}

function noFrames(path: string): TaplineError {
  return badMedia(path, 'its video track holds no frames', 'Choose another file.')
}

/**
 * When the last frame should end. Only Matroska needs it: its demuxer passes over what it cannot parse, where those of other containers
 * have a table of all frames. Its writers note each track's length; that of the file counts only where nothing else may be longer.
 */
function announcedEndS(context: FormatContext, stream: Stream): number | null {
  if (!(context.iformat?.name ?? '').includes('matroska')) return null
  const tag = /^(\d+):(\d+):([\d.]+)$/.exec(stream.metadata?.get('DURATION') ?? '')
  if (tag) return Number(tag[1]) * 3600 + Number(tag[2]) * 60 + Number(tag[3])
  return context.nbStreams === 1 && context.duration !== AV_NOPTS_VALUE && context.duration > 0n ? Number(context.duration) / 1e6 : null
}

function undecodable(path: string, frame: number, nominalS: number | null, code: number): TaplineError {
  const place = nominalS === null ? '' : ` (about ${(frame * nominalS).toFixed(2)} s)`
  return badMedia(
    path, `frame ${frame}${place} cannot be decoded: the file is damaged there`,
    REPAIR, new FFmpegError(code),
  )
}

async function toDecoded(
  path: string, frame: Frame, scaler: SoftwareScaleContext, stream: Stream, orientation: Orientation, index: number,
): Promise<DecodedFrame> {
  const { width, height } = frame
  if (width !== stream.codecpar.width || height !== stream.codecpar.height) {
    throw badMedia(
      path, `its frames are of several sizes: frame ${index} is ${width}×${height}, others are ${stream.codecpar.width}×${stream.codecpar.height}`,
      'Bring it to one size first, for example: ffmpeg -i IN -vf scale=W:H -c:v libx264 -crf 12 OUT.mp4',
    )
  }
  // The scaler follows the frame's own tags; where there are none it would take every video for BT.601.
  if (frame.colorSpace === AVCOL_SPC_UNSPECIFIED) frame.colorSpace = height >= HD_HEIGHT ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M
  const target = new Frame()
  target.alloc()
  try {
    target.width = width
    target.height = height
    target.format = AV_PIX_FMT_RGB24
    target.colorRange = AVCOL_RANGE_UNSPECIFIED
    // Rows padded for SIMD: in rows of just their length the converter leaves the last width % 8 pixels black.
    FFmpegError.throwIfError(target.getBuffer(0), 'allocate a frame')
    FFmpegError.throwIfError(await scaler.scaleFrame(target, frame), 'convert a frame to RGB')
    const stored = target.toBuffer()
    const shown = orientedSize({ width, height }, orientation)
    const tick = stream.timeBase.num / stream.timeBase.den
    const time = frame.bestEffortTimestamp
    return {
      ...shown,
      rgb: orientRgb(stored, { width, height }, orientation),
      timeS: time === AV_NOPTS_VALUE ? null : Number(time) * tick,
      durationS: frame.duration > 0n ? Number(frame.duration) * tick : null,
      damaged: frame.hasFlags(AV_FRAME_FLAG_CORRUPT),
    }
  } finally {
    target.free()
  }
}
