/**
 * The way through a span before it is made sub-pixel: the best one through a corridor of candidates (read from the left, from the right,
 * bent to meet the other end, their blend, the field's own, a straight line) by dynamic programming. It may leave one reading and
 * come to the other over a gap in which the point is hidden. Not here: least squares and states (repairSpan.ts).
 */
import type { NodeTracks } from './readTracks.ts'
import type { Span } from './span.ts'

/** Residual at which a step along flow starts to count as a jump, px. */
const STEP_PX = 1
/** The same of a step along the field's motion where nothing is seen. */
const HIDDEN_STEP_PX = 3
/** What a step that no flow supports costs, and a frame at which the reading it comes from does not see the point. */
const UNSUPPORTED = 0.7
const UNSEEN = 0.5
/** A gap, in which the point is taken to be hidden: what it costs, each of its frames, and more where the readings see the point. */
const GAP = 4
const GAP_FRAME = 0.6
const GAP_FRAME_SEEN = 3
/** Difference in speed at which going over a gap starts to cost, px a frame. */
const GAP_STEP_PX = 3
const LONGEST_GAP = 60
/** Frames that the speed at the end of a gap is taken from. */
const SPEED_FRAMES = 3
/** Standard deviations of places: of the field alone, of a straight line, inside a gap, px. */
const FIELD_SIGMA = 1.4
const LINE_SIGMA = 2.8
const GAP_SIGMA = 2

interface Candidate {
  /** [length, 2] */
  readonly at: Float64Array
  /** [length] cost of being there. */
  readonly cost: Float64Array
  /** [length] */
  readonly sigma: Float64Array
  /** The reading that it follows; none for those that are made up. */
  readonly read: NodeTracks | null
}

/** The way chosen, to be refined. */
export interface Corridor {
  /** [length, 2] */
  readonly at: Float64Array
  /** [length] */
  readonly sigma: Float64Array
  /** [length] 1 where it follows nothing that is seen. */
  readonly unseen: Uint8Array
}

export function findCorridor(span: Span): Corridor {
  return new Search(span).best()
}

class Search {
  private readonly span: Span

  constructor(span: Span) {
    this.span = span
  }

  /** The cheapest way through the candidates, both ends being the nodes; over a gap it leaves one and comes to another unseen. */
  best(): Corridor {
    const { a, b, length } = this.span
    const candidates = this.candidates()
    const n = candidates.length
    for (const { at } of candidates) {
      at.set([a.x, a.y])
      at.set([b.x, b.y], (length - 1) * 2)
    }
    const steps = candidates.map(c => this.span.stepsAlong(c.at))
    const came = new Int16Array(length * n)
    const gaps = new Int16Array(length * n)
    const lonely = this.unseenCosts()
    const costs = new Float64Array(length * n).fill(Number.POSITIVE_INFINITY)
    costs.fill(0, 0, n)
    for (let k = 1; k < length; k++) {
      for (let to = 0; to < n; to++) {
        const q = candidates[to].at
        const here = k < length - 1 ? candidates[to].cost[k] : 0
        const cell = k * n + to
        for (let from = 0; from < n; from++) {
          const p = candidates[from].at
          const dx = q[k * 2] - p[k * 2 - 2]
          const dy = q[k * 2 + 1] - p[k * 2 - 1]
          const cost = costs[cell - n + from - to] + this.stepCost(k - 1, dx, dy, steps[from][k - 1].forward, steps[to][k].backward) + here
          if (cost >= costs[cell]) continue
          costs[cell] = cost
          came[cell] = from
          gaps[cell] = 0
        }
        for (let from = 0; from < n; from++) {
          if (candidates[from].read === candidates[to].read || !candidates[from].read || !candidates[to].read) continue
          for (let g = 2; g <= Math.min(k, LONGEST_GAP); g++) {
            const before = costs[(k - g) * n + from] + GAP + (lonely[k - 1] - lonely[k - g]) + here
            if (before >= costs[cell]) continue
            const cost = before + this.gapCost(candidates[from].at, candidates[to].at, k - g, k)
            if (cost >= costs[cell]) continue
            costs[cell] = cost
            came[cell] = from
            gaps[cell] = g
          }
        }
      }
    }
    const at = new Float64Array(length * 2)
    const sigma = new Float64Array(length)
    const unseen = new Uint8Array(length)
    let c = 0
    for (let k = 1; k < n; k++) if (costs[(length - 1) * n + k] < costs[(length - 1) * n + c]) c = k
    for (let k = length - 1; k >= 0; ) {
      at.set(candidates[c].at.subarray(k * 2, k * 2 + 2), k * 2)
      sigma[k] = candidates[c].sigma[k]
      const g = gaps[k * n + c]
      const from = came[k * n + c]
      if (g) this.crossGap(candidates[from].at, candidates[c].at, k - g, k, at)
      for (let j = k - g + 1; j < k; j++) {
        sigma[j] = GAP_SIGMA
        unseen[j] = 1
      }
      c = from
      k -= Math.max(1, g)
    }
    return { at, sigma, unseen }
  }

