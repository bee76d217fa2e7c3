/**
 * The loss terms of one correspondence, with their gradients by what it sees: p̂_j, ẑ_j, D_j at p̂_j and p_j. float64.
 * Choices where backend.ts leaves room: a point is inside the frame when 0 ≤ x ≤ W and 0 ≤ y ≤ H; the pixel terms of
 * flow outside it are masked, and with them its flow-gradient term; corrections know no prior; the prior's gradient is
 * the slope of bilinear D − D⁰ within the cell of the point, per node; |·| and max have slope 0 at their corner.
 */
import { SampleKind } from '../backend.ts'
import type { FieldShape, LossReport, LossWeights } from '../backend.ts'
import type { Projection } from './camera.ts'
import type { GridSample } from './bilinear.ts'

export type Losses = { -readonly [K in keyof LossReport]: LossReport[K] }

export function noLosses(): Losses {
  return { total: 0, pixel: 0, longTerm: 0, correction: 0, depth: 0, prior: 0, priorGradient: 0, occlusion: 0, flowGradient: 0 }
}

/** What a correspondence contributes back. */
export interface PointGradient {
  /** By p̂_j and ẑ_j. */
  x: number
  y: number
  z: number
  /** By D_j(p_j) and by D_j(p̂_j). */
  atTarget: number
  atPrediction: number
}

export const insideFrame = (shape: FieldShape, x: number, y: number) => x >= 0 && x <= shape.width && y >= 0 && y <= shape.height

const sign = (v: number) => (v > 0 ? 1 : v < 0 ? -1 : 0)

/**
 * Terms of one point. `share` is its weight over the number of points of the batch; `depths` are D_j and D⁰_j at p_j,
 * and D_j at p̂_j.
 */
export function pointLoss(
  kind: number,
  share: number,
  weights: LossWeights,
  inside: boolean,
  p: Projection,
  target: readonly [number, number],
  depths: { readonly target: number; readonly targetPrior: number; readonly prediction: number },
  losses: Losses,
): PointGradient {
  const g: PointGradient = { x: 0, y: 0, z: 0, atTarget: 0, atPrediction: 0 }
  const factor = kind === SampleKind.longTerm ? weights.longTerm : kind === SampleKind.correction ? weights.correction : 1

  if (kind !== SampleKind.occluded && !(kind === SampleKind.flow && !inside)) {
    const w = share * factor * weights.pixel
    const value = w * (Math.abs(p.x - target[0]) + Math.abs(p.y - target[1]))
    if (kind === SampleKind.longTerm) losses.longTerm += value
    else if (kind === SampleKind.correction) losses.correction += value
    else losses.pixel += value
    g.x += w * sign(p.x - target[0])
    g.y += w * sign(p.y - target[1])
  }
  if (kind === SampleKind.flow || kind === SampleKind.longTerm || kind === SampleKind.correction) {
    const w = share * factor * weights.depth
    losses.depth += w * Math.abs(p.z - depths.target)
    g.z += w * sign(p.z - depths.target)
    g.atTarget -= w * sign(p.z - depths.target)
  }
  if (kind === SampleKind.flow || kind === SampleKind.longTerm) {
    const w = share * (kind === SampleKind.flow ? weights.prior : weights.priorLongTerm)
    losses.prior += w * Math.abs(p.z - depths.targetPrior)
    g.z += w * sign(p.z - depths.targetPrior)
  }
  if ((kind === SampleKind.occluded || kind === SampleKind.occludedKnown) && inside) {
    const margin = (1 + weights.occlusionMargin) * depths.prediction - p.z
    if (margin > 0) {
      const w = share * weights.occlusion
      losses.occlusion += w * margin
      g.z -= w
      g.atPrediction += w * (1 + weights.occlusionMargin)
    }
  }
  return g
}

/** |∇(D − D⁰)|₁ at a sample of frame maps starting at `offset`; adds its gradient by the nodes of D times `weight`. */
export function priorGradientLoss(
  depth: Float64Array,
  prior: ArrayLike<number>,
  gradient: Float64Array,
  offset: number,
  s: GridSample,
  weight: number,
): number {
  const [w00, w10, w01, w11] = s.weights
  const slopes = [
    [-(w00 + w10), w00 + w10, -(w01 + w11), w01 + w11],
    [-(w00 + w01), -(w10 + w11), w00 + w01, w10 + w11],
  ]
  let loss = 0
  for (const slope of slopes) {
    let d = 0
    for (let k = 0; k < 4; k++) d += slope[k] * (depth[offset + s.nodes[k]] - prior[offset + s.nodes[k]])
    loss += weight * Math.abs(d)
    for (let k = 0; k < 4; k++) gradient[offset + s.nodes[k]] += weight * sign(d) * slope[k]
  }
  return loss
}

/** |r₁ − r₀|₁ of a couple: value and gradient by r₁ (that by r₀ is its negative). */
export function coupleLoss(r0: readonly [number, number], r1: readonly [number, number], weight: number) {
  const dx = r1[0] - r0[0]
  const dy = r1[1] - r0[1]
  return { value: weight * (Math.abs(dx) + Math.abs(dy)), x: weight * sign(dx), y: weight * sign(dy) }
}
