import { expect, test } from 'vitest'
import { decisionSpans, nextStretch, type DecisionPlace } from './decisionSpans.ts'

const place: DecisionPlace = {
  selection: new Set([4, 9, 2]),
  laneSelection: { keys: [2, 7], first: 10, last: 14 },
  range: { first: 5, last: 8 },
  frame: 6,
  frames: 40,
  hasCounterpart: key => key !== 9,
  // Apart in frames 4 to 7, and again from 30 on.
  disagreements: key => (key === 4 ? Uint8Array.from({ length: 40 }, (_, at) => ((at >= 4 && at <= 7) || at >= 30 ? 1 : 0)) : key === 2 ? new Uint8Array(40) : null),
}

test('a verdict on tracks covers all their frames, one on the frame that frame alone', () => {
  expect(decisionSpans('track', place)).toEqual([{ key: 4, first: 0, last: 39 }, { key: 2, first: 0, last: 39 }])
  expect(decisionSpans('frame', place)).toEqual([{ key: 4, first: 6, last: 6 }, { key: 2, first: 6, last: 6 }])
})

test('what is marked on the timeline counts whatever is selected', () => {
  expect(decisionSpans('marked', place)).toEqual([{ key: 2, first: 10, last: 14 }, { key: 7, first: 10, last: 14 }])
})

test('without a place or a counterpart there is nothing to decide', () => {
  expect(decisionSpans('marked', { ...place, laneSelection: null })).toEqual([])
  expect(decisionSpans('track', { ...place, hasCounterpart: () => false })).toEqual([])
})

test('a disagreement is decided as far as it reaches, for the tracks that differ in this frame', () => {
  expect(decisionSpans('stretch', place)).toEqual([{ key: 4, first: 4, last: 7 }])
  expect(decisionSpans('stretch', { ...place, frame: 35 })).toEqual([{ key: 4, first: 30, last: 39 }])
  expect(decisionSpans('stretch', { ...place, frame: 8 })).toEqual([])
})

test('the range that is played is decided for the selected tracks', () => {
  expect(decisionSpans('range', place)).toEqual([{ key: 4, first: 5, last: 8 }, { key: 2, first: 5, last: 8 }])
})

test('the next disagreement is the first that begins after this frame, round the end', () => {
  const all = [4, 2, 9].map(place.disagreements)
  expect(nextStretch(all, 0)).toBe(4)
  expect(nextStretch(all, 6)).toBe(30)
  expect(nextStretch(all, 30)).toBe(4)
  expect(nextStretch([place.disagreements(2)], 0)).toBeNull()
})