  /** [span] running sum of what each frame unseen costs: more where the readings see the point. */
  private unseenCosts(): Float64Array {
    const { a, length, left, right } = this.span
    const sums = new Float64Array(length)
    for (let k = 1; k < length; k++) {
      const t = a.frame + k
      const sides = [left, right].filter(side => side !== null)
      const seen = sides.reduce((sum, side) => sum + 1 / (1 + Math.exp(-side.logits[t])), 0) / sides.length
      sums[k] = sums[k - 1] + (this.span.input.hidden[t] ? 0 : GAP_FRAME + GAP_FRAME_SEEN * seen)
    }
    return sums
  }

  /** Mean step of a candidate over some frames beside frame k, on the side of `way`. */
  private speed(p: Float64Array, k: number, way: 1 | -1, axis: 0 | 1): number {
    const far = Math.min(this.span.length - 1, Math.max(0, k + way * SPEED_FRAMES))
    return far === k ? Number.NaN : (p[far * 2 + axis] - p[k * 2 + axis]) / (far - k)
  }

  /** Speeds at both ends of a gap along one axis; where one end is a node's and has none, the other's. */
  private speeds(p: Float64Array, q: Float64Array, from: number, to: number, axis: 0 | 1): readonly [number, number] {
    const leaving = this.speed(p, from, -1, axis)
    const coming = this.speed(q, to, 1, axis)
    const mean = (q[to * 2 + axis] - p[from * 2 + axis]) / (to - from)
    return [Number.isNaN(leaving) ? (Number.isNaN(coming) ? mean : coming) : leaving, Number.isNaN(coming) ? (Number.isNaN(leaving) ? mean : leaving) : coming]
  }

  /** How ill the way over a gap agrees with the field's motion, or with the speeds at both its ends, whichever is better. */
  private gapCost(p: Float64Array, q: Float64Array, from: number, to: number): number {
    const frames = to - from
    let field2 = 0
    let steady2 = 0
    for (const axis of [0, 1] as const) {
      const way = q[to * 2 + axis] - p[from * 2 + axis]
      const [v0, v1] = this.speeds(p, q, from, to, axis)
      field2 += ((way - (this.span.moved[to * 2 + axis] - this.span.moved[from * 2 + axis])) / frames) ** 2
      steady2 += (way / frames - (v0 + v1) / 2) ** 2
    }
    return frames * Math.log1p(Math.min(field2, steady2) / GAP_STEP_PX ** 2)
  }

