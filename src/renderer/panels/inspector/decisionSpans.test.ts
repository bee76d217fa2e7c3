import { expect, test } from 'vitest'
import { decisionSpans, type DecisionPlace } from './decisionSpans.ts'

const place: DecisionPlace = {
  selection: new Set([4, 9, 2]),
  laneSelection: { keys: [2, 7], first: 10, last: 14 },
  frame: 6,
  frames: 40,
  hasCounterpart: key => key !== 9,
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
