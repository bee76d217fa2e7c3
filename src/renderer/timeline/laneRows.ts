/** Which tracks have lanes, and where the lanes lie from top to bottom. Pure. Not here: what is in a lane (laneRuns.ts). */
import type { OpenDocument } from '../state/documentStore.ts'

export const LANE_PX = 20

/** Keys of the tracks that are not hidden and, in solo, selected; in the order of the list. */
export function laneKeys({ order, tracks }: Pick<OpenDocument, 'order' | 'tracks'>, { solo, selection }: { readonly solo: boolean; readonly selection: ReadonlySet<number> }): number[] {
  const alone = solo && selection.size > 0
  return order.filter(key => !tracks.get(key)!.record.hidden && (!alone || selection.has(key)))
}

/** Lanes first..last that a view of `heightPx` scrolled by `topPx` shows, cut ones included; last is -1 where there are none. */
export function lanesInView(count: number, topPx: number, heightPx: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(topPx / LANE_PX))
  return { first, last: Math.min(count - 1, Math.ceil((topPx + heightPx) / LANE_PX) - 1) }
}

/** Index of the lane at y px from the top of the first lane; null where there is none. */
export function laneAt(count: number, y: number): number | null {
  const lane = Math.floor(y / LANE_PX)
  return lane >= 0 && lane < count ? lane : null
}

/** Scroll position that brings a lane wholly into view with the least movement. */
export function topShowingLane(lane: number, topPx: number, heightPx: number): number {
  const top = lane * LANE_PX
  if (top < topPx) return top
  return top + LANE_PX > topPx + heightPx ? top + LANE_PX - heightPx : topPx
}
