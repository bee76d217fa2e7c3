/**
 * One cloth at one frame as seen from the camera: exact ray tests against its flat triangles, found through screen cells.
 * Not here: how a cloth moves (scenes/cloth.ts).
 */
import type { Vec3 } from './pose.ts'

const CELL = 4

/** Bounds of numbers seen so far. */
export interface ScreenBox {
  x0: number
  y0: number
  x1: number
  y1: number
}

export class ClothMesh {
  readonly box: ScreenBox = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }
  readonly columns: number
  readonly rows: number
  /** [rows+1, columns+1, 3] vertices in camera space. */
  readonly #vertices: Float64Array
  /** [triangles, 9] inverse of the matrix of its vertices: λ = inverse · ray. */
  readonly #inverse: Float64Array
  /** [triangles, 3] unit normals in camera space, facing the camera. */
  readonly normals: Float64Array
  readonly #binStart: Int32Array
  readonly #binItems: Int32Array
  readonly #binColumns: number
  readonly #binRows: number
  /** Result of the last successful `cast`. */
  depth = 0
  u = 0
  v = 0
  triangle = 0

  /**
   * @param vertexAt camera-space position of vertex (i, j)
   * @param project camera-space x, y, z to raster pixels
   */
  constructor(
    columns: number,
    rows: number,
    width: number,
    height: number,
    vertexAt: (i: number, j: number) => Vec3,
    project: (p: Vec3) => readonly [number, number],
  ) {
    this.columns = columns
    this.rows = rows
    const stride = columns + 1
    this.#vertices = new Float64Array(stride * (rows + 1) * 3)
    const screen = new Float64Array(stride * (rows + 1) * 2)
    for (let j = 0; j <= rows; j++) {
      for (let i = 0; i <= columns; i++) {
        const p = vertexAt(i, j)
        this.#vertices.set(p, (j * stride + i) * 3)
        screen.set(project(p), (j * stride + i) * 2)
      }
    }
    for (let k = 0; k < screen.length; k += 2) {
      this.box.x0 = Math.min(this.box.x0, screen[k])
      this.box.x1 = Math.max(this.box.x1, screen[k])
      this.box.y0 = Math.min(this.box.y0, screen[k + 1])
      this.box.y1 = Math.max(this.box.y1, screen[k + 1])
    }
    const triangles = columns * rows * 2
    this.#inverse = new Float64Array(triangles * 9)
    this.normals = new Float64Array(triangles * 3)
    this.#binColumns = Math.ceil(width / CELL)
    this.#binRows = Math.ceil(height / CELL)
    const bins: number[][] = Array.from({ length: this.#binColumns * this.#binRows }, () => [])
    for (let t = 0; t < triangles; t++) {
      const [a, b, c] = this.#corners(t)
      this.#invert(t, a, b, c)
      const xs = [screen[a * 2], screen[b * 2], screen[c * 2]]
      const ys = [screen[a * 2 + 1], screen[b * 2 + 1], screen[c * 2 + 1]]
      const left = Math.max(0, Math.floor((Math.min(...xs) - 1e-6) / CELL))
      const right = Math.min(this.#binColumns - 1, Math.floor((Math.max(...xs) + 1e-6) / CELL))
      const top = Math.max(0, Math.floor((Math.min(...ys) - 1e-6) / CELL))
      const bottom = Math.min(this.#binRows - 1, Math.floor((Math.max(...ys) + 1e-6) / CELL))
      for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) bins[y * this.#binColumns + x].push(t)
    }
    this.#binStart = new Int32Array(bins.length + 1)
    for (let k = 0; k < bins.length; k++) this.#binStart[k + 1] = this.#binStart[k] + bins[k].length
    this.#binItems = Int32Array.from(bins.flat())
  }

  /** Vertices of a triangle; even: upper left of its cell (corner, right, below), odd: lower right (corner, left, above). */
  #corners(t: number): readonly [number, number, number] {
    const cell = t >> 1
    const i = cell % this.columns
    const j = (cell - i) / this.columns
    const stride = this.columns + 1
    const a = j * stride + i
    return (t & 1) === 0 ? [a, a + 1, a + stride] : [a + stride + 1, a + stride, a + 1]
  }

  #invert(t: number, a: number, b: number, c: number): void {
    const v = this.#vertices
    const [ax, ay, az, bx, by, bz] = [v[a * 3], v[a * 3 + 1], v[a * 3 + 2], v[b * 3], v[b * 3 + 1], v[b * 3 + 2]]
    const [cx, cy, cz] = [v[c * 3], v[c * 3 + 1], v[c * 3 + 2]]
    const determinant = ax * (by * cz - bz * cy) - bx * (ay * cz - az * cy) + cx * (ay * bz - az * by)
    const k = 1 / determinant
    this.#inverse.set(
      [
        (by * cz - bz * cy) * k, (bz * cx - bx * cz) * k, (bx * cy - by * cx) * k,
        (cy * az - cz * ay) * k, (cz * ax - cx * az) * k, (cx * ay - cy * ax) * k,
        (ay * bz - az * by) * k, (az * bx - ax * bz) * k, (ax * by - ay * bx) * k,
      ],
      t * 9,
    )
    // The rows of the inverse sum to the plane: n·p = 1 on it.
    const m = this.#inverse
    const n = [0, 1, 2].map(k => m[t * 9 + k] + m[t * 9 + 3 + k] + m[t * 9 + 6 + k])
    const length = -Math.hypot(n[0], n[1], n[2])
    for (let k = 0; k < 3; k++) this.normals[t * 3 + k] = n[k] / length
  }

  /** Nearest hit of the camera ray (dx, dy, 1) through raster point (x, y) closer than `limit`; result in depth, u, v, triangle. */
  cast(x: number, y: number, dx: number, dy: number, limit: number): boolean {
    const bx = Math.floor(x / CELL)
    const by = Math.floor(y / CELL)
    if (bx < 0 || by < 0 || bx >= this.#binColumns || by >= this.#binRows) return false
    const bin = by * this.#binColumns + bx
    const m = this.#inverse
    let best = limit
    let found = -1
    let bestB = 0
    let bestC = 0
    for (let k = this.#binStart[bin]; k < this.#binStart[bin + 1]; k++) {
      const t = this.#binItems[k]
      const at = t * 9
      const a = m[at] * dx + m[at + 1] * dy + m[at + 2]
      const b = m[at + 3] * dx + m[at + 4] * dy + m[at + 5]
      const c = m[at + 6] * dx + m[at + 7] * dy + m[at + 8]
      const sum = a + b + c
      const slack = -1e-9 * sum
      if (sum <= 0 || a < slack || b < slack || c < slack) continue
      const depth = 1 / sum
      if (depth < best) {
        best = depth
        found = t
        bestB = b * depth
        bestC = c * depth
      }
    }
    if (found < 0) return false
    const cell = found >> 1
    const i = cell % this.columns
    const j = (cell - i) / this.columns
    this.depth = best
    this.triangle = found
    this.u = ((found & 1) === 0 ? i + bestB : i + 1 - bestB) / this.columns
    this.v = ((found & 1) === 0 ? j + bestC : j + 1 - bestC) / this.rows
    return true
  }

  /** Camera-space place of the material point (u, v). */
  place(u: number, v: number): Vec3 {
    const i = Math.min(this.columns - 1, Math.max(0, Math.floor(u * this.columns)))
    const j = Math.min(this.rows - 1, Math.max(0, Math.floor(v * this.rows)))
    const fu = u * this.columns - i
    const fv = v * this.rows - j
    const odd = fu + fv > 1 ? 1 : 0
    const [a, b, c] = this.#corners((j * this.columns + i) * 2 + odd)
    const wb = odd ? 1 - fu : fu
    const wc = odd ? 1 - fv : fv
    const wa = 1 - wb - wc
    const p = this.#vertices
    return [
      wa * p[a * 3] + wb * p[b * 3] + wc * p[c * 3],
      wa * p[a * 3 + 1] + wb * p[b * 3 + 1] + wc * p[c * 3 + 1],
      wa * p[a * 3 + 2] + wb * p[b * 3 + 2] + wc * p[c * 3 + 2],
    ]
  }
}
