/**
 * One span of a repaired path, between two neighbouring nodes. First the best way through a corridor of candidates (read from the
 * left, from the right, bent to meet the other end, their blend, the field's own, a straight line) by dynamic programming; then
 * sub-pixel: least squares over the whole span with both ends fixed. Not here: paths of many nodes (repairPath.ts).
 */
import type { Keyframe } from '../../shared/projectRecords.ts'
import { sampleFlow } from '../supervision/flow/sampleFlow.ts'
import { FlowStatus, type FlowStore } from '../supervision/supervision.ts'
import type { NodeTracks } from './readTracks.ts'

export interface SpanInput {
  readonly flow: FlowStore
  /** [frames] 1 where people say that the point is not seen. */
  readonly hidden: Uint8Array
}

/** Both ends included. */
export interface SpanResult {
  readonly positions: Float32Array
  readonly logits: Float32Array
  readonly sigma: Float32Array
}

/** Residual at which a step along flow starts to count as a jump, px. */
const STEP_PX = 1
/** The same of a step along the field's motion where nothing is seen. */
const HIDDEN_STEP_PX = 3
/** What a step that no flow supports costs, and a frame at which the reading it comes from does not see the point. */
const UNSUPPORTED = 0.7
const UNSEEN = 0.5
/** Standard deviations of least squares, px: flow of one frame, motion of the field where flow is silent and where it speaks, and the corridor. */
const FLOW_SIGMA = 0.3
const MOTION_SIGMA = 0.7
const WEAK_MOTION_SIGMA = 4
const CORRIDOR_SIGMA = 0.6
const SWEEPS = 12
/** A reading within this of the path speaks for it, px. */
const NEAR_PX = 2
const SUPPORT_LOGIT = 1.5

interface Candidate {
  /** [span, 2] */
  readonly at: Float64Array
  /** [span] cost of being there. */
  readonly cost: Float64Array
  /** [span] */
  readonly sigma: Float64Array
}

/** Flow out of a place, both ways in time: displacement and whether it is visible there. */
interface Steps {
  readonly forward: Float64Array
  readonly backward: Float64Array
}

export class Span {
  private readonly input: SpanInput
  private readonly a: Keyframe
  private readonly b: Keyframe
  private readonly left: NodeTracks | null
  private readonly right: NodeTracks | null
  private readonly length: number
  /** [span − 1, 2] the field's motion from one frame to the next. */
  private readonly motion: Float64Array
  private readonly sample = new Float64Array(3)

  constructor(input: SpanInput, a: Keyframe, b: Keyframe, left: NodeTracks | null, right: NodeTracks | null) {
    this.input = input
    this.a = a
    this.b = b
    this.left = left
    this.right = right
    this.length = b.frame - a.frame + 1
    this.motion = this.blendedMotion()
  }

  solve(): SpanResult {
    const candidates = this.candidates()
    const corridor = this.best(candidates)
    const positions = this.refine(corridor.at, corridor.sigma)
    return { positions: Float32Array.from(positions), ...this.judge(positions) }
  }

  private blendedMotion(): Float64Array {
    const motion = new Float64Array(Math.max(0, this.length - 1) * 2)
    for (let k = 0; k < this.length - 1; k++) {
      const u = (k + 0.5) / (this.length - 1)
      let sum = 0
      for (const [side, weight] of [[this.left, 1 - u], [this.right, u]] as const) {
        if (!side) continue
        const t = (this.a.frame + k) * 2
        motion[k * 2] += weight * (side.motion[t + 2] - side.motion[t])
        motion[k * 2 + 1] += weight * (side.motion[t + 3] - side.motion[t + 1])
        sum += weight
      }
      motion[k * 2] /= sum
      motion[k * 2 + 1] /= sum
    }
    return motion
  }

