/** Where the arrow of an out-of-frame point stands: on the picture's border, at the place where the point left. Pure. */
import type { Size } from '../../shared/units.ts'
import type { Point } from './viewport.ts'

export interface BorderArrow extends Point {
  /** Direction it points, radians: 0 right, half a turn left. */
  readonly angle: number
}

/** The nearest place of the border to a point outside (or, where a label says so of a point inside, the border nearest to it). */
export function borderArrow({ x, y }: Point, { width, height }: Size): BorderArrow {
  const inside = { x: Math.max(0, Math.min(width, x)), y: Math.max(0, Math.min(height, y)) }
  if (inside.x !== x || inside.y !== y) return { ...inside, angle: Math.atan2(y - inside.y, x - inside.x) }
  const gaps = [width - x, height - y, x, y]
  const side = gaps.indexOf(Math.min(...gaps))
  if (side === 0) return { x: width, y, angle: 0 }
  if (side === 1) return { x, y: height, angle: Math.PI / 2 }
  return side === 2 ? { x: 0, y, angle: Math.PI } : { x, y: 0, angle: -Math.PI / 2 }
}
