/**
 * A packed file of frames: blobs one after another, then an index, then a footer, so that it is written in one pass and read at
 * random by any number of readers. Not here: what the blobs mean.
 *
 *   magic "TAPFRM01" · blobs · index: per frame { offset u64, length u32, crc32 u32, kind u8, 7 zero bytes } · { frames u32, crc32 of
 *   the index u32, offset of the index u64, magic } — all little-endian
 */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'

const MAGIC = Buffer.from('TAPFRM01', 'latin1')
const RECORD_BYTES = 24
const FOOTER_BYTES = 24

/** How a blob is encoded. */
export const BlobKind = {
  /** losslessRgb.ts */
  lossless: 1,
  /** A JPEG, PNG or WebP file. */
  image: 2,
} as const
export type BlobKind = (typeof BlobKind)[keyof typeof BlobKind]

export interface Blob {
  readonly kind: BlobKind
  readonly bytes: Uint8Array
}

/** Appends frames; only `finish` makes the file readable. The caller renames it into place. */
export class FramePackWriter {
  readonly path: string
  readonly #file: FileHandle
  readonly #records: { offset: number; length: number; crc: number; kind: BlobKind }[] = []
  #offset = 0

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  static async create(path: string): Promise<FramePackWriter> {
    const file = await open(path, 'w').catch((error: unknown) => {
      throw fromSystemError(error, path)
    })
    const writer = new FramePackWriter(path, file)
    try {
      await writer.#append(MAGIC)
    } catch (error) {
      await writer.abandon()
      throw error
    }
    return writer
  }

  get bytesWritten(): number {
    return this.#offset
  }

  async add(blob: Blob): Promise<void> {
    this.#records.push({ offset: this.#offset, length: blob.bytes.length, crc: crc32(blob.bytes), kind: blob.kind })
    await this.#append(blob.bytes)
  }

  /** Writes the index and forces everything to the disk. */
  async finish(): Promise<void> {
    const index = Buffer.alloc(this.#records.length * RECORD_BYTES)
    this.#records.forEach((record, i) => {
      const at = i * RECORD_BYTES
      index.writeBigUInt64LE(BigInt(record.offset), at)
      index.writeUInt32LE(record.length, at + 8)
      index.writeUInt32LE(record.crc, at + 12)
      index.writeUInt8(record.kind, at + 16)
    })
    const footer = Buffer.alloc(FOOTER_BYTES)
    footer.writeUInt32LE(this.#records.length, 0)
    footer.writeUInt32LE(crc32(index), 4)
    footer.writeBigUInt64LE(BigInt(this.#offset), 8)
    MAGIC.copy(footer, 16)
    await this.#append(index)
    await this.#append(footer)
    await this.#file.sync().catch((error: unknown) => {
      throw fromSystemError(error, this.path)
    })
    await this.#file.close()
  }

  /** Closes an unfinished file; the caller deletes it. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined)
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      // A disk that fills up may take part of a write before it fails.
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#offset + done)
        done += bytesWritten
      }
    } catch (error) {
      throw fromSystemError(error, this.path)
    }
    this.#offset += bytes.length
  }
}

/** Reads frames at random; safe beside other readers of the same file. */
export class FramePackReader {
  readonly path: string
  readonly frameCount: number
  readonly #file: FileHandle
  readonly #index: Buffer

  private constructor(path: string, file: FileHandle, index: Buffer) {
    this.path = path
    this.#file = file
    this.#index = index
    this.frameCount = index.length / RECORD_BYTES
  }

  static async open(path: string): Promise<FramePackReader> {
    const file = await open(path, 'r').catch((error: unknown) => {
      throw fromSystemError(error, path)
    })
    try {
      return new FramePackReader(path, file, await readIndex(file, path))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async read(frame: number): Promise<Blob> {
    if (!Number.isInteger(frame) || frame < 0 || frame >= this.frameCount) throw new RangeError(`frame ${frame} of ${this.frameCount}`)
    const at = frame * RECORD_BYTES
    const bytes = Buffer.allocUnsafe(this.#index.readUInt32LE(at + 8))
    await readExactly(this.#file, bytes, Number(this.#index.readBigUInt64LE(at)), this.path)
    if (crc32(bytes) !== this.#index.readUInt32LE(at + 12)) throw damaged(this.path, `frame ${frame} does not match its checksum`)
    return { kind: this.#index.readUInt8(at + 16) as BlobKind, bytes }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

async function readIndex(file: FileHandle, path: string): Promise<Buffer> {
  const { size } = await file.stat()
  if (size < MAGIC.length + FOOTER_BYTES) throw damaged(path, 'the file is too short')
  const footer = Buffer.alloc(FOOTER_BYTES)
  await readExactly(file, footer, size - FOOTER_BYTES, path)
  const start = Number(footer.readBigUInt64LE(8))
  const length = footer.readUInt32LE(0) * RECORD_BYTES
  if (!footer.subarray(16).equals(MAGIC) || start + length + FOOTER_BYTES !== size) throw damaged(path, 'its index is missing')
  const index = Buffer.alloc(length)
  await readExactly(file, index, start, path)
  if (crc32(index) !== footer.readUInt32LE(4)) throw damaged(path, 'its index does not match its checksum')
  return index
}

async function readExactly(file: FileHandle, into: Buffer, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done)
    if (bytesRead === 0) throw damaged(path, 'the file ends too early')
    done += bytesRead
  }
}

function damaged(path: string, reason: string): TaplineError {
  return new TaplineError('bad-project', path, `the frame cache is damaged: ${reason}`, 'Delete its folder and import the clip again: tracks and edits are kept elsewhere.')
}
