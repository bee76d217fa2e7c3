import { expect, test } from 'vitest'
import { TrackState } from '../../shared/tracks.ts'
import { isSurer } from './surerPath.ts'

const reading = (seen: number, sigma: number, frames = 10) => ({
  states: Uint8Array.from({ length: frames }, (_, t) => (t < seen ? TrackState.visible : TrackState.occluded)),
  uncertainty: new Float32Array(frames).fill(sigma),
})

test('less doubt in as many frames is surer, and the same is not', () => {
  expect(isSurer(reading(8, 0.5), reading(8, 0.6))).toBe(true)
  expect(isSurer(reading(8, 0.6), reading(8, 0.5))).toBe(false)
  expect(isSurer(reading(8, 0.5), reading(8, 0.5))).toBe(false)
})

test('a track that is followed further is surer than one that is lost early', () => {
  expect(isSurer(reading(9, 0.6), reading(3, 0.5))).toBe(true)
  expect(isSurer(reading(0, 0.1), reading(3, 0.5))).toBe(false)
})

test('unknown uncertainty counts as lost', () => {
  expect(isSurer(reading(5, Number.NaN), reading(5, 3))).toBe(false)
  expect(isSurer(reading(5, 3), reading(5, Number.NaN))).toBe(true)
})
