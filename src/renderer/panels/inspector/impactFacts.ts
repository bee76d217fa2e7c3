/** What the impact view lists of an impact, at the distance that the person asks for. Pure. */
import type { Impact } from '../../../shared/studio/document.ts'

export interface ShownImpact {
  readonly moved: Impact['moved']
  readonly disagree: Impact['disagree']
}

/** Tracks and keyframes beyond `deltaPx`, furthest first, of tracks that are still there. */
export function impactBeyond(impact: Impact, deltaPx: number, has: (key: number) => boolean): ShownImpact {
  return {
    moved: impact.moved.filter(({ key, maxPx }) => maxPx > deltaPx && has(key)).sort((a, b) => b.maxPx - a.maxPx),
    disagree: impact.disagree.filter(({ key, px }) => px > deltaPx && has(key)).sort((a, b) => b.px - a.px),
  }
}

/** The distances that can be asked for: from what was recorded up to what moved furthest. */
export function deltaRange({ deltaPx, moved, disagree }: Impact): { readonly min: number; readonly max: number } {
  const furthest = Math.max(deltaPx, ...moved.map(({ maxPx }) => maxPx), ...disagree.map(({ px }) => px))
  return { min: deltaPx, max: Math.max(deltaPx + 1, Math.ceil(furthest)) }
}