  /** Writes the frames inside a gap: the field's motion bent to meet the other end, or a curve with the speeds at both ends, whichever agrees better. */
  private crossGap(p: Float64Array, q: Float64Array, from: number, to: number, out: Float64Array): void {
    const frames = to - from
    const miss = [0, 1].map(axis => q[to * 2 + axis] - p[from * 2 + axis] - this.span.moved[to * 2 + axis] + this.span.moved[from * 2 + axis])
    const both = ([0, 1] as const).map(axis => this.speeds(p, q, from, to, axis))
    const steady = both.map(([v0, v1], axis) => q[to * 2 + axis] - p[from * 2 + axis] - ((v0 + v1) / 2) * frames)
    const byField = Math.hypot(...miss) <= Math.hypot(...steady)
    for (let k = from + 1; k < to; k++) {
      const u = (k - from) / frames
      for (const axis of [0, 1] as const) {
        const start = p[from * 2 + axis]
        if (byField) out[k * 2 + axis] = start + this.span.moved[k * 2 + axis] - this.span.moved[from * 2 + axis] + u * miss[axis]
        else {
          const [v0, v1] = both[axis]
          const end = q[to * 2 + axis]
          out[k * 2 + axis] =
            (1 + 2 * u) * (1 - u) ** 2 * start + u * (1 - u) ** 2 * frames * v0 + u * u * (3 - 2 * u) * end + u * u * (u - 1) * frames * v1
        }
      }
    }
  }

  /** Cost of going from one place to another in one frame. */
  private stepCost(k: number, dx: number, dy: number, forward: Float64Array, backward: Float64Array): number {
    const lost = (px: number, scale: number) => Math.log1p((px * px) / (scale * scale))
    const along = lost(Math.hypot(dx - this.span.motion[k * 2], dy - this.span.motion[k * 2 + 1]), HIDDEN_STEP_PX)
    const ahead = forward[2] ? lost(Math.hypot(dx - forward[0], dy - forward[1]), STEP_PX) : UNSUPPORTED + along
    const back = backward[2] ? lost(Math.hypot(dx + backward[0], dy + backward[1]), STEP_PX) : UNSUPPORTED + along
    return ahead + back
  }

  private candidates(): Candidate[] {
    const { a, b, length } = this.span
    const out: Candidate[] = []
    const add = (place: (t: number, axis: 0 | 1, u: number) => number, read: NodeTracks | null, logits: Float32Array | null, sigma: (t: number) => number) => {
      const at = new Float64Array(length * 2)
      const cost = new Float64Array(length)
      const spread = new Float64Array(length)
      for (let k = 0; k < length; k++) {
        const t = a.frame + k
        const u = k / (length - 1)
        at[k * 2] = place(t, 0, u)
        at[k * 2 + 1] = place(t, 1, u)
        cost[k] = this.span.input.hidden[t] ? 0 : UNSEEN * (logits ? 1 / (1 + Math.exp(logits[t])) : 1)
        spread[k] = sigma(t)
      }
      out.push({ at, cost, sigma: spread, read })
    }
    const ends = [[a.x, a.y], [b.x, b.y]] as const
    const { left, right } = this.span
    for (const side of [left, right]) {
      if (!side) continue
      const own = side === left ? 0 : 1
      const offset = (frame: number, end: readonly number[], axis: 0 | 1) => end[axis] - side.positions[frame * 2 + axis]
      const edge = own === 0 ? a.frame : b.frame
      const sigma = (t: number) => side.sigma[t]
      add((t, axis) => side.positions[t * 2 + axis] + offset(edge, ends[own], axis), side, side.logits, sigma)
      add((t, axis, u) => side.positions[t * 2 + axis] + (1 - u) * offset(a.frame, ends[0], axis) + u * offset(b.frame, ends[1], axis), side, side.logits, sigma)
      add((t, axis) => side.motion[t * 2 + axis] + ends[own][axis] - side.motion[edge * 2 + axis], null, null, () => FIELD_SIGMA)
    }
    if (left && right) {
      const logits = left.logits.map((v, t) => (v + right.logits[t]) / 2)
      add((t, axis, u) => (1 - u) * out[0].at[(t - a.frame) * 2 + axis] + u * out[3].at[(t - a.frame) * 2 + axis], null, logits, t => Math.min(left.sigma[t], right.sigma[t]))
    }
    add((_, axis, u) => (1 - u) * ends[0][axis] + u * ends[1][axis], null, null, () => LINE_SIGMA)
    return out
  }
}
