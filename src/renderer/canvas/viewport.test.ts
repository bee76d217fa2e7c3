import { describe, expect, test } from 'vitest'
import { centredOn, fitted, kept, MAX_SCALE, toClip, toScreen, zoomedAt } from './viewport.ts'

const clip = { width: 854, height: 480 }
const canvas = { width: 1000, height: 700 }

describe('the viewport', () => {
  test('goes to the screen and back', () => {
    const view = { scale: 7.3, x: -120.5, y: 33.25 }
    const back = toClip(view, toScreen(view, { x: 101.37, y: 55.81 }))
    expect(back.x).toBeCloseTo(101.37, 10)
    expect(back.y).toBeCloseTo(55.81, 10)
  })

  test('fits the whole picture in the middle, whichever side is the long one', () => {
    for (const size of [clip, { width: 480, height: 854 }]) {
      const view = fitted(size, canvas)
      const [a, b] = [toScreen(view, { x: 0, y: 0 }), toScreen(view, { x: size.width, y: size.height })]
      expect(a.x).toBeGreaterThanOrEqual(16 - 1e-9)
      expect(a.y).toBeGreaterThanOrEqual(16 - 1e-9)
      expect(a.x + b.x).toBeCloseTo(canvas.width, 6)
      expect(a.y + b.y).toBeCloseTo(canvas.height, 6)
    }
  })

  test('keeps the place under the mouse while zooming, up to 40 times', () => {
    const at = { x: 333, y: 222 }
    let view = fitted(clip, canvas)
    const place = toClip(view, at)
    for (let k = 0; k < 20; k++) view = zoomedAt(view, view.scale * 1.5, at)
    expect(view.scale).toBe(MAX_SCALE)
    expect(toClip(view, at).x).toBeCloseTo(place.x, 8)
    expect(toClip(view, at).y).toBeCloseTo(place.y, 8)
  })

  test('puts a place in the middle, and never loses the picture', () => {
    const view = centredOn({ scale: 4, x: 0, y: 0 }, { x: 100, y: 50 }, canvas)
    expect(toScreen(view, { x: 100, y: 50 })).toEqual({ x: 500, y: 350 })
    const far = kept({ scale: 1, x: 5000, y: -5000 }, clip, canvas)
    expect(far.x).toBe(canvas.width - 48)
    expect(far.y).toBe(48 - clip.height)
  })
})
