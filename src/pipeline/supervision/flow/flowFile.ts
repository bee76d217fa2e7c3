/**
 * A flow pair on disk: a header of 40 bytes, then flow (int16) and status (uint8), little-endian. Written whole to a
 * temporary name and renamed, so a file under its final name is complete; a checksum finds what a disk did later.
 * Not here: which pairs exist, and memory.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { fromSystemError } from '../../../shared/errors.ts'
import type { FrameIndex } from '../../../shared/units.ts'
import type { FlowPair } from '../supervision.ts'
import { writeWholeFile } from '../wholeFile.ts'

const MAGIC = 0x774c4654 // 'TFLw'
const VERSION = 1
const HEADER_BYTES = 40

export function flowPath(folder: string, from: FrameIndex, to: FrameIndex): string {
  return join(folder, `${from}-${to}.flow`)
}

/** A pair whose failing pixels are not decided yet. Lives while its gap is computed. */
export function rawFlowPath(folder: string, from: FrameIndex, to: FrameIndex): string {
  return join(folder, `${from}-${to}.raw`)
}

export function encodeFlowPair(pair: FlowPair): Uint8Array {
  const nodes = pair.columns * pair.rows
  const bytes = new Uint8Array(HEADER_BYTES + nodes * 5)
  bytes.set(new Uint8Array(pair.flow.buffer, pair.flow.byteOffset, nodes * 4), HEADER_BYTES)
  bytes.set(pair.status, HEADER_BYTES + nodes * 4)
  const header = new DataView(bytes.buffer, 0, HEADER_BYTES)
  const words = [MAGIC, VERSION, pair.from, pair.to, pair.columns, pair.rows, pair.stride, crc32(bytes.subarray(HEADER_BYTES))]
  words.forEach((word, i) => header.setUint32(i * 4, word, true))
  return bytes
}

/** The pair, or null when the bytes are not a whole, intact pair of this version. */
export function decodeFlowPair(bytes: Uint8Array): FlowPair | null {
  if (bytes.length < HEADER_BYTES) return null
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES)
  const [magic, version, from, to, columns, rows, stride, checksum] = Array.from({ length: 8 }, (_, i) => header.getUint32(i * 4, true))
  const nodes = columns * rows
  if (magic !== MAGIC || version !== VERSION || bytes.length !== HEADER_BYTES + nodes * 5) return null
  if (crc32(bytes.subarray(HEADER_BYTES)) !== checksum) return null
  // A real copy: slice() of a Node Buffer is a view of its whole memory.
  const body = Uint8Array.from(bytes.subarray(HEADER_BYTES))
  return { from, to, columns, rows, stride, flow: new Int16Array(body.buffer, 0, nodes * 2), status: body.subarray(nodes * 4) }
}

/** Reads a pair; null when there is no file, or not an intact one. */
export function readFlowFile(path: string): FlowPair | null {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw fromSystemError(error, path)
  }
  return decodeFlowPair(bytes)
}

/** Writes a pair under its final name at once or not at all. */
export function writeFlowFile(path: string, pair: FlowPair): void {
  writeWholeFile(path, encodeFlowPair(pair))
}
