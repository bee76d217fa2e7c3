/**
 * Named typed arrays and a JSON value in one block of bytes, with a checksum: checkpoints and caches. Layout, little
 * endian: magic "TAPLARR1", uint32 header length, uint32 checksum of all that follows it, header (JSON
 * {meta, arrays: [{name, type, length}]}) padded with spaces to 8 bytes, then the arrays, each padded to 8 bytes.
 */
import { TaplineError } from './errors.ts'

const types = { Float32Array, Float64Array, Int32Array, Uint32Array, Int16Array, Uint8Array } as const
type TypeName = keyof typeof types
export type StoredArray = Float32Array | Float64Array | Int32Array | Uint32Array | Int16Array | Uint8Array

export interface ArrayFile<Meta> {
  readonly meta: Meta
  readonly arrays: Readonly<Record<string, StoredArray>>
}

const MAGIC = 'TAPLARR1'
const pad8 = (n: number) => (n + 7) & ~7

export function encodeArrays<Meta>(file: ArrayFile<Meta>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(file.arrays)
  const listing = entries.map(([name, a]) => ({ name, type: a.constructor.name, length: a.length }))
  let header = JSON.stringify({ meta: file.meta, arrays: listing })
  let headerBytes = new TextEncoder().encode(header)
  header += ' '.repeat(pad8(headerBytes.length) - headerBytes.length)
  headerBytes = new TextEncoder().encode(header)
  const total = 16 + headerBytes.length + entries.reduce((n, [, a]) => n + pad8(a.byteLength), 0)
  const out = new Uint8Array(total)
  const view = new DataView(out.buffer)
  out.set(new TextEncoder().encode(MAGIC))
  view.setUint32(8, headerBytes.length, true)
  out.set(headerBytes, 16)
  let at = 16 + headerBytes.length
  for (const [, a] of entries) {
    out.set(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), at)
    at += pad8(a.byteLength)
  }
  view.setUint32(12, checksum(out, 16), true)
  return out
}

/** Reads what encodeArrays wrote; throws TaplineError 'bad-file' naming `subject` where it is damaged or something else. */
export function decodeArrays<Meta>(bytes: Uint8Array, subject: string): ArrayFile<Meta> {
  const bad = (reason: string) => new TaplineError('bad-file', subject, reason, 'Delete it: it will be made anew.')
  if (bytes.length < 16 || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) throw bad('not a file of named arrays')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = view.getUint32(8, true)
  if (16 + headerLength > bytes.length) throw bad('it is cut short')
  if (checksum(bytes, 16) !== view.getUint32(12, true)) throw bad('its checksum does not fit: it is damaged')
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + headerLength))) as {
    meta: Meta
    arrays: { name: string; type: TypeName; length: number }[]
  }
  const arrays: Record<string, StoredArray> = {}
  let at = 16 + headerLength
  for (const { name, type, length } of header.arrays) {
    const size = length * types[type].BYTES_PER_ELEMENT
    if (at + size > bytes.length) throw bad('it is cut short')
    // A copy: the bytes may lie unaligned in a larger buffer. Not slice(): a Node Buffer's is a view.
    const copy = Uint8Array.from(bytes.subarray(at, at + size))
    arrays[name] = new types[type](copy.buffer, 0, length)
    at += pad8(size)
  }
  return { meta: header.meta, arrays }
}

/** A multiply-xor hash over 32-bit words: each round is a bijection, so no change of one word goes unseen. */
function checksum(bytes: Uint8Array, from: number): number {
  let hash = bytes.length | 0
  const mix = (word: number) => {
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  const words = (bytes.length - from) >> 2
  // A copy: an Int32Array must start at a multiple of four.
  const view = new Int32Array(Uint8Array.from(bytes.subarray(from, from + words * 4)).buffer)
  for (let k = 0; k < words; k++) mix(view[k])
  for (let k = from + words * 4; k < bytes.length; k++) mix(bytes[k])
  return hash >>> 0
}
