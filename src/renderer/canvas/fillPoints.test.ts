import { describe, expect, test } from 'vitest'
import { isInside, pointsInPolygon, pointsInRectangle } from './fillPoints.ts'

const clip = { width: 320, height: 240 }

describe('points that fill', () => {
  test('a rectangle: evenly apart, centred, the same from either corner', () => {
    const points = pointsInRectangle({ x: 20, y: 30 }, { x: 120, y: 80 }, 32, clip)
    expect(points).toHaveLength(3)
    expect(points).toEqual([{ x: 38, y: 55 }, { x: 70, y: 55 }, { x: 102, y: 55 }])
    expect(pointsInRectangle({ x: 120, y: 80 }, { x: 20, y: 30 }, 32, clip)).toEqual(points)
  })

  test('only the part of the rectangle in the clip', () => {
    const points = pointsInRectangle({ x: -500, y: -500 }, { x: 900, y: 900 }, 40, clip)
    expect(points).toHaveLength(8 * 6)
    expect(points.every(({ x, y }) => x > 0 && x < 320 && y > 0 && y < 240)).toBe(true)
  })

  test('a rectangle smaller than the spacing: its middle', () => {
    expect(pointsInRectangle({ x: 10, y: 10 }, { x: 20, y: 16 }, 32, clip)).toEqual([{ x: 15, y: 13 }])
  })

  test('a polygon: the share of its box that it covers; nothing of a line', () => {
    const triangle = [{ x: 0, y: 0 }, { x: 200, y: 0 }, { x: 0, y: 200 }]
    const points = pointsInPolygon(triangle, 4, clip)
    // Half of 50 × 50.
    expect(points.length).toBeGreaterThan(1180)
    expect(points.length).toBeLessThan(1320)
    expect(points.every(({ x, y }) => x + y <= 200)).toBe(true)
    expect(pointsInPolygon(triangle.slice(0, 2), 4, clip)).toEqual([])
  })

  test('a hole that the outline makes by crossing itself stays empty', () => {
    // A five-pointed star: its heart lies inside twice, so outside by the even-odd rule.
    const star = [0, 2, 4, 1, 3].map(k => ({ x: 100 + 80 * Math.sin((2 * Math.PI * k) / 5), y: 100 - 80 * Math.cos((2 * Math.PI * k) / 5) }))
    expect(isInside(star, { x: 100, y: 100 })).toBe(false)
    expect(isInside(star, { x: 100, y: 40 })).toBe(true)
  })
})
