/**
 * What is known of one track at one frame, and the chance that the point is visible there. Not here: gathering the
 * evidence (fuse.ts), smoothing over time (smooth.ts).
 */

/** Columns of an evidence row. Shares are of the anchors asked; ZNCC is 0 where no patch was compared. */
export const Evidence = {
  /** Share of anchor frames whose flow says: visible here. */
  visibleShare: 0,
  /** Share of anchor frames whose flow says: occluded here. */
  occludedShare: 1,
  /** 1 when no anchor frame was in reach of any flow. */
  alone: 2,
  /** Patch agreement with the query's own frame. */
  znccQuery: 3,
  /** Patch agreement with the nearest anchor. */
  znccAnchor: 4,
  /** (ẑ − D(p̂)) / ẑ in units of the clip's tolerance τ, clipped to 0..4: how far behind the surface the field puts the point. */
  depthGap: 5,
  /** Distance between the flow's position and the field's, in units of the field's own error, clipped to 0..4. */
  disagreement: 6,
  /** 1 where long-term matches around the track lead here. */
  matched: 7,
} as const
export const EVIDENCE_COLUMNS = 8

interface VisibilityWeights {
  /** Bias, then one for each column: where flow of some anchor says visible. */
  readonly supported: readonly number[]
  /** The same, where none does. */
  readonly unsupported: readonly number[]
}

/** Logistic weights, fitted as `test/bench/fitVisibility.ts` does, on the five synthetic scenes of seed 101, which no reported figure uses. */
const visibilityWeights: VisibilityWeights = {
  supported: [0.38, 1.87, -1.91, 0, 3.24, -1.33, -0.58, -0.47, 0],
  unsupported: [-1.58, 0, -1.45, -0.28, 1.07, 0.69, -0.25, 0, 0.1],
}

/** Log-odds that the point is visible, from row `row` of `evidence` [rows, EVIDENCE_COLUMNS]. */
export function visibleLogit(evidence: Float32Array, row: number): number {
  const first = row * EVIDENCE_COLUMNS
  const w = evidence[first + Evidence.visibleShare] > 0 ? visibilityWeights.supported : visibilityWeights.unsupported
  let sum = w[0]
  for (let k = 0; k < EVIDENCE_COLUMNS; k++) sum += w[k + 1] * evidence[first + k]
  return sum
}
