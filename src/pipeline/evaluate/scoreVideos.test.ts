import { expect, test } from 'vitest'
import { seededTracks } from '../../../test/builders/seededTracks.ts'
import { evaluateTracks } from './evaluateTracks.ts'
import { scoreVideos } from './scoreVideos.ts'

const size = { width: 320, height: 240 }
const a = { name: 'a', tracks: seededTracks(3, 20, size, 1) }
const b = { name: 'b', tracks: seededTracks(4, 12, size, 2) }
const noisy = (video: typeof a, seed: number) => ({
  ...video,
  tracks: { ...video.tracks, positions: video.tracks.positions.map((value, k) => value + ((k * seed) % 7) - 3) },
})

test('videos are paired by name, each keeps its own mask, and the mean is over videos', () => {
  const evaluated = Uint8Array.from({ length: 60 }, (_, k) => Number(k % 3 !== 0))
  const predicted = [noisy(b, 5), { name: 'other', tracks: a.tracks }, noisy(a, 3)]
  const { videos, mean } = scoreVideos([{ ...a, evaluated }, b], predicted, { mode: 'first' })
  expect(videos).toEqual([
    { name: 'a', scores: evaluateTracks(a.tracks, predicted[2].tracks, { mode: 'first', evaluated }) },
    { name: 'b', scores: evaluateTracks(b.tracks, predicted[0].tracks, { mode: 'first' }) },
  ])
  expect(videos[0].scores.averageJaccard).not.toBe(evaluateTracks(a.tracks, predicted[2].tracks, { mode: 'first' }).averageJaccard)
  expect(mean.averageJaccard).toBeCloseTo((videos[0].scores.averageJaccard + videos[1].scores.averageJaccard) / 2, 12)
})

test('one video on each side is a pair whatever the names', () => {
  const { videos } = scoreVideos([a], [{ ...a, name: 'a_pred' }], { mode: 'strided' })
  expect(videos[0]).toMatchObject({ name: 'a', scores: { averageJaccard: 1 } })
})

test('a video without prediction, and one that does not fit, are named', () => {
  expect(() => scoreVideos([a, b], [a, { ...b, name: 'c' }], { mode: 'first' })).toThrow('there is no video named b')
  expect(() => scoreVideos([a, b], [a, { ...a, name: 'b' }], { mode: 'first' })).toThrow(
    'predicted tracks of b: they have 20 frames, the truth has 12',
  )
})
