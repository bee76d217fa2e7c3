/**
 * Long-term matches on disk: little-endian, magic 'TPLM', version, count, then frameA, frameB (int32), a, b (float32 pairs),
 * confidence (float32), and the sum of all bytes before it, modulo 2³², as a check.
 */
import { readFileSync } from 'node:fs'
import type { LongMatches } from '../supervision.ts'
import { writeWholeFile } from '../wholeFile.ts'

const MAGIC = 0x4d4c5054
const VERSION = 1
const HEADER = 12
const BYTES_PER_MATCH = 28

function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (const b of bytes) sum = (Math.imul(sum, 31) + b) >>> 0
  return sum
}

/** Writes beside and renames. @throws TaplineError 'no-space', 'not-writable' */
export function writeMatchFile(path: string, matches: LongMatches): void {
  const count = matches.frameA.length
  const bytes = new Uint8Array(HEADER + count * BYTES_PER_MATCH + 4)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, VERSION, true)
  view.setUint32(8, count, true)
  let at = HEADER
  for (const part of [matches.frameA, matches.frameB, matches.a, matches.b, matches.confidence]) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  view.setUint32(at, checksum(bytes.subarray(0, at)), true)
  writeWholeFile(path, bytes)
}

/** The matches of a file, or null when there is none or it is damaged: then they are computed anew. */
export function readMatchFile(path: string): LongMatches | null {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch {
    return null
  }
  if (bytes.length < HEADER + 4) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(8, true)
  const end = HEADER + count * BYTES_PER_MATCH
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== VERSION || bytes.length !== end + 4) return null
  if (view.getUint32(end, true) !== checksum(bytes.subarray(0, end))) return null
  let at = HEADER
  const take = (values: number) => {
    // Not slice(): a Node Buffer's is a view.
    const part = Uint8Array.from(bytes.subarray(at, (at += values * 4)))
    return part.buffer as ArrayBuffer
  }
  return {
    frameA: new Int32Array(take(count)),
    frameB: new Int32Array(take(count)),
    a: new Float32Array(take(2 * count)),
    b: new Float32Array(take(2 * count)),
    confidence: new Float32Array(take(count)),
  }
}
