import { expect, test } from 'vitest'
import { deletionSummary } from './deletionSummary.ts'

const track = (key: number, keyframes: number, { locked = false, labels = 0 } = {}) => ({
  record: { key, videoId: 1, id: `${key}`, name: `Track ${key}`, colour: '#ffffff', query: { frame: 0, x: 0, y: 0 }, order: key, notes: '', hidden: false, locked },
  nodes: Array.from({ length: keyframes }, (_, frame) => ({ frame, x: 0, y: 0 })),
  labels: Array.from({ length: labels }, (_, at) => ({ kind: 'occluded', first: 10 * at, last: 10 * at }) as const),
})

test('says how much goes, and that it can come back', () => {
  expect(deletionSummary([track(1, 9), track(2, 5)])).toEqual({ keys: [1, 2], sentences: ['2 tracks with 14 keyframes will go. You can undo this.'] })
})

test('names a single track, and its labels', () => {
  expect(deletionSummary([track(7, 1, { labels: 2 })]).sentences).toEqual(['Track 7 with 1 keyframe and 2 labels will go. You can undo this.'])
})

test('locked tracks stay', () => {
  expect(deletionSummary([track(1, 2), track(2, 3, { locked: true })])).toEqual({
    keys: [1],
    sentences: ['Track 1 with 2 keyframes will go. You can undo this.', '1 locked track stays: unlock first to delete.'],
  })
  expect(deletionSummary([track(2, 3, { locked: true }), track(3, 1, { locked: true })])).toEqual({ keys: [], sentences: ['2 locked tracks stay: unlock first to delete.'] })
})
