import { describe, expect, it } from 'vitest'
import { decodeArrays, encodeArrays } from './arrayFile.ts'
import { TaplineError } from './errors.ts'

const file = () => ({
  meta: { key: 'µ', step: 3 },
  arrays: { a: Float32Array.of(1.5, -2, Number.NaN), b: Uint8Array.of(7), c: Float64Array.of(Math.PI), d: new Int16Array(0) },
})

describe('files of named arrays', () => {
  it('come back bit for bit, also from an unaligned part of a larger buffer and from a Buffer', () => {
    const bytes = encodeArrays(file())
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    for (const source of [bytes, shifted.subarray(3), Buffer.from(shifted.buffer, 3)]) expect(decodeArrays(source, 'x')).toEqual(file())
  })

  it('are refused by name when any byte of them has changed or is missing', () => {
    const bytes = encodeArrays(file())
    for (let k = 16; k < bytes.length; k++) {
      const damaged = bytes.slice()
      damaged[k] ^= 0x10
      expect(() => decodeArrays(damaged, 'run 3'), `byte ${k}`).toThrow(TaplineError)
    }
    for (let length = 0; length < bytes.length; length += 5) expect(() => decodeArrays(bytes.subarray(0, length), 'run 3')).toThrow(/run 3/)
  })
})
