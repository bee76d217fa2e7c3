/** Solves symmetric positive-definite systems whose entries lie near the diagonal. */

export class BandedSystem {
  readonly size: number
  readonly band: number
  /** [size, band + 1] lower triangle: entry (r, c) with r − band ≤ c ≤ r at r · (band + 1) + c − r + band. */
  readonly lower: Float64Array
  readonly right: Float64Array

  constructor(size: number, band: number) {
    this.size = size
    this.band = Math.min(band, size - 1)
    this.lower = new Float64Array(size * (this.band + 1))
    this.right = new Float64Array(size)
  }

  clear(): void {
    this.lower.fill(0)
    this.right.fill(0)
  }

  /** Adds to entry (r, c), r ≥ c. */
  add(r: number, c: number, value: number): void {
    this.lower[r * (this.band + 1) + c - r + this.band] += value
  }

  /** Factorises in place and returns the solution, or null when the matrix is not positive definite. */
  solve(): Float64Array | null {
    const { size, band, lower } = this
    const width = band + 1
    for (let r = 0; r < size; r++) {
      const first = Math.max(0, r - band)
      const row = r * width + band - r
      for (let c = first; c <= r; c++) {
        const other = c * width + band - c
        let sum = lower[row + c]
        for (let k = Math.max(first, c - band); k < c; k++) sum -= lower[row + k] * lower[other + k]
        if (c < r) lower[row + c] = sum / lower[other + c]
        else if (sum > 0) lower[row + c] = Math.sqrt(sum)
        else return null
      }
    }
    const x = this.right.slice()
    for (let r = 0; r < size; r++) {
      const row = r * width + band - r
      for (let k = Math.max(0, r - band); k < r; k++) x[r] -= lower[row + k] * x[k]
      x[r] /= lower[row + r]
    }
    for (let r = size - 1; r >= 0; r--) {
      const row = r * width + band - r
      x[r] /= lower[row + r]
      for (let k = Math.max(0, r - band); k < r; k++) x[k] -= lower[row + k] * x[r]
    }
    return x
  }
}
