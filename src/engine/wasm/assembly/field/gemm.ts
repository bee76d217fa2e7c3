// Matrix products of the perceptron: register tiles of M rows × N vectors of four columns, in three uses that share
// one form, C[m][n] += A(m,k) · B[k][n]: forward (B = weights), backward to inputs (B = transposed weights), both with A read
// along rows; and backward to weights, A read along columns. Row counts are multiples of 4, as are inner lengths.
// Tiles of 6 × 2 keep 12 accumulators, 2 vectors of B and 1 of A in the 15 registers that V8 has.
import { madd } from './arithmetic'
import { LEAKY_SLOPE } from './constants'

// A tile's last act: hidden layers of the forward pass (bias, mask = 1) take LeakyReLU; backward passes (no bias, mask
// = address of the activations) multiply by its slope; anything else is stored as it is.
// @ts-ignore: decorator
@inline function finish(c: usize, offset: usize, v: v128, bias: usize, mask: usize): void {
  if (mask) {
    const small = f32x4.mul(v, f32x4.splat(LEAKY_SLOPE))
    if (bias) v = f32x4.max(v, small)
    else v = v128.bitselect(small, v, f32x4.lt(v128.load(mask + offset), f32x4.splat(0)))
  }
  v128.store(c + offset, v)
}

function rows6x2(a: usize, aStride: usize, k4: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
  let a0 = a
  let a1 = a + aStride
  let a2 = a + 2 * aStride
  let a3 = a + 3 * aStride
  let a4 = a + 4 * aStride
  let a5 = a + 5 * aStride
  const i0 = bias ? v128.load(bias, 0) : f32x4.splat(0)
  const i1 = bias ? v128.load(bias, 16) : f32x4.splat(0)
  let c00 = i0, c01 = i1
  let c10 = i0, c11 = i1
  let c20 = i0, c21 = i1
  let c30 = i0, c31 = i1
  let c40 = i0, c41 = i1
  let c50 = i0, c51 = i1
  for (; k4 > 0; k4--) {
    let b0 = v128.load(b, 0)
    let b1 = v128.load(b, 16)
    b += bStride
    let s = v128.load32_splat(a0, 0)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 0)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 0)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 0)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    s = v128.load32_splat(a4, 0)
    c40 = madd(s, b0, c40)
    c41 = madd(s, b1, c41)
    s = v128.load32_splat(a5, 0)
    c50 = madd(s, b0, c50)
    c51 = madd(s, b1, c51)
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    b += bStride
    s = v128.load32_splat(a0, 4)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 4)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 4)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    s = v128.load32_splat(a4, 4)
    c40 = madd(s, b0, c40)
    c41 = madd(s, b1, c41)
    s = v128.load32_splat(a5, 4)
    c50 = madd(s, b0, c50)
    c51 = madd(s, b1, c51)
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    b += bStride
    s = v128.load32_splat(a0, 8)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 8)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 8)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    s = v128.load32_splat(a4, 8)
    c40 = madd(s, b0, c40)
    c41 = madd(s, b1, c41)
    s = v128.load32_splat(a5, 8)
    c50 = madd(s, b0, c50)
    c51 = madd(s, b1, c51)
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    b += bStride
    s = v128.load32_splat(a0, 12)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 12)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 12)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    s = v128.load32_splat(a4, 12)
    c40 = madd(s, b0, c40)
    c41 = madd(s, b1, c41)
    s = v128.load32_splat(a5, 12)
    c50 = madd(s, b0, c50)
    c51 = madd(s, b1, c51)
    a0 += 16
    a1 += 16
    a2 += 16
    a3 += 16
    a4 += 16
    a5 += 16
  }
  finish(c, 0, c00, bias, mask)
  finish(c, 16, c01, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c10, bias, mask)
  finish(c, 16, c11, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c20, bias, mask)
  finish(c, 16, c21, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c30, bias, mask)
  finish(c, 16, c31, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c40, bias, mask)
  finish(c, 16, c41, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c50, bias, mask)
  finish(c, 16, c51, bias, mask)
}

function rows4x2(a: usize, aStride: usize, k4: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
  let a0 = a
  let a1 = a + aStride
  let a2 = a + 2 * aStride
  let a3 = a + 3 * aStride
  const i0 = bias ? v128.load(bias, 0) : f32x4.splat(0)
  const i1 = bias ? v128.load(bias, 16) : f32x4.splat(0)
  let c00 = i0, c01 = i1
  let c10 = i0, c11 = i1
  let c20 = i0, c21 = i1
  let c30 = i0, c31 = i1
  for (; k4 > 0; k4--) {
    let b0 = v128.load(b, 0)
    let b1 = v128.load(b, 16)
    b += bStride
    let s = v128.load32_splat(a0, 0)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 0)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 0)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 0)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    b += bStride
    s = v128.load32_splat(a0, 4)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 4)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 4)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    b += bStride
    s = v128.load32_splat(a0, 8)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 8)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 8)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    b += bStride
    s = v128.load32_splat(a0, 12)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a1, 12)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a2, 12)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a3, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    a0 += 16
    a1 += 16
    a2 += 16
    a3 += 16
  }
  finish(c, 0, c00, bias, mask)
  finish(c, 16, c01, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c10, bias, mask)
  finish(c, 16, c11, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c20, bias, mask)
  finish(c, 16, c21, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c30, bias, mask)
  finish(c, 16, c31, bias, mask)
}

