// Nearest descriptors by dot product: 128 int16 each, 16-byte aligned. The host (engine/features/nearestKernel.ts) owns
// the memory. Not here: what makes two features a match.
export { blur } from './blur'

// @ts-ignore: decorator
@inline
function sum(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
}

/** dots[b] = a·b for all b, for four a at once: rows at `dots`, `columns` int32 apart. */
function fourRows(a: usize, b: usize, countB: i32, dots: usize, columns: i32): void {
  const row = (<usize>columns) << 2
  for (let n = 0; n < countB; n++) {
    let s0 = i32x4.splat(0)
    let s1 = i32x4.splat(0)
    let s2 = i32x4.splat(0)
    let s3 = i32x4.splat(0)
    for (let k: usize = 0; k < 256; k += 16) {
      const v = v128.load(b + k)
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(v128.load(a + k), v))
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(v128.load(a + 256 + k), v))
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(v128.load(a + 512 + k), v))
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(v128.load(a + 768 + k), v))
    }
    const out = dots + ((<usize>n) << 2)
    store<i32>(out, sum(s0))
    store<i32>(out + row, sum(s1))
    store<i32>(out + 2 * row, sum(s2))
    store<i32>(out + 3 * row, sum(s3))
    b += 256
  }
}

/**
 * For each a: the index of the largest dot product, that product, and the largest among those b whose points lie at
 * least `apart` pixels from the point of the best. For each b: the index of the best a and the product.
 * countA is a multiple of 4 (the host pads with zeros); dots: scratch of 4·countB int32.
 */
export function nearest(
  a: usize, countA: i32, b: usize, countB: i32, pointsB: usize, apart: f32, dots: usize,
  bestB: usize, best: usize, second: usize, bestA: usize, bestOfB: usize,
): void {
  const square = apart * apart
  for (let n = 0; n < countB; n++) store<i32>(bestOfB + ((<usize>n) << 2), -1)
  for (let row = 0; row < countA; row += 4) {
    fourRows(a + ((<usize>row) << 8), b, countB, dots, countB)
    for (let r = 0; r < 4; r++) {
      const line = dots + ((<usize>(r * countB)) << 2)
      const own = (<usize>(row + r)) << 2
      let top = -1
      let index = -1
      for (let n: usize = 0; n < <usize>countB; n++) {
        const v = load<i32>(line + (n << 2))
        if (v > top) {
          top = v
          index = <i32>n
        }
        if (v > load<i32>(bestOfB + (n << 2))) {
          store<i32>(bestOfB + (n << 2), v)
          store<i32>(bestA + (n << 2), row + r)
        }
      }
      const x = load<f32>(pointsB + ((<usize>index) << 3))
      const y = load<f32>(pointsB + ((<usize>index) << 3), 4)
      let next = -1
      for (let n: usize = 0; n < <usize>countB; n++) {
        const v = load<i32>(line + (n << 2))
        if (v <= next) continue
        const dx = load<f32>(pointsB + (n << 3)) - x
        const dy = load<f32>(pointsB + (n << 3), 4) - y
        if (dx * dx + dy * dy >= square) next = v
      }
      store<i32>(bestB + own, index)
      store<i32>(best + own, top)
      store<i32>(second + own, next)
    }
  }
}