  private candidates(): Candidate[] {
    const { a, b, length } = this
    const out: Candidate[] = []
    const add = (place: (t: number, axis: 0 | 1, u: number) => number, logits: Float32Array | null, sigma: (t: number) => number) => {
      const at = new Float64Array(length * 2)
      const cost = new Float64Array(length)
      const spread = new Float64Array(length)
      for (let k = 0; k < length; k++) {
        const t = a.frame + k
        const u = k / (length - 1)
        at[k * 2] = place(t, 0, u)
        at[k * 2 + 1] = place(t, 1, u)
        cost[k] = this.input.hidden[t] ? 0 : UNSEEN * (logits ? 1 / (1 + Math.exp(logits[t])) : 1)
        spread[k] = sigma(t)
      }
      out.push({ at, cost, sigma: spread })
    }
    const ends = [[a.x, a.y], [b.x, b.y]] as const
    const { left, right } = this
    for (const side of [left, right]) {
      if (!side) continue
      const own = side === left ? 0 : 1
      const offset = (frame: number, end: readonly number[], axis: 0 | 1) => end[axis] - side.positions[frame * 2 + axis]
      const edge = own === 0 ? a.frame : b.frame
      const sigma = (t: number) => side.sigma[t]
      add((t, axis) => side.positions[t * 2 + axis] + offset(edge, ends[own], axis), side.logits, sigma)
      add((t, axis, u) => side.positions[t * 2 + axis] + (1 - u) * offset(a.frame, ends[0], axis) + u * offset(b.frame, ends[1], axis), side.logits, sigma)
      add((t, axis) => side.motion[t * 2 + axis] + ends[own][axis] - side.motion[edge * 2 + axis], null, () => MOTION_SIGMA * 2)
    }
    if (left && right) {
      const logits = left.logits.map((v, t) => (v + right.logits[t]) / 2)
      add((t, axis, u) => (1 - u) * out[0].at[(t - a.frame) * 2 + axis] + u * out[3].at[(t - a.frame) * 2 + axis], logits, t => Math.min(left.sigma[t], right.sigma[t]))
    }
    add((_, axis, u) => (1 - u) * ends[0][axis] + u * ends[1][axis], null, () => MOTION_SIGMA * 4)
    return out
  }

  /** Flow at frame a + k, place (x, y): forward and backward [dx, dy, 1 = visible]; null beyond what is known. */
  private stepsAt(k: number, x: number, y: number, out: Steps): void {
    const { flow, hidden } = this.input
    const t = this.a.frame + k
    for (const [way, into] of [[1, out.forward], [-1, out.backward]] as const) {
      into[2] = 0
      const to = t + way
      if (hidden[t] || hidden[to] || !flow.has(t, to)) continue
      sampleFlow(flow.read(t, to), x, y, this.sample)
      into[0] = this.sample[0]
      into[1] = this.sample[1]
      into[2] = this.sample[2] === FlowStatus.visible ? 1 : 0
    }
  }

  private allSteps(places: Float64Array): Steps[] {
    return Array.from({ length: this.length }, (_, k) => {
      const steps = { forward: new Float64Array(3), backward: new Float64Array(3) }
      this.stepsAt(k, places[k * 2], places[k * 2 + 1], steps)
      return steps
    })
  }

  /** Cost of going from one place to another in one frame. */
  private stepCost(k: number, dx: number, dy: number, forward: Float64Array, backward: Float64Array): number {
    const lost = (px: number, scale: number) => Math.log1p((px * px) / (scale * scale))
    const along = lost(Math.hypot(dx - this.motion[k * 2], dy - this.motion[k * 2 + 1]), HIDDEN_STEP_PX)
    const ahead = forward[2] ? lost(Math.hypot(dx - forward[0], dy - forward[1]), STEP_PX) : UNSUPPORTED + along
    const back = backward[2] ? lost(Math.hypot(dx + backward[0], dy + backward[1]), STEP_PX) : UNSUPPORTED + along
    return ahead + back
  }

  /** The cheapest way through the candidates, both ends being the nodes. */
  private best(candidates: readonly Candidate[]): { at: Float64Array; sigma: Float64Array } {
    const { a, b, length } = this
    const n = candidates.length
    for (const { at } of candidates) {
      at.set([a.x, a.y])
      at.set([b.x, b.y], (length - 1) * 2)
    }
    const steps = candidates.map(c => this.allSteps(c.at))
    const came = new Uint8Array(length * n)
    let costs = new Float64Array(n)
    for (let k = 1; k < length; k++) {
      const next = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
      for (let to = 0; to < n; to++) {
        for (let from = 0; from < n; from++) {
          const p = candidates[from].at
          const q = candidates[to].at
          const dx = q[k * 2] - p[k * 2 - 2]
          const dy = q[k * 2 + 1] - p[k * 2 - 1]
          const cost = costs[from] + this.stepCost(k - 1, dx, dy, steps[from][k - 1].forward, steps[to][k].backward) + (k < length - 1 ? candidates[to].cost[k] : 0)
          if (cost >= next[to]) continue
          next[to] = cost
          came[k * n + to] = from
        }
      }
      costs = next
    }
    const at = new Float64Array(length * 2)
    const sigma = new Float64Array(length)
    let c = costs.indexOf(Math.min(...costs))
    for (let k = length - 1; k >= 0; k--) {
      at.set(candidates[c].at.subarray(k * 2, k * 2 + 2), k * 2)
      sigma[k] = candidates[c].sigma[k]
      c = came[k * n + c]
    }
    return { at, sigma }
  }

