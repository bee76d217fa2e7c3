/** The rectangle that is drawn over lanes × frames, and the cells that it takes. Pure. Not here: pointer events (pointer.ts). */
import type { LaneSelection } from '../state/viewStore.ts'
import { LANE_PX } from './laneRows.ts'
import { type TimeAxis, frameAt } from './timeAxis.ts'

/** x from the left of the view, y from the top of the first lane, px. */
export interface LanePoint {
  readonly x: number
  readonly y: number
}

/** Lanes and frames that the rectangle between two points touches; null where it touches no lane. */
export function marqueeSelection(axis: TimeAxis, keys: readonly number[], from: LanePoint, to: LanePoint): LaneSelection | null {
  const top = Math.floor(Math.min(from.y, to.y) / LANE_PX)
  const bottom = Math.floor(Math.max(from.y, to.y) / LANE_PX)
  if (bottom < 0 || top >= keys.length) return null
  return {
    keys: keys.slice(Math.max(0, top), bottom + 1),
    first: frameAt(axis, Math.min(from.x, to.x)),
    last: frameAt(axis, Math.max(from.x, to.x)),
  }
}
