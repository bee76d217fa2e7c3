// Register tiles of C = finish(bias + A·B) with A read along rows: M rows × N vectors of four columns each. One of 6 × 2
// keeps 12 accumulators, 2 vectors of B and 1 of A in the 15 registers that V8 gives; others serve the remainders.
// Not here: which tile goes where (gemm.ts).
import { madd } from './arithmetic'
import { LEAKY_SLOPE } from './constants'

// A tile's last act: hidden layers of the forward pass (bias, mask = 1) take LeakyReLU; backward passes (no bias, mask
// = address of the activations) multiply by its slope; anything else is stored as it is.
// @ts-ignore: decorator
@inline function finish(c: usize, offset: usize, v: v128, bias: usize, mask: usize): void {
  if (mask) {
    const small = f32x4.mul(v, f32x4.splat(LEAKY_SLOPE))
    if (bias) v = f32x4.pmax(v, small)
    else v = v128.bitselect(small, v, f32x4.lt(v128.load(mask + offset), f32x4.splat(0)))
  }
  v128.store(c + offset, v)
}

export function rows6x2(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
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
  for (; k > 0; k--) {
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
    a0 += 4
    a1 += 4
    a2 += 4
    a3 += 4
    a4 += 4
    a5 += 4
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

export function rows4x2(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
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
  for (; k > 0; k--) {
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
    a0 += 4
    a1 += 4
    a2 += 4
    a3 += 4
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

export function rows6x1(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
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
  for (; k > 0; k--) {
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
    a0 += 4
    a1 += 4
    a2 += 4
    a3 += 4
    a4 += 4
    a5 += 4
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

export function rows4x1(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize, bias: usize, mask: usize): void {
  let a0 = a
  let a1 = a + aStride
  let a2 = a + 2 * aStride
  let a3 = a + 3 * aStride
  const i0 = bias ? v128.load(bias, 0) : f32x4.splat(0)
  let c00 = i0
  let c10 = i0
  let c20 = i0
  let c30 = i0
  for (; k > 0; k--) {
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
    a0 += 4
    a1 += 4
    a2 += 4
    a3 += 4
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
