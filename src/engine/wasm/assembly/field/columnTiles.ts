// Register tiles of C += Aᵀ·B, A read along columns: the gradients of weights, summed over the points of a block (an even
// number). M rows × N vectors of four columns. Not here: which tile goes where (gemm.ts).
import { madd } from './arithmetic'

export function columns6x2(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
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

export function columns4x2(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
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

export function columns6x1(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
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

export function columns4x1(a: usize, aStride: usize, k: i32, b: usize, bStride: usize, c: usize, cStride: usize): void {
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
