/**
 * Volume rendering's weights along rays: α_k = 1 − exp(−σ_k), T_k = Π (1 − α) of the samples before, w_k = T_k·α_k; so
 * Σ w = 1 − exp(−Σ σ) ≤ 1. Rows are rays × samples, nearest sample first. Not here: what is composited with them.
 */

/** Writes w [rays · samples]. */
export function renderWeights(density: Float64Array, samples: number, weights: Float64Array): void {
  for (let r = 0; r < density.length; ) {
    let through = 1
    for (const end = r + samples; r < end; r++) {
      const passed = Math.exp(-density[r])
      weights[r] = through * (1 - passed)
      through *= passed
    }
  }
}

/** Writes dL/dσ, given dL/dw: a denser sample has more weight itself and takes it from all behind. */
export function renderWeightsBack(
  density: Float64Array,
  weights: Float64Array,
  dWeights: Float64Array,
  samples: number,
  dDensity: Float64Array,
): void {
  for (let last = density.length - 1; last >= 0; last -= samples) {
    let through = 1
    for (let r = last - samples + 1; r <= last; r++) {
      through *= Math.exp(-density[r])
      // T_k·exp(−σ_k) is what passes the sample.
      dDensity[r] = dWeights[r] * through
    }
    let behind = 0
    for (let r = last; r > last - samples; r--) {
      dDensity[r] -= behind
      behind += dWeights[r] * weights[r]
    }
  }
}
