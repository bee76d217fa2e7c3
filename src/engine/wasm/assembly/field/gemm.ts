// Matrix products of the perceptron, three uses of one form, C[m][n] += A(m,k) · B[k][n]: forward (B = weights), backward to
// inputs (B = transposed weights), both with A read along rows; backward to weights, A read along columns. Row counts and
// inner lengths are multiples of 4. Not here: the register tiles that do the work.
import { columns4x1, columns4x2, columns6x1, columns6x2 } from './columnTiles'
import { rows4x1, rows4x2, rows6x1, rows6x2 } from './rowTiles'

/** C[m][n] = finish(bias[n] + Σ_k A[m][k]·B[k][n]); strides in bytes, columns in vectors. */
export function multiplyRows(
  m: i32, k: i32, vectors: i32,
  a: usize, aStride: usize, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize,
): void {
  const fours = fourTiles(m)
  const sixes = (m - 4 * fours) / 6
  const maskStep: usize = bias ? 0 : cStride
  for (let n = 0; n < vectors; n += 2) {
    const at = <usize>n * 16
    const wide = n + 2 <= vectors
    let pa = a, pc = c + at, pm: usize = !mask ? 0 : bias ? mask : mask + at
    const pb = b + at, bi = bias ? bias + at : 0
    for (let t = 0; t < sixes; t++) {
      if (wide) rows6x2(pa, aStride, k, pb, bStride, pc, cStride, bi, pm)
      else rows6x1(pa, aStride, k, pb, bStride, pc, cStride, bi, pm)
      pa += 6 * aStride
      pc += 6 * cStride
      if (mask) pm += 6 * maskStep
    }
    for (let t = 0; t < fours; t++) {
      if (wide) rows4x2(pa, aStride, k, pb, bStride, pc, cStride, bi, pm)
      else rows4x1(pa, aStride, k, pb, bStride, pc, cStride, bi, pm)
      pa += 4 * aStride
      pc += 4 * cStride
      if (mask) pm += 4 * maskStep
    }
  }
}

/** C[m][n] += Σ_k A[k][m]·B[k][n]. */
export function multiplyColumns(
  m: i32, k: i32, vectors: i32,
  a: usize, aStride: usize, b: usize, bStride: usize, c: usize, cStride: usize,
): void {
  const fours = fourTiles(m)
  const sixes = (m - 4 * fours) / 6
  for (let n = 0; n < vectors; n += 2) {
    const at = <usize>n * 16
    const wide = n + 2 <= vectors
    let pa = a, pc = c + at
    for (let t = 0; t < sixes; t++) {
      if (wide) columns6x2(pa, aStride, k, b + at, bStride, pc, cStride)
      else columns6x1(pa, aStride, k, b + at, bStride, pc, cStride)
      pa += 24
      pc += 6 * cStride
    }
    for (let t = 0; t < fours; t++) {
      if (wide) columns4x2(pa, aStride, k, b + at, bStride, pc, cStride)
      else columns4x1(pa, aStride, k, b + at, bStride, pc, cStride)
      pa += 16
      pc += 4 * cStride
    }
  }
}

/** How many tiles of 4 rows leave a multiple of 6, for m a multiple of 4. */
// @ts-ignore: decorator
@inline function fourTiles(m: i32): i32 {
  const rest = m % 6
  return rest == 0 ? 0 : rest == 4 ? 1 : 2
}