function rows6x1(a: usize, aStride: usize, k4: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
  let a0 = a
  let a1 = a + aStride
  let a2 = a + 2 * aStride
  let a3 = a + 3 * aStride
  let a4 = a + 4 * aStride
  let a5 = a + 5 * aStride
  const i0 = bias ? v128.load(bias, 0) : f32x4.splat(0)
  let c00 = i0
  let c10 = i0
  let c20 = i0
  let c30 = i0
  let c40 = i0
  let c50 = i0
  for (; k4 > 0; k4--) {
    let b0 = v128.load(b, 0)
    b += bStride
    let s = v128.load32_splat(a0, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 0)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 0)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 0)
    c30 = madd(s, b0, c30)
    s = v128.load32_splat(a4, 0)
    c40 = madd(s, b0, c40)
    s = v128.load32_splat(a5, 0)
    c50 = madd(s, b0, c50)
    b0 = v128.load(b, 0)
    b += bStride
    s = v128.load32_splat(a0, 4)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 4)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 4)
    c30 = madd(s, b0, c30)
    s = v128.load32_splat(a4, 4)
    c40 = madd(s, b0, c40)
    s = v128.load32_splat(a5, 4)
    c50 = madd(s, b0, c50)
    b0 = v128.load(b, 0)
    b += bStride
    s = v128.load32_splat(a0, 8)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 8)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 8)
    c30 = madd(s, b0, c30)
    s = v128.load32_splat(a4, 8)
    c40 = madd(s, b0, c40)
    s = v128.load32_splat(a5, 8)
    c50 = madd(s, b0, c50)
    b0 = v128.load(b, 0)
    b += bStride
    s = v128.load32_splat(a0, 12)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 12)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 12)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 12)
    c30 = madd(s, b0, c30)
    s = v128.load32_splat(a4, 12)
    c40 = madd(s, b0, c40)
    s = v128.load32_splat(a5, 12)
    c50 = madd(s, b0, c50)
    a0 += 16
    a1 += 16
    a2 += 16
    a3 += 16
    a4 += 16
    a5 += 16
  }
  finish(c, 0, c00, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c10, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c20, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c30, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c40, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c50, bias, mask)
}

function rows4x1(a: usize, aStride: usize, k4: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
  let a0 = a
  let a1 = a + aStride
  let a2 = a + 2 * aStride
  let a3 = a + 3 * aStride
  const i0 = bias ? v128.load(bias, 0) : f32x4.splat(0)
  let c00 = i0
  let c10 = i0
  let c20 = i0
  let c30 = i0
  for (; k4 > 0; k4--) {
    let b0 = v128.load(b, 0)
    b += bStride
    let s = v128.load32_splat(a0, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 0)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 0)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 0)
    c30 = madd(s, b0, c30)
    b0 = v128.load(b, 0)
    b += bStride
    s = v128.load32_splat(a0, 4)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 4)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 4)
    c30 = madd(s, b0, c30)
    b0 = v128.load(b, 0)
    b += bStride
    s = v128.load32_splat(a0, 8)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 8)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 8)
    c30 = madd(s, b0, c30)
    b0 = v128.load(b, 0)
    b += bStride
    s = v128.load32_splat(a0, 12)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a1, 12)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a2, 12)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a3, 12)
    c30 = madd(s, b0, c30)
    a0 += 16
    a1 += 16
    a2 += 16
    a3 += 16
  }
  finish(c, 0, c00, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c10, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c20, bias, mask)
  c += cStride
  if (mask) mask += cStride
  finish(c, 0, c30, bias, mask)
}

