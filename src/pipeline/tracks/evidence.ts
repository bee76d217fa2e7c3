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
  /** (ẑ − D(p̂)) / ẑ in units of the clip's tolerance τ, clipped to −2..4: positive is behind the surface. */
  depthGap: 5,
  /** Distance between the flow's position and the field's, in units of the field's own error, clipped to 0..4. */
  disagreement: 6,
  /** 1 where long-term matches around the track lead here. */
  matched: 7,
} as const
export const EVIDENCE_COLUMNS = 8

/**
 * Logistic weights: bias, then one for each column. Fitted by `test/bench/fitVisibility.ts` on synthetic scenes with
 * seeds that no reported figure uses.
 */
export const visibilityWeights: readonly number[] = [-2.2, 3.5, -2.5, 0.2, 1.6, 1.6, -0.9, -0.5, 1]

/** Log-odds that the point is visible, from row `row` of `evidence` [rows, EVIDENCE_COLUMNS]. */
export function visibleLogit(evidence: Float32Array, row: number, weights: readonly number[] = visibilityWeights): number {
  let sum = weights[0]
  for (let k = 0; k < EVIDENCE_COLUMNS; k++) sum += weights[k + 1] * evidence[row * EVIDENCE_COLUMNS + k]
  return sum
}
