/**
 * Where the field still errs and where it was rarely taught: one coarse map of each kind per frame. The sampler draws
 * hard and rare places more often (the paper's error map and count map). Not here: drawing itself.
 */

const CELL_PX = 16
/** Share of the old value kept when a new residual is seen. */
const MEMORY = 0.9

export class Difficulty {
  readonly columns: number
  readonly rows: number
  /** [frames, rows, columns] running mean of residuals, pixels. */
  readonly error: Float32Array
  /** [frames, rows, columns] times supervised. */
  readonly count: Float32Array
  private readonly frames: number

  constructor(frames: number, width: number, height: number) {
    this.frames = frames
    this.columns = Math.ceil(width / CELL_PX)
    this.rows = Math.ceil(height / CELL_PX)
    const cells = frames * this.columns * this.rows
    this.error = new Float32Array(cells).fill(1)
    this.count = new Float32Array(cells).fill(1)
  }

  cell(frame: number, x: number, y: number): number {
    const i = Math.min(this.columns - 1, Math.max(0, Math.floor(x / CELL_PX)))
    const j = Math.min(this.rows - 1, Math.max(0, Math.floor(y / CELL_PX)))
    return (frame * this.rows + j) * this.columns + i
  }

  /** Takes a residual seen at a point; residuals above 20 px count as 20 so that an outlier does not own the sampling. */
  report(cell: number, residualPx: number): void {
    this.error[cell] = MEMORY * this.error[cell] + (1 - MEMORY) * Math.min(20, residualPx)
    this.count[cell]++
  }

  /** Chance, relative to an average cell, that a point of a cell should be drawn: root of error over root of count. */
  weight(cell: number, meanError: number, meanCount: number): number {
    const error = Math.sqrt((this.error[cell] + 0.1) / (meanError + 0.1))
    const rarity = Math.sqrt(meanCount / this.count[cell])
    return Math.min(4, Math.max(0.1, error * rarity))
  }

  /** [frames, 2] mean error and mean count of each frame. */
  means(): Float32Array {
    const out = new Float32Array(this.frames * 2)
    const size = this.columns * this.rows
    for (let f = 0; f < this.frames; f++) {
      let error = 0
      let count = 0
      for (let k = f * size; k < (f + 1) * size; k++) {
        error += this.error[k]
        count += this.count[k]
      }
      out[f * 2] = error / size
      out[f * 2 + 1] = count / size
    }
    return out
  }
}
