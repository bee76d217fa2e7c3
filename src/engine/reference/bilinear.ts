/** Bilinear sampling of node grids in float64, corners aligned, clamped at the border; and linear sampling of tables. */

/** Where a grid is read: four nodes and their weights, and the weights' derivatives by the grid coordinates. */
export interface GridSample {
  /** Node numbers (row·columns + column): (u,v) (u+1,v) (u,v+1) (u+1,v+1). */
  readonly nodes: readonly [number, number, number, number]
  readonly weights: readonly [number, number, number, number]
  /** d weights / du, zero where u is clamped. */
  readonly du: readonly [number, number, number, number]
  readonly dv: readonly [number, number, number, number]
}

/** Samples at grid coordinates (u, v), node units, of a grid of `columns` × `rows` nodes (each at least 2). */
export function sampleGrid(u: number, v: number, columns: number, rows: number): GridSample {
  const insideU = u > 0 && u < columns - 1 ? 1 : 0
  const insideV = v > 0 && v < rows - 1 ? 1 : 0
  const cu = Math.min(Math.max(u, 0), columns - 1)
  const cv = Math.min(Math.max(v, 0), rows - 1)
  const i = Math.min(Math.floor(cu), columns - 2) || 0
  const j = Math.min(Math.floor(cv), rows - 2) || 0
  const a = cu - i
  const b = cv - j
  const n = j * columns + i
  return {
    nodes: [n, n + 1, n + columns, n + columns + 1],
    weights: [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b],
    du: [-(1 - b) * insideU, (1 - b) * insideU, -b * insideU, b * insideU],
    dv: [-(1 - a) * insideV, -a * insideV, (1 - a) * insideV, a * insideV],
  }
}

/** Σ weights · values over the sample's nodes, values starting at `offset`. */
export function weighted(values: ArrayLike<number>, offset: number, s: GridSample, weights: readonly number[] = s.weights): number {
  let sum = 0
  for (let k = 0; k < 4; k++) sum += weights[k] * values[offset + s.nodes[k]]
  return sum
}

/** Linear interpolation of a table of `nodes` nodes (≥ 2) at frame t of `frames`: first node and the share of the next. */
export function sampleTable(t: number, frames: number, nodes: number): { readonly node: number; readonly share: number } {
  const s = (t * (nodes - 1)) / (frames - 1)
  const node = Math.min(Math.floor(s), nodes - 2)
  return { node, share: s - node }
}
