/** Joining mirrored solutions in time. */
import { expect, it } from 'vitest'
import { chooseByFrame } from './cameraSegments.ts'

it('follows the votes of each stretch of frames, not of single frames', () => {
  const lead = Float64Array.from({ length: 20 }, (_, t) => (t < 10 ? 20 : -20))
  lead[4] = -30
  expect([...chooseByFrame(lead)]).toEqual(Array.from({ length: 20 }, (_, t) => (t < 10 ? 0 : 1)))
})

it('takes frames without a clear vote along with the nearest that has one', () => {
  const lead = new Float64Array(20)
  lead[15] = -50
  expect(new Set(chooseByFrame(lead))).toEqual(new Set([1]))
  expect(new Set(chooseByFrame(new Float64Array(5)))).toEqual(new Set([0]))
})