  /** Least squares over the span: steps along flow both ways, the field's motion, the corridor; robust, both ends fixed. */
  private refine(corridor: Float64Array, spread: Float64Array): Float64Array {
    const { length, motion } = this
    const p = corridor.slice()
    const inner = length - 2
    if (inner < 1) return p
    const diagonal = new Float64Array(length)
    const off = new Float64Array(length)
    const right = new Float64Array(length * 2)
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      const steps = this.allSteps(p)
      diagonal.fill(0)
      off.fill(0)
      right.fill(0)
      /** A step from frame k to k + 1 should be (dx, dy). */
      const ask = (k: number, dx: number, dy: number, sigma: number) => {
        const rx = p[k * 2 + 2] - p[k * 2] - dx
        const ry = p[k * 2 + 3] - p[k * 2 + 1] - dy
        const w = 1 / (sigma * sigma * (1 + (rx * rx + ry * ry) / (9 * sigma * sigma)))
        diagonal[k] += w
        diagonal[k + 1] += w
        off[k] -= w
        right[k * 2] -= w * dx
        right[k * 2 + 1] -= w * dy
        right[k * 2 + 2] += w * dx
        right[k * 2 + 3] += w * dy
      }
      for (let k = 0; k < length - 1; k++) {
        const { forward } = steps[k]
        const { backward } = steps[k + 1]
        if (forward[2]) ask(k, forward[0], forward[1], FLOW_SIGMA)
        if (backward[2]) ask(k, -backward[0], -backward[1], FLOW_SIGMA)
        ask(k, motion[k * 2], motion[k * 2 + 1], forward[2] || backward[2] ? WEAK_MOTION_SIGMA : MOTION_SIGMA)
      }
      for (let k = 1; k <= inner; k++) {
        const s = Math.hypot(CORRIDOR_SIGMA, spread[k])
        const w = 1 / (s * s * (1 + ((p[k * 2] - corridor[k * 2]) ** 2 + (p[k * 2 + 1] - corridor[k * 2 + 1]) ** 2) / (9 * s * s)))
        diagonal[k] += w
        right[k * 2] += w * corridor[k * 2]
        right[k * 2 + 1] += w * corridor[k * 2 + 1]
      }
      solveInner(p, diagonal, off, right)
    }
    return p
  }

  /** What the readings, where they lie near the path, and flow along it say of being seen there; and how sure the place is. */
  private judge(p: Float64Array): { logits: Float32Array; sigma: Float32Array } {
    const { a, length, left, right } = this
    const logits = new Float32Array(length)
    const sigma = new Float32Array(length)
    const steps = this.allSteps(p)
    for (let k = 0; k < length; k++) {
      const t = a.frame + k
      const u = k / (length - 1)
      let sum = 0.1
      const asked = steps[k].forward[2] + steps[k].backward[2]
      let logit = 0.1 * SUPPORT_LOGIT * (asked - 1)
      let information = 0
      for (const [side, weight] of [[left, 1 - u], [right, u]] as const) {
        if (!side) continue
        const d = Math.hypot(p[k * 2] - side.positions[t * 2], p[k * 2 + 1] - side.positions[t * 2 + 1])
        const near = Math.exp(-(d * d) / (2 * NEAR_PX * NEAR_PX)) * (0.1 + weight)
        sum += near
        logit += near * side.logits[t]
        information += 1 / (Math.hypot(side.sigma[t], d / 2) ** 2 + 1e-4)
      }
      logits[k] = logit / sum
      // Away from both nodes errors grow like a walk's, held at both ends.
      const walk = FLOW_SIGMA * Math.sqrt(k * (1 - u))
      sigma[k] = Math.sqrt(Math.min(1 / information, 1e4) + walk * walk * 0.25)
    }
    return { logits, sigma }
  }
}

/** Solves the tridiagonal system for the inner frames of `p` [frames, 2], its ends fixed. Overwrites all but `off`. */
function solveInner(p: Float64Array, diagonal: Float64Array, off: Float64Array, right: Float64Array): void {
  const n = diagonal.length
  for (let axis = 0; axis < 2; axis++) {
    right[2 + axis] -= off[0] * p[axis]
    right[(n - 2) * 2 + axis] -= off[n - 2] * p[(n - 1) * 2 + axis]
  }
  for (let k = 2; k < n - 1; k++) {
    const factor = off[k - 1] / diagonal[k - 1]
    diagonal[k] -= factor * off[k - 1]
    for (let axis = 0; axis < 2; axis++) right[k * 2 + axis] -= factor * right[(k - 1) * 2 + axis]
  }
  for (let k = n - 2; k >= 1; k--)
    for (let axis = 0; axis < 2; axis++) {
      const beyond = k < n - 2 ? off[k] * p[(k + 1) * 2 + axis] : 0
      p[k * 2 + axis] = (right[k * 2 + axis] - beyond) / diagonal[k]
    }
}
