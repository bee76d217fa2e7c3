/** Points of an even lattice inside a rectangle or a polygon. Pure; clip px. */
import type { Size } from '../../shared/units.ts'
import type { Point } from './viewport.ts'

/** More at once are a slip of the hand rather than a wish. */
export const MOST_POINTS = 2000

/** A lattice with `spacing` between points, centred in the rectangle between two corners, cut to the clip. */
export function pointsInRectangle(a: Point, b: Point, spacing: number, clip: Size): Point[] {
  const xs = lattice(Math.max(0, Math.min(a.x, b.x)), Math.min(clip.width, Math.max(a.x, b.x)), spacing)
  const ys = lattice(Math.max(0, Math.min(a.y, b.y)), Math.min(clip.height, Math.max(a.y, b.y)), spacing)
  return ys.flatMap(y => xs.map(x => ({ x, y })))
}

/** Those of the lattice of the polygon's bounding rectangle that lie inside it (by the even-odd rule). */
export function pointsInPolygon(corners: readonly Point[], spacing: number, clip: Size): Point[] {
  if (corners.length < 3) return []
  const xs = corners.map(({ x }) => x)
  const ys = corners.map(({ y }) => y)
  const box = pointsInRectangle({ x: Math.min(...xs), y: Math.min(...ys) }, { x: Math.max(...xs), y: Math.max(...ys) }, spacing, clip)
  return box.filter(point => isInside(corners, point))
}

function lattice(from: number, to: number, spacing: number): number[] {
  const length = to - from
  if (!(length >= 0) || !(spacing > 0)) return []
  const count = Math.max(1, Math.floor(length / spacing))
  const start = from + (length - (count - 1) * spacing) / 2
  return Array.from({ length: count }, (_, index) => start + index * spacing)
}

export function isInside(corners: readonly Point[], { x, y }: Point): boolean {
  let inside = false
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [a, b] = [corners[i], corners[j]]
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  }
  return inside
}