function columns6x2(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
  const r0 = c
  const r1 = c + cStride
  const r2 = c + 2 * cStride
  const r3 = c + 3 * cStride
  const r4 = c + 4 * cStride
  const r5 = c + 5 * cStride
  let c00 = v128.load(r0, 0), c01 = v128.load(r0, 16)
  let c10 = v128.load(r1, 0), c11 = v128.load(r1, 16)
  let c20 = v128.load(r2, 0), c21 = v128.load(r2, 16)
  let c30 = v128.load(r3, 0), c31 = v128.load(r3, 16)
  let c40 = v128.load(r4, 0), c41 = v128.load(r4, 16)
  let c50 = v128.load(r5, 0), c51 = v128.load(r5, 16)
  for (; k > 0; k -= 2) {
    let b0 = v128.load(b, 0)
    let b1 = v128.load(b, 16)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    s = v128.load32_splat(a, 16)
    c40 = madd(s, b0, c40)
    c41 = madd(s, b1, c41)
    s = v128.load32_splat(a, 20)
    c50 = madd(s, b0, c50)
    c51 = madd(s, b1, c51)
    a += aStride
    b += bStride
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    s = v128.load32_splat(a, 16)
    c40 = madd(s, b0, c40)
    c41 = madd(s, b1, c41)
    s = v128.load32_splat(a, 20)
    c50 = madd(s, b0, c50)
    c51 = madd(s, b1, c51)
    a += aStride
    b += bStride
  }
  v128.store(r0, c00, 0)
  v128.store(r0, c01, 16)
  v128.store(r1, c10, 0)
  v128.store(r1, c11, 16)
  v128.store(r2, c20, 0)
  v128.store(r2, c21, 16)
  v128.store(r3, c30, 0)
  v128.store(r3, c31, 16)
  v128.store(r4, c40, 0)
  v128.store(r4, c41, 16)
  v128.store(r5, c50, 0)
  v128.store(r5, c51, 16)
}

function columns4x2(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
  const r0 = c
  const r1 = c + cStride
  const r2 = c + 2 * cStride
  const r3 = c + 3 * cStride
  let c00 = v128.load(r0, 0), c01 = v128.load(r0, 16)
  let c10 = v128.load(r1, 0), c11 = v128.load(r1, 16)
  let c20 = v128.load(r2, 0), c21 = v128.load(r2, 16)
  let c30 = v128.load(r3, 0), c31 = v128.load(r3, 16)
  for (; k > 0; k -= 2) {
    let b0 = v128.load(b, 0)
    let b1 = v128.load(b, 16)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    a += aStride
    b += bStride
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    a += aStride
    b += bStride
  }
  v128.store(r0, c00, 0)
  v128.store(r0, c01, 16)
  v128.store(r1, c10, 0)
  v128.store(r1, c11, 16)
  v128.store(r2, c20, 0)
  v128.store(r2, c21, 16)
  v128.store(r3, c30, 0)
  v128.store(r3, c31, 16)
}

function columns6x1(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
  const r0 = c
  const r1 = c + cStride
  const r2 = c + 2 * cStride
  const r3 = c + 3 * cStride
  const r4 = c + 4 * cStride
  const r5 = c + 5 * cStride
  let c00 = v128.load(r0, 0)
  let c10 = v128.load(r1, 0)
  let c20 = v128.load(r2, 0)
  let c30 = v128.load(r3, 0)
  let c40 = v128.load(r4, 0)
  let c50 = v128.load(r5, 0)
  for (; k > 0; k -= 2) {
    let b0 = v128.load(b, 0)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    s = v128.load32_splat(a, 16)
    c40 = madd(s, b0, c40)
    s = v128.load32_splat(a, 20)
    c50 = madd(s, b0, c50)
    a += aStride
    b += bStride
    b0 = v128.load(b, 0)
    s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    s = v128.load32_splat(a, 16)
    c40 = madd(s, b0, c40)
    s = v128.load32_splat(a, 20)
    c50 = madd(s, b0, c50)
    a += aStride
    b += bStride
  }
  v128.store(r0, c00, 0)
  v128.store(r1, c10, 0)
  v128.store(r2, c20, 0)
  v128.store(r3, c30, 0)
  v128.store(r4, c40, 0)
  v128.store(r5, c50, 0)
}

function columns4x1(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
  const r0 = c
  const r1 = c + cStride
  const r2 = c + 2 * cStride
  const r3 = c + 3 * cStride
  let c00 = v128.load(r0, 0)
  let c10 = v128.load(r1, 0)
  let c20 = v128.load(r2, 0)
  let c30 = v128.load(r3, 0)
  for (; k > 0; k -= 2) {
    let b0 = v128.load(b, 0)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    a += aStride
    b += bStride
    b0 = v128.load(b, 0)
    s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    a += aStride
    b += bStride
  }
  v128.store(r0, c00, 0)
  v128.store(r1, c10, 0)
  v128.store(r2, c20, 0)
  v128.store(r3, c30, 0)
}

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
      if (wide) rows6x2(pa, aStride, k >> 2, pb, bStride, pc, cStride, bi, pm)
      else rows6x1(pa, aStride, k >> 2, pb, bStride, pc, cStride, bi, pm)
      pa += 6 * aStride
      pc += 6 * cStride
      if (mask) pm += 6 * maskStep
    }
    for (let t = 0; t < fours; t++) {
      if (wide) rows4x2(pa, aStride, k >> 2, pb, bStride, pc, cStride, bi, pm)
      else rows4x1(pa, aStride, k >> 2, pb, bStride, pc, cStride, bi, pm)
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

