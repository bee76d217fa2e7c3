/** Rows of lanes, stretches in them, and the marquee over them. */
import { describe, expect, test } from 'vitest'
import { trackView } from '../../../test/builders/trackView.ts'
import { LANE_PX, laneAt, laneKeys, lanesInView, topShowingLane } from './laneRows.ts'
import { stateRuns } from './laneRuns.ts'
import { marqueeSelection } from './marquee.ts'
import { centreOf, type TimeAxis } from './timeAxis.ts'

describe('lanes', () => {
  const tracks = new Map([1, 2, 3, 4].map(key => [key, trackView({ key, hidden: key === 2 })]))
  const document = { order: [4, 2, 1, 3], tracks }

  test('belong to tracks that are not hidden, in the order of the list; in solo to the selected ones', () => {
    expect(laneKeys(document, { solo: false, selection: new Set([1]) })).toEqual([4, 1, 3])
    expect(laneKeys(document, { solo: true, selection: new Set([3, 2]) })).toEqual([3])
    expect(laneKeys(document, { solo: true, selection: new Set() })).toEqual([4, 1, 3])
  })

  test('are in view when any of them is', () => {
    expect(lanesInView(1000, 0, 100)).toEqual({ first: 0, last: 4 })
    expect(lanesInView(1000, 30, 100)).toEqual({ first: 1, last: 6 })
    expect(lanesInView(3, 0, 100)).toEqual({ first: 0, last: 2 })
    expect(lanesInView(0, 0, 100)).toEqual({ first: 0, last: -1 })
  })

  test('are found by height, and brought into view with the least movement', () => {
    expect([-1, 0, LANE_PX - 1, LANE_PX, 3 * LANE_PX].map(y => laneAt(3, y))).toEqual([null, 0, 0, 1, null])
    expect(topShowingLane(2, 0, 100)).toBe(0)
    expect(topShowingLane(0, 30, 100)).toBe(0)
    expect(topShowingLane(9, 0, 100)).toBe(100)
  })
})

test('runs cover all frames and end where the state changes', () => {
  const runs = stateRuns(Uint8Array.of(3, 3, 0, 0, 0, 1, 0))
  expect(runs).toEqual([
    { state: 3, first: 0, last: 1 }, { state: 0, first: 2, last: 4 }, { state: 1, first: 5, last: 5 }, { state: 0, first: 6, last: 6 },
  ])
  expect(stateRuns(new Uint8Array(0))).toEqual([])
})

describe('the marquee', () => {
  const axis: TimeAxis = { frames: 100, pxPerFrame: 8, leftPx: 96, widthPx: 400 }
  const keys = [11, 12, 13, 14]
  const at = (frame: number, lane: number) => ({ x: centreOf(axis, frame), y: (lane + 0.5) * LANE_PX })

  test('takes the lanes and frames it touches, whichever corner it began in', () => {
    const cells = { keys: [12, 13], first: 20, last: 31 }
    expect(marqueeSelection(axis, keys, at(20, 1), at(31, 2))).toEqual(cells)
    expect(marqueeSelection(axis, keys, at(31, 1), at(20, 2))).toEqual(cells)
    expect(marqueeSelection(axis, keys, at(31, 2), at(20, 1))).toEqual(cells)
  })

  test('ends at the last lane and frame, and takes nothing beside the lanes', () => {
    expect(marqueeSelection(axis, keys, at(20, 8), at(500, 3))).toEqual({ keys: [14], first: 20, last: 99 })
    expect(marqueeSelection(axis, keys, at(20, 4), at(30, 9))).toBeNull()
    expect(marqueeSelection(axis, keys, at(20, -3), at(30, -1))).toBeNull()
  })
})
