import { describe, expect, test } from 'vitest'
import { PAD_PX, centreOf, contentPx, fitted, following, frameAt, framesInView, xOf, zoomedAt, type TimeAxis } from './timeAxis.ts'

const wide: TimeAxis = fitted({ frames: 450, pxPerFrame: 1, leftPx: 0, widthPx: 1000 })

describe('the time axis', () => {
  test('fitted, shows every frame from one end of the view to the other', () => {
    expect(xOf(wide, 0)).toBe(PAD_PX)
    expect(xOf(wide, 450)).toBeCloseTo(1000 - PAD_PX, 9)
    expect(framesInView(wide)).toEqual({ first: 0, last: 449 })
    expect(contentPx(wide)).toBeCloseTo(1000, 9)
  })

  test('finds each frame anywhere inside its cell, at every scale', () => {
    for (const pxPerFrame of [0.3, 1, 2.17, 9, 64]) {
      const axis: TimeAxis = { frames: 450, pxPerFrame, leftPx: 40.5, widthPx: 1000 }
      for (const frame of [0, 1, 7, 100, 448, 449]) {
        expect(frameAt(axis, centreOf(axis, frame))).toBe(frame)
        expect(frameAt(axis, xOf(axis, frame + 0.01))).toBe(frame)
        expect(frameAt(axis, xOf(axis, frame + 0.99))).toBe(frame)
      }
      expect(frameAt(axis, -1e6)).toBe(0)
      expect(frameAt(axis, 1e6)).toBe(449)
    }
  })

  test('keeps what lies under the mouse while it zooms', () => {
    let axis = zoomedAt(wide, 4, 500)
    const under = (at: TimeAxis) => (300 + at.leftPx - PAD_PX) / at.pxPerFrame
    const before = under(axis)
    for (const factor of [1.3, 1.3, 1.3, 0.9]) {
      axis = zoomedAt(axis, factor, 300)
      expect(under(axis)).toBeCloseTo(before, 6)
    }
  })

  test('zooms no further out than all frames, no further in than its limit, and never past an end', () => {
    expect(zoomedAt(wide, 0.01, 700)).toEqual(wide)
    const near = zoomedAt(zoomedAt(wide, 1e4, 0), 1e4, 0)
    expect(near.pxPerFrame).toBe(64)
    expect(near.leftPx).toBe(0)
    const end = zoomedAt(wide, 1e4, 1000)
    expect(end.leftPx).toBeCloseTo(contentPx(end) - 1000, 6)
  })

  test('a few frames fill the width even where that is wider than the limit', () => {
    const few = fitted({ frames: 3, pxPerFrame: 1, leftPx: 0, widthPx: 1000 })
    expect(zoomedAt(few, 1, 10)).toEqual(few)
    expect(few.pxPerFrame).toBeGreaterThan(64)
  })

  test('follows the play head only when it leaves the view: by a step, or by a page while playing', () => {
    const axis = zoomedAt(wide, 5, 0)
    const { first, last } = framesInView(axis)
    expect(following(axis, first + 10, false)).toBe(axis)
    const stepped = following(axis, last + 1, false)
    expect(stepped.leftPx - axis.leftPx).toBeLessThan(3 * axis.pxPerFrame + PAD_PX)
    expect(xOf(stepped, last + 2)).toBeLessThanOrEqual(1000)
    const turned = following(axis, last + 1, true)
    expect(xOf(turned, last + 1)).toBeLessThan(2 * PAD_PX)
    expect(xOf(following(turned, first, false), first)).toBeGreaterThanOrEqual(0)
  })
})
