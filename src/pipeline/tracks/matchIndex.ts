/**
 * Long-term matches asked the other way round: where does a point of one frame reappear in another, judged by the
 * matches around it? Not here: finding matches (supervision/matches), or believing the answer (fuse.ts compares patches).
 */
import type { LongMatches } from '../supervision/supervision.ts'

/** Matches further away than this belong to another surface too often, working pixels. */
const RADIUS_PX = 20
/** A lone match is not enough to move a track across an occlusion. */
const LEAST = 3
/** Matches around must agree on where the point goes within this. */
const AGREE_PX = 6

interface FramePair {
  /** [n, 2] in the asked frame, and where each goes. */
  readonly from: number[]
  readonly to: number[]
}

export interface Reappearance {
  readonly x: number
  readonly y: number
  /** Matches that agree. */
  readonly support: number
}

export class MatchIndex {
  /** Target frame → source frame → matches. */
  private readonly pairs = new Map<number, Map<number, FramePair>>()

  constructor(matches: LongMatches | null) {
    if (!matches) return
    const { frameA, frameB, a, b } = matches
    for (let k = 0; k < frameA.length; k++) {
      this.add(frameA[k], frameB[k], a[k * 2], a[k * 2 + 1], b[k * 2], b[k * 2 + 1])
      this.add(frameB[k], frameA[k], b[k * 2], b[k * 2 + 1], a[k * 2], a[k * 2 + 1])
    }
  }

  /** Frames that have matches to `to`. */
  sources(to: number): Iterable<number> {
    return this.pairs.get(to)?.keys() ?? []
  }

  /** Where the point (x, y) of frame `from` is in frame `to`; null where too few matches around it agree. */
  ask(from: number, to: number, x: number, y: number): Reappearance | null {
    const pair = this.pairs.get(to)?.get(from)
    if (!pair) return null
    const near: number[] = []
    for (let k = 0; k < pair.from.length; k += 2) {
      const dx = pair.from[k] - x
      const dy = pair.from[k + 1] - y
      if (dx * dx + dy * dy < RADIUS_PX * RADIUS_PX) near.push(k)
    }
    if (near.length < LEAST) return null
    // The nearest match leads; those that move alike follow it, each weighed by its nearness.
    near.sort((i, j) => distance2(pair.from, i, x, y) - distance2(pair.from, j, x, y))
    for (const lead of near.slice(0, 3)) {
      const moveX = pair.to[lead] - pair.from[lead]
      const moveY = pair.to[lead + 1] - pair.from[lead + 1]
      let sum = 0
      let sx = 0
      let sy = 0
      let support = 0
      for (const k of near) {
        const mx = pair.to[k] - pair.from[k]
        const my = pair.to[k + 1] - pair.from[k + 1]
        if ((mx - moveX) ** 2 + (my - moveY) ** 2 > AGREE_PX * AGREE_PX) continue
        const w = 1 / (4 + distance2(pair.from, k, x, y))
        sum += w
        sx += w * mx
        sy += w * my
        support++
      }
      if (support >= LEAST) return { x: x + sx / sum, y: y + sy / sum, support }
    }
    return null
  }

  private add(from: number, to: number, fx: number, fy: number, tx: number, ty: number): void {
    let sources = this.pairs.get(to)
    if (!sources) this.pairs.set(to, (sources = new Map()))
    let pair = sources.get(from)
    if (!pair) sources.set(from, (pair = { from: [], to: [] }))
    pair.from.push(fx, fy)
    pair.to.push(tx, ty)
  }
}

const distance2 = (points: readonly number[], k: number, x: number, y: number): number => (points[k] - x) ** 2 + (points[k + 1] - y) ** 2
