/** Depth maps of a clip on disk: float32, little-endian, then the CRC-32 of all bytes before it. Written beside and renamed. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { fromSystemError } from '../../../shared/errors.ts'

/** @throws TaplineError 'no-space', 'not-writable' */
export function writeDepthFile(path: string, maps: Float32Array): void {
  const bytes = new Uint8Array(maps.byteLength + 4)
  bytes.set(new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength))
  new DataView(bytes.buffer).setUint32(maps.byteLength, crc32(bytes.subarray(0, maps.byteLength)), true)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(temporary, bytes)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw fromSystemError(error, path)
  }
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
