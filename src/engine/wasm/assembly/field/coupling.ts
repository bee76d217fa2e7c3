// The piecewise-linear coupling of engine/reference/coupling.ts on four points at once, without branches. Raw outputs
// come and gradients go as rows [point][output]; sigmoids are kept as columns [output][BLOCK].
import * as c from './config'
import { BLOCK } from './slots'
import { madd, sigmoid, splat } from './arithmetic'
import { SIGMOID_MARGIN } from './constants'

const ROW: usize = BLOCK * 4

// Transposes four rows of four: lane k of result n is lane n of row k.
// @ts-ignore: decorator
@inline export function transposeStore(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, stride: usize): void {
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const d = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const e = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5))
  v128.store(to + stride, v128.shuffle<f32>(a, b, 2, 3, 6, 7))
  v128.store(to + 2 * stride, v128.shuffle<f32>(d, e, 0, 1, 4, 5))
  v128.store(to + 3 * stride, v128.shuffle<f32>(d, e, 2, 3, 6, 7))
}

// Width n of the axis whose widths start at column s: scale·(ε + (1 − 2ε)·sigmoid).
// @ts-ignore: decorator
@inline function scaled(s: usize, n: i32, scale: f32): v128 {
  return madd(v128.load(s + <usize>n * ROW), splat(scale * (1 - 2 * SIGMOID_MARGIN)), splat(scale * SIGMOID_MARGIN))
}

// Distance between control points n and n+1.
// @ts-ignore: decorator
@inline function gap(s: usize, n: i32, half: i32, scale: f32): v128 {
  const right = scaled(s, n + 1, scale)
  if (n + 1 > half) return right
  const left = scaled(s, n, scale)
  return n + 1 < half ? left : f32x4.add(left, right)
}

/** Passes the coordinates of `axis` through the function of the raw outputs, or its inverse, and writes the tape. */
export function couple(axis: i32, inverse: bool, rows: i32, tape: usize): void {
  const points = c.controlPoints
  const half = points >> 1
  const scale = <f32>4 / <f32>points
  const rowBytes = <usize>c.outputs * 4
  for (let p = 0; p < rows; p += 4) {
    const at = <usize>p * 4
    const raw = c.rawOutputs + <usize>p * rowBytes
    const s = tape + c.tapeSigmoid + at
    for (let o = 0; o < c.outputs; o += 4) {
      const r = raw + <usize>o * 4
      transposeStore(
        sigmoid(v128.load(r)), sigmoid(v128.load(r + rowBytes)), sigmoid(v128.load(r + 2 * rowBytes)), sigmoid(v128.load(r + 3 * rowBytes)),
        s + <usize>o * ROW, ROW,
      )
    }
    const from = inverse ? s + <usize>points * ROW : s
    const to = inverse ? s : s + <usize>points * ROW
    const kl = scaled(s, 2 * points, 2)
    const kr = scaled(s, 2 * points + 1, 2)
    const one = splat(1)

    let a = splat(0), b = splat(0)
    for (let n = 0; n < half; n++) {
      a = f32x4.sub(a, scaled(from, n, scale))
      b = f32x4.sub(b, scaled(to, n, scale))
    }
    const x = v128.load(c.position + <usize>axis * ROW + at)
    let lowA = a, lowB = b
    let rise = inverse ? one : kl
    let run = inverse ? kl : one
    let k = splat(0)
    for (let n = 0; n < points; n++) {
      const beyond = f32x4.ge(x, a)
      const last = n == points - 1
      const nextA = last ? (inverse ? kr : one) : gap(from, n, half, scale)
      const nextB = last ? (inverse ? one : kr) : gap(to, n, half, scale)
      lowA = v128.bitselect(a, lowA, beyond)
      lowB = v128.bitselect(b, lowB, beyond)
      run = v128.bitselect(nextA, run, beyond)
      rise = v128.bitselect(nextB, rise, beyond)
      k = v128.bitselect(splat(<f32>(n + 1)), k, beyond)
      a = f32x4.add(a, nextA)
      b = f32x4.add(b, nextB)
    }
    const e = f32x4.sub(x, lowA)
    const t = f32x4.div(e, run)
    v128.store(c.position + <usize>axis * ROW + at, madd(t, rise, lowB))
    const keep = tape + c.tapeCoupling + at
    v128.store(keep, k)
    v128.store(keep + ROW, t)
    v128.store(keep + 2 * ROW, f32x4.div(rise, run))
  }
}

/** Turns the gradient by the mapped coordinate into that by the coordinate before and by the raw outputs. */
export function coupleBackward(axis: i32, inverse: bool, rows: i32, tape: usize): void {
  const points = c.controlPoints
  const half = points >> 1
  const scale = <f32>4 / <f32>points * (1 - 2 * SIGMOID_MARGIN)
  const rowBytes = <usize>c.outputs * 4
  const used = 2 * points + 2
  const one = splat(1), zero = splat(0)
  for (let p = 0; p < rows; p += 4) {
    const at = <usize>p * 4
    const s = tape + c.tapeSigmoid + at
    const keep = tape + c.tapeCoupling + at
    const k = v128.load(keep)
    const t = v128.load(keep + ROW)
    const slope = v128.load(keep + 2 * ROW)
    const through = c.positionGradient + <usize>axis * ROW + at
    const g = v128.load(through)
    v128.store(through, f32x4.mul(g, slope))
    const rest = f32x4.sub(one, t)
    const byFrom = f32x4.neg(f32x4.mul(f32x4.mul(g, slope), splat(scale)))
    const byTo = f32x4.mul(g, splat(scale))
    const byX = inverse ? byTo : byFrom
    const byY = inverse ? byFrom : byTo
    // Columns of the gradient overwrite those of the sigmoids, which nobody needs after this.
    for (let n = 0; n < points; n++) {
      const level = splat(<f32>n)
      const share = n < half
        ? f32x4.neg(v128.bitselect(one, v128.and(f32x4.eq(k, splat(<f32>(n + 1))), rest), f32x4.le(k, level)))
        : v128.bitselect(one, v128.and(f32x4.eq(k, level), t), f32x4.gt(k, level))
      const sx = s + <usize>n * ROW
      const sy = sx + <usize>points * ROW
      const vx = v128.load(sx), vy = v128.load(sy)
      v128.store(sx, f32x4.mul(f32x4.mul(byX, share), f32x4.mul(vx, f32x4.sub(one, vx))))
      v128.store(sy, f32x4.mul(f32x4.mul(byY, share), f32x4.mul(vy, f32x4.sub(one, vy))))
    }
    const bySlope = f32x4.mul(f32x4.mul(g, inverse ? f32x4.neg(f32x4.mul(slope, t)) : t), splat(2 * (1 - 2 * SIGMOID_MARGIN)))
    for (let n = 0; n < 2; n++) {
      const sk = s + <usize>(2 * points + n) * ROW
      const v = v128.load(sk)
      const here = f32x4.eq(k, n ? splat(<f32>points) : zero)
      v128.store(sk, v128.and(here, f32x4.mul(bySlope, f32x4.mul(v, f32x4.sub(one, v)))))
    }
    for (let n = used; n < c.outputs; n++) v128.store(s + <usize>n * ROW, zero)
    const raw = c.rawOutputs + <usize>p * rowBytes
    for (let o = 0; o < c.outputs; o += 4) {
      const q = s + <usize>o * ROW
      transposeStore(v128.load(q), v128.load(q + ROW), v128.load(q + 2 * ROW), v128.load(q + 3 * ROW), raw + <usize>o * 4, rowBytes)
    }
  }
}
