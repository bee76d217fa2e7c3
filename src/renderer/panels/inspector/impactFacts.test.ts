import { expect, test } from 'vitest'
import { deltaRange, impactBeyond } from './impactFacts.ts'

const impact = {
  runId: 1,
  deltaPx: 1,
  moved: [
    { key: 1, maxPx: 1.5, meanPx: 1, frame: 3, frames: 2 },
    { key: 2, maxPx: 6.2, meanPx: 1, frame: 4, frames: 9 },
    { key: 3, maxPx: 2, meanPx: 1, frame: 5, frames: 4 },
  ],
  disagree: [{ key: 1, frame: 3, px: 1.2 }, { key: 2, frame: 8, px: 3 }],
}

test('lists what lies beyond the distance, furthest first', () => {
  const { moved, disagree } = impactBeyond(impact, 1, () => true)
  expect(moved.map(({ key }) => key)).toEqual([2, 3, 1])
  expect(disagree.map(({ key }) => key)).toEqual([2, 1])
  expect(impactBeyond(impact, 2, () => true)).toEqual({ moved: [impact.moved[1]], disagree: [impact.disagree[1]] })
})

test('leaves out tracks that were deleted since', () => {
  expect(impactBeyond(impact, 1, key => key !== 2).moved.map(({ key }) => key)).toEqual([3, 1])
})

test('the distance ranges from what was recorded to what moved furthest', () => {
  expect(deltaRange(impact)).toEqual({ min: 1, max: 7 })
  expect(deltaRange({ runId: 1, deltaPx: 2, moved: [], disagree: [] })).toEqual({ min: 2, max: 3 })
})
