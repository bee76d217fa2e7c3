/** NumPy's .npy: one array with a short header. Read: versions 1 to 3. Written: version 1. Not here: archives of them (npz.ts). */
import type { NdArray } from './ndArray.ts'
import { makeArray, parseDtype } from './ndArray.ts'

const MAGIC = '\x93NUMPY'

/** Reads one array, or returns why it cannot be read. Object arrays are pickles within, and are not read. */
export function readNpy(bytes: Uint8Array): NdArray | string {
  if (bytes.length < 12 || ![...MAGIC].every((letter, k) => bytes[k] === letter.charCodeAt(0))) return 'it is not in .npy form'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = bytes[6] >= 2
  const start = wide ? 12 : 10
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  if (start + length > bytes.length) return 'it is cut short'
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length))
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1]
  if (!descr || !fortran || shape === undefined) return `its header is not understood: ${header.slice(0, 80).trim()}`
  const dtype = parseDtype(descr)
  if (!dtype || dtype.kind === 'O') return `arrays of type ${descr} are not read`
  const sides = shape
    .split(',')
    .map((side) => side.replace('L', '').trim())
    .filter((side) => side !== '')
    .map(Number)
  return makeArray(dtype, sides, fortran === 'True', bytes.subarray(start + length))
}

/** Writes one array: `descr` is NumPy's dtype text, `data` its little-endian bytes in C order. */
export function writeNpy(descr: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const sides = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${sides}, }`
  // Data begin at a multiple of 64 bytes; the header ends with a line feed.
  const total = Math.ceil((10 + text.length + 1) / 64) * 64
  const out = new Uint8Array(total + data.length).fill(0x20, 0, total)
  const view = new DataView(out.buffer)
  const put = (at: number, letters: string) => [...letters].forEach((letter, k) => (out[at + k] = letter.charCodeAt(0)))
  put(0, MAGIC)
  out[6] = 1
  out[7] = 0
  view.setUint16(8, total - 10, true)
  put(10, text)
  out[total - 1] = 0x0a
  out.set(data, total)
  return out
}
