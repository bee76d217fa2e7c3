/**
 * One span of a repaired path, sub-pixel: least squares over the whole span with both ends fixed, along flow where the point is
 * seen, along the field's motion where it is not; then what is known of its being seen and how sure its place is.
 * Not here: which way it takes (repairCorridor.ts).
 */
import { findCorridor, type Corridor } from './repairCorridor.ts'
import type { Span, Steps } from './span.ts'

/** Both ends included. */
export interface SpanResult {
  readonly positions: Float32Array
  readonly logits: Float32Array
  readonly sigma: Float32Array
}

/** Standard deviations, px: flow of one frame, motion of the field where flow is silent and where it speaks, the corridor. */
const FLOW_SIGMA = 0.3
const MOTION_SIGMA = 0.7
const WEAK_MOTION_SIGMA = 4
const CORRIDOR_SIGMA = 0.6
const SWEEPS = 12
/** A reading within this of the path speaks for it, px. */
const NEAR_PX = 2
/** Log-odds of visible: where flow one way or the other says so, and inside a gap. */
const SUPPORT_LOGIT = 1.5
const GAP_LOGIT = -2
/** A step is a leap from here on; its doubt is full this far from both nodes. */
const LEAP_PX = 3
const LEAP_FRAMES = 3

export function repairSpan(span: Span): SpanResult {
  const corridor = findCorridor(span)
  const positions = refine(span, corridor)
  return { positions: Float32Array.from(positions), ...judge(span, positions, corridor.unseen) }
}

/** Least squares over the span: steps along flow both ways, the field's motion, the corridor; robust, both ends fixed. */
function refine(span: Span, { at: corridor, sigma: spread, unseen }: Corridor): Float64Array {
  const { length, motion } = span
  const p = corridor.slice()
  const inner = length - 2
  if (inner < 1) return p
  const diagonal = new Float64Array(length)
  const off = new Float64Array(length)
  const right = new Float64Array(length * 2)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const steps = span.stepsAlong(p)
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
      if (unseen[k] || unseen[k + 1]) {
        ask(k, corridor[k * 2 + 2] - corridor[k * 2], corridor[k * 2 + 3] - corridor[k * 2 + 1], MOTION_SIGMA)
        continue
      }
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
function judge(span: Span, p: Float64Array, unseen: Uint8Array): { logits: Float32Array; sigma: Float32Array } {
  const { a, length, left, right } = span
  const logits = new Float32Array(length)
  const sigma = new Float32Array(length)
  const steps = span.stepsAlong(p)
  const leap = longestLeap(span, p, unseen, steps)
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
    logits[k] = unseen[k] ? GAP_LOGIT : logit / sum
    // Away from both nodes errors grow like a walk's, held at both ends.
    const walk = FLOW_SIGMA * Math.sqrt(k * (1 - u))
    // A leap says that the path follows something else for a while, but not for how long.
    const doubt = leap > LEAP_PX ? (leap / 2) * Math.min(1, Math.min(k, length - 1 - k) / LEAP_FRAMES) : 0
    sigma[k] = Math.sqrt(Math.min(1 / information, 1e4) + walk * walk * 0.25 + doubt * doubt)
  }
  return { logits, sigma }
}

/** The longest step that neither flow nor the field's motion explains, outside gaps, px. */
function longestLeap({ length, motion }: Span, p: Float64Array, unseen: Uint8Array, steps: readonly Steps[]): number {
  let leap = 0
  for (let k = 0; k < length - 1; k++) {
    if (unseen[k] || unseen[k + 1]) continue
    const dx = p[k * 2 + 2] - p[k * 2]
    const dy = p[k * 2 + 3] - p[k * 2 + 1]
    const { forward } = steps[k]
    const { backward } = steps[k + 1]
    const ahead = forward[2] ? Math.hypot(dx - forward[0], dy - forward[1]) : Number.POSITIVE_INFINITY
    const back = backward[2] ? Math.hypot(dx + backward[0], dy + backward[1]) : Number.POSITIVE_INFINITY
    leap = Math.max(leap, Math.min(ahead, back, Math.hypot(dx - motion[k * 2], dy - motion[k * 2 + 1])))
  }
  return leap
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
