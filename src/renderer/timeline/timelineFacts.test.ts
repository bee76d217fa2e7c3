/** Events, thumbnails, markers, and the height of the doubt strip. */
import { expect, test } from 'vitest'
import { trackView } from '../../../test/builders/trackView.ts'
import { shownTrack } from '../state/shownTrack.ts'
import { doubtHeight } from './drawLanes.ts'
import { eventSummary } from './eventSummary.ts'
import { rangeWith, withMarkerText, withMarkerToggled } from './markers.ts'
import { thumbnailSlots } from './thumbnails.ts'
import { fitted, framesInView, zoomedAt } from './timeAxis.ts'

const video = { width: 512, height: 256, frameCount: 5 }

test('the event bar counts keyframes, queries among them, and visible frames in doubt', () => {
  const a = shownTrack(trackView({ key: 1, states: [0, 0, 0, 1, 0], uncertainty: [0.1, 3, 3, 3, 0.1] }), video)
  const b = shownTrack(trackView({ key: 2, keyframes: [{ frame: 3, x: 1, y: 1 }], states: [0, 0, 0, 0, 0], uncertainty: [0, 0, 9, 9, 0] }), video)
  const summary = eventSummary([a, b], 5)
  expect([...summary.keyframes]).toEqual([2, 0, 0, 1, 0])
  // A keyframe is certain, whatever was predicted there.
  expect([...summary.doubts]).toEqual([0, 1, 2, 0, 0])
  expect(summary).toMatchObject({ mostKeyframes: 2, mostDoubts: 2 })
})

test('thumbnails stand on the same frames wherever the view is scrolled, and leave no wide gaps', () => {
  for (let zoom = 1; zoom < 40; zoom *= 1.37) {
    const axis = zoomedAt(fitted({ frames: 900, pxPerFrame: 1, leftPx: 0, widthPx: 1000 }), zoom, 500)
    const { every, frames } = thumbnailSlots(axis, 70)
    const slotPx = every * axis.pxPerFrame
    expect(slotPx).toBeGreaterThanOrEqual(0.85 * 70 - 1e-9)
    if (every > 1) expect(slotPx).toBeLessThan(2 * 0.85 * 70)
    const scrolled = thumbnailSlots({ ...axis, leftPx: axis.leftPx + 13 }, 70)
    expect(scrolled.every).toBe(every)
    expect(frames.every(frame => frame % every === 0)).toBe(true)
    expect(frames[0]).toBeLessThanOrEqual(framesInView(axis).first)
    expect(frames.at(-1)! + every).toBeGreaterThan(framesInView(axis).last)
  }
})

test('markers come and go by frame, and keep their order when named', () => {
  const one = withMarkerToggled([], 8)
  const two = withMarkerText(one, 3, 'door opens')
  expect(two).toEqual([{ frame: 3, text: 'door opens' }, { frame: 8, text: '' }])
  expect(withMarkerToggled(two, 3)).toEqual([{ frame: 8, text: '' }])
})

test('an end of the range takes the other along where it would pass it', () => {
  expect(rangeWith(null, 'first', 30, 100)).toEqual({ first: 30, last: 99 })
  expect(rangeWith(null, 'last', 30, 100)).toEqual({ first: 0, last: 30 })
  expect(rangeWith({ first: 10, last: 20 }, 'first', 30, 100)).toEqual({ first: 30, last: 30 })
  expect(rangeWith({ first: 10, last: 20 }, 'last', 5, 100)).toEqual({ first: 5, last: 5 })
})

test('the doubt strip is nothing below the limit, grows with uncertainty, and ends within the lane', () => {
  expect([0, 1.99, Number.NaN].map(doubtHeight)).toEqual([0, 0, 0])
  const heights = [2, 3, 5, 9, 10, 1000].map(doubtHeight)
  expect(heights).toEqual([...heights].sort((a, b) => a - b))
  expect(heights[0]).toBeGreaterThan(0)
  expect(heights[5]).toBeLessThan(10)
})
