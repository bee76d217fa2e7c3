import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from './wire.ts'

test('values and typed arrays come back as they were, each array with memory of its own', () => {
  const message = {
    id: 7,
    text: 'Ä “quoted” \u{1F600}',
    nothing: null,
    list: [1, [2, { deep: new Float64Array([Math.PI, Number.NaN]) }]],
    positions: new Float32Array([1.5, Number.NaN, Number.POSITIVE_INFINITY]),
    states: new Uint8Array([1, 2, 3]),
    empty: new Int32Array(0),
    numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  }
  const bytes = encodeMessage(message)
  // As a piece of a larger buffer at an odd place, which is how it may arrive.
  const larger = new Uint8Array(bytes.length + 3)
  larger.set(bytes, 3)
  const read = decodeMessage(larger.subarray(3)) as typeof message
  expect(read).toEqual(message)
  expect(read.positions.buffer).not.toBe(larger.buffer)
})

test('a view into a larger array travels alone', () => {
  const all = new Float32Array([0, 1, 2, 3, 4, 5])
  expect(decodeMessage(encodeMessage({ part: all.subarray(2, 4) }))).toEqual({ part: new Float32Array([2, 3]) })
})

test.each([
  ['empty', new Uint8Array(0)],
  ['cut short', encodeMessage({ a: new Float32Array(100) }).subarray(0, 120)],
  ['of another kind', new TextEncoder().encode('hello there')],
])('bytes that are %s are refused', (_, bytes) => expect(() => decodeMessage(bytes)).toThrow(TypeError))

test('what no message may carry is refused', () => expect(() => encodeMessage({ big: new BigInt64Array(1) })).toThrow('BigInt64Array'))
