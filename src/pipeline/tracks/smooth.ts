/** Visibility over time: the most probable sequence of visible / occluded given each frame's log-odds (Viterbi, two states). */

/** Cost of a change of state, in nats: about one change in 25 frames. */
const SWITCH_COST = 2.5

/**
 * `logits` [frames] log-odds of visible. At `fixedFrames` it is known visible (the query's). Returns [frames] 1 = visible.
 */
export function smoothVisibility(logits: Float32Array, fixedFrames: readonly number[], switchCost: number = SWITCH_COST): Uint8Array {
  const n = logits.length
  const out = new Uint8Array(n)
  const cameFrom = new Uint8Array(n * 2)
  let occluded = 0
  let visible = 0
  for (let t = 0; t < n; t++) {
    const forced = fixedFrames.includes(t)
    // Both states may come from either; ties stay.
    const stayOccluded = occluded
    const fromVisible = visible - switchCost
    const stayVisible = visible
    const fromOccluded = occluded - switchCost
    cameFrom[t * 2] = fromVisible > stayOccluded ? 1 : 0
    cameFrom[t * 2 + 1] = fromOccluded > stayVisible ? 0 : 1
    occluded = Math.max(stayOccluded, fromVisible) + (forced ? Number.NEGATIVE_INFINITY : -logits[t] / 2)
    visible = Math.max(stayVisible, fromOccluded) + logits[t] / 2
  }
  let state = visible >= occluded ? 1 : 0
  for (let t = n - 1; t >= 0; t--) {
    out[t] = state
    state = cameFrom[t * 2 + state]
  }
  return out
}
