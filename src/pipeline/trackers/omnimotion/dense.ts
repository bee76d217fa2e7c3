/**
 * Products of a layer's weights with a batch, forward and backward, in float64. Batches are feature-major: [features, rows], a feature's
 * rows one after another; rows come in fours. Loops hold 2 × 4 sums at a time: what a processor's registers hold. Not here: activations.
 */

/** out[n, r] = bias[n] + Σ_m w[n, m] · x[m, r]. `w` starts at `at` of `values`: [outs, ins], outs even. */
export function multiply(
  values: Float64Array,
  at: number,
  bias: Float64Array,
  x: Float64Array,
  ins: number,
  out: Float64Array,
  outs: number,
  rows: number,
): void {
  for (let n = 0; n < outs; n += 2) {
    const w0 = at + n * ins
    const w1 = w0 + ins
    const b0 = bias[n]
    const b1 = bias[n + 1]
    for (let r = 0; r < rows; r += 4) {
      let p0 = b0
      let p1 = b0
      let p2 = b0
      let p3 = b0
      let q0 = b1
      let q1 = b1
      let q2 = b1
      let q3 = b1
      for (let m = 0, k = r; m < ins; m++, k += rows) {
        const a = values[w0 + m]
        const b = values[w1 + m]
        const x0 = x[k]
        const x1 = x[k + 1]
        const x2 = x[k + 2]
        const x3 = x[k + 3]
        p0 += a * x0
        p1 += a * x1
        p2 += a * x2
        p3 += a * x3
        q0 += b * x0
        q1 += b * x1
        q2 += b * x2
        q3 += b * x3
      }
      store(out, n * rows + r, p0, p1, p2, p3)
      store(out, (n + 1) * rows + r, q0, q1, q2, q3)
    }
  }
}

/** dx[m, r] = Σ_n w[n, m] · dy[n, r], at least two ins. */
export function multiplyBack(
  values: Float64Array,
  at: number,
  dy: Float64Array,
  ins: number,
  dx: Float64Array,
  outs: number,
  rows: number,
): void {
  for (let pair = 0; pair < ins; pair += 2) {
    // The last of an odd number goes with the one before it, once more.
    const m = Math.min(pair, ins - 2)
    for (let r = 0; r < rows; r += 4) {
      let p0 = 0
      let p1 = 0
      let p2 = 0
      let p3 = 0
      let q0 = 0
      let q1 = 0
      let q2 = 0
      let q3 = 0
      for (let n = 0, k = r, w = at + m; n < outs; n++, k += rows, w += ins) {
        const a = values[w]
        const b = values[w + 1]
        const y0 = dy[k]
        const y1 = dy[k + 1]
        const y2 = dy[k + 2]
        const y3 = dy[k + 3]
        p0 += a * y0
        p1 += a * y1
        p2 += a * y2
        p3 += a * y3
        q0 += b * y0
        q1 += b * y1
        q2 += b * y2
        q3 += b * y3
      }
      store(dx, m * rows + r, p0, p1, p2, p3)
      store(dx, (m + 1) * rows + r, q0, q1, q2, q3)
    }
  }
}

/** dw[n, m] += Σ_r dy[n, r] · x[m, r]; `dw` starts at `at` of `gradients`, outs even. */
export function addWeightGradients(
  gradients: Float64Array,
  at: number,
  dy: Float64Array,
  x: Float64Array,
  ins: number,
  outs: number,
  rows: number,
): void {
  for (let n = 0; n < outs; n += 2) {
    const y0 = n * rows
    const y1 = y0 + rows
    const w0 = at + n * ins
    const w1 = w0 + ins
    for (let m = 0; m < ins; m += 4) {
      const last = ins - 1
      const k0 = m * rows
      const k1 = Math.min(m + 1, last) * rows
      const k2 = Math.min(m + 2, last) * rows
      const k3 = Math.min(m + 3, last) * rows
      let p0 = 0
      let p1 = 0
      let p2 = 0
      let p3 = 0
      let q0 = 0
      let q1 = 0
      let q2 = 0
      let q3 = 0
      for (let r = 0; r < rows; r++) {
        const a = dy[y0 + r]
        const b = dy[y1 + r]
        const x0 = x[k0 + r]
        const x1 = x[k1 + r]
        const x2 = x[k2 + r]
        const x3 = x[k3 + r]
        p0 += a * x0
        p1 += a * x1
        p2 += a * x2
        p3 += a * x3
        q0 += b * x0
        q1 += b * x1
        q2 += b * x2
        q3 += b * x3
      }
      gradients[w0 + m] += p0
      gradients[w1 + m] += q0
      if (m + 1 < ins) {
        gradients[w0 + m + 1] += p1
        gradients[w1 + m + 1] += q1
      }
      if (m + 2 < ins) {
        gradients[w0 + m + 2] += p2
        gradients[w1 + m + 2] += q2
      }
      if (m + 3 < ins) {
        gradients[w0 + m + 3] += p3
        gradients[w1 + m + 3] += q3
      }
    }
  }
}

function store(out: Float64Array, at: number, a: number, b: number, c: number, d: number): void {
  out[at] = a
  out[at + 1] = b
  out[at + 2] = c
  out[at + 3] = d
}
