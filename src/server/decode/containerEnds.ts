/**
 * Tells from a container's own lengths whether the file was cut off, before anything is decoded: decoders take a short file for a
 * short film. Knows ISO base media (MP4, MOV), Matroska (MKV, WebM), RIFF (AVI, WebP) and GIF; says nothing of others.
 */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { fromSystemError } from '../../shared/errors.ts'
import { truncatedMedia } from './badMedia.ts'

/** Throws TaplineError 'bad-video' when the container says that more should follow. */
export async function checkContainerEnds(path: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    const head = await bytesAt(file, 0, 64)
    const missing = isIsoMedia(head)
      ? await missingOfIsoMedia(file, size)
      : isMatroska(head)
        ? missingOfMatroska(head, size)
        : head.toString('latin1', 0, 4) === 'GIF8'
          ? missingOfGif(await file.readFile())
          : missingOfRiff(head, size)
    if (missing) throw truncatedMedia(path, missing)
  } catch (error) {
    throw fromSystemError(error, path)
  } finally {
    await file?.close()
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function isIsoMedia(head: Buffer): boolean {
  return head.length >= 8 && ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(head.toString('latin1', 4, 8))
}

/** Walks the top-level boxes. */
async function missingOfIsoMedia(file: FileHandle, size: number): Promise<string | null> {
  let index = false
  for (let at = 0; at < size; ) {
    const head = await bytesAt(file, at, 16)
    // A few stray bytes after the last box do no harm.
    if (head.length < 8) break
    const kind = head.toString('latin1', 4, 8)
    const short = head.readUInt32BE(0)
    let length = short
    if (short === 1) {
      if (head.length < 16) return 'it ends within a header'
      length = Number(head.readBigUInt64BE(8))
    } else if (short === 0) length = size - at
    if (length < 8) break
    if (kind === 'moov') index = true
    if (at + length > size) {
      if (kind === 'moov' || !index) return 'its index (the moov box) is missing'
      if (kind === 'mdat' || kind === 'moof') return `${at + length - size} bytes of its frames are missing`
      break
    }
    at += length
  }
  return index ? null : 'its index (the moov box) is missing'
}

function isMatroska(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3
}

/** The EBML header, then a segment that tells its length, unless it was recorded live. */
function missingOfMatroska(head: Buffer, size: number): string | null {
  const header = ebmlLength(head, 4)
  if (!header || header.value === null) return null
  const segment = header.next + header.value
  if (segment + 5 > head.length || head.readUInt32BE(segment) !== 0x18538067) return null
  const length = ebmlLength(head, segment + 4)
  if (!length || length.value === null) return null
  const missing = length.next + length.value - size
  return missing > 0 ? `${missing} bytes of its frames are missing` : null
}

/** A variable-length EBML integer; value null means unknown. */
function ebmlLength(bytes: Buffer, at: number): { value: number | null; next: number } | null {
  const first = bytes[at]
  if (first === undefined || first === 0) return null
  const count = Math.clz32(first) - 23
  if (at + count > bytes.length) return null
  let value = first & (0xff >> count)
  let allOnes = value === 0xff >> count
  for (let i = 1; i < count; i++) {
    value = value * 256 + bytes[at + i]
    allOnes &&= bytes[at + i] === 0xff
  }
  return { value: allOnes ? null : value, next: at + count }
}

function missingOfRiff(head: Buffer, size: number): string | null {
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF' || !['AVI ', 'WEBP'].includes(head.toString('latin1', 8, 12))) return null
  const missing = head.readUInt32LE(4) + 8 - size
  // RIFF pads to even lengths, and not every writer counts the pad.
  return missing > 1 ? `${missing} bytes of its frames are missing` : null
}

/** Walks the blocks up to the trailer (GIF89a specification, appendix B). */
function missingOfGif(bytes: Buffer): string | null {
  const tableLength = (flags: number) => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1))
  let at = 13 + tableLength(bytes[10] ?? 0)
  while (at < bytes.length) {
    const kind = bytes[at]
    if (kind === 0x3b) return null
    if (kind === 0x21) at += 2
    else if (kind === 0x2c) at += 11 + tableLength(bytes[at + 9] ?? 0)
    // Decoders pass over what is not a block.
    else return null
    // Sub-blocks, each led by its length, ended by one of none.
    while (at < bytes.length && bytes[at] !== 0) at += bytes[at] + 1
    at++
  }
  return 'its last frames are missing'
}
