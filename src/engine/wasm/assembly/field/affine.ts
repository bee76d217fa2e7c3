// The affine coupling of engine/reference/affineCoupling.ts on four points at once. Raw outputs (scale, shift and two of
// padding) come and gradients go as rows [point][4]; the tape keeps as columns [BLOCK] tanh, slope, and what the scale's
// gradient is a multiple of.
import * as c from './config'
import { BLOCK } from './slots'
import { exp, madd, splat, tanh } from './arithmetic'
import { AFFINE_BOUND } from './constants'
import { transposeStore } from './coupling'

const ROW: usize = BLOCK * 4

/** Passes the coordinates of `axis` through the function of the raw outputs, or its inverse, and writes the tape. */
export function coupleAffine(axis: i32, inverse: bool, rows: i32, tape: usize): void {
  for (let p = 0; p < rows; p += 4) {
    const at = <usize>p * 4
    const raw = c.rawOutputs + <usize>p * 16
    const columns = tape + c.tapeSigmoid + at
    transposeStore(v128.load(raw), v128.load(raw, 16), v128.load(raw, 32), v128.load(raw, 48), columns, ROW)
    const bounded = tanh(f32x4.mul(v128.load(columns), splat(1 / AFFINE_BOUND)))
    const shift = v128.load(columns + ROW)
    const slope = exp(f32x4.mul(bounded, splat(inverse ? -AFFINE_BOUND : AFFINE_BOUND)))
    const coordinate = c.position + <usize>axis * ROW + at
    const x = v128.load(coordinate)
    const scaled = f32x4.mul(inverse ? f32x4.sub(x, shift) : x, slope)
    v128.store(coordinate, inverse ? scaled : f32x4.add(scaled, shift))
    const keep = tape + c.tapeCoupling + at
    v128.store(keep, bounded)
    v128.store(keep + ROW, slope)
    v128.store(keep + 2 * ROW, inverse ? f32x4.neg(scaled) : scaled)
  }
}

/** Turns the gradient by the mapped coordinate into that by the coordinate before and by the raw outputs. */
export function coupleAffineBackward(axis: i32, inverse: bool, rows: i32, tape: usize): void {
  const one = splat(1), zero = splat(0)
  for (let p = 0; p < rows; p += 4) {
    const at = <usize>p * 4
    const keep = tape + c.tapeCoupling + at
    const bounded = v128.load(keep)
    const slope = v128.load(keep + ROW)
    const through = c.positionGradient + <usize>axis * ROW + at
    const g = v128.load(through)
    const before = f32x4.mul(g, slope)
    v128.store(through, before)
    const byRaw = madd(f32x4.neg(bounded), bounded, one)
    const byScale = f32x4.mul(f32x4.mul(g, v128.load(keep + 2 * ROW)), byRaw)
    transposeStore(byScale, inverse ? f32x4.neg(before) : g, zero, zero, c.rawOutputs + <usize>p * 16, 16)
  }
}
