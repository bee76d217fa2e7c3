/** Depth maps of a clip on disk: float32, little-endian, then the CRC-32 of all bytes before it. Written beside and renamed. */
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { writeWholeFile } from '../wholeFile.ts'

/** @throws TaplineError 'no-space', 'not-writable' */
export function writeDepthFile(path: string, maps: Float32Array): void {
  const bytes = new Uint8Array(maps.byteLength + 4)
  bytes.set(new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength))
  new DataView(bytes.buffer).setUint32(maps.byteLength, crc32(bytes.subarray(0, maps.byteLength)), true)
  writeWholeFile(path, bytes)
}

/** So many values of a file, or null when there is none or it is not whole: then they are computed anew. */
export function readDepthFile(path: string, length: number): Float32Array | null {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch {
    return null
  }
  if (bytes.length !== length * 4 + 4) return null
  const end = length * 4
  if (new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(end, true) !== crc32(bytes.subarray(0, end))) return null
  // A real copy: slice() of a Node Buffer is a view.
  return new Float32Array(Uint8Array.from(bytes.subarray(0, end)).buffer)
}
