// A block of correspondences of one frame pair, fused: lift, Φ, Φ⁻¹, projection, losses, and all of it backward. The
// terms and their conventions are those of engine/reference/losses.ts.
import * as c from './config'
import * as slot from './slots'
import { addDepthGradient, depthSlopeX, depthSlopeY, locateDepth, priorSlopeLoss, readDepth, sign } from './depthMap'
import { mapBackward, mapForward } from './passes'

const ROW: usize = slot.BLOCK * 4

// @ts-ignore: decorator
@inline function lossWeight(n: i32): f32 {
  return c.getFloat(slot.LOSS_WEIGHTS + n)
}

// @ts-ignore: decorator
@inline function addLoss(n: i32, value: f32): void {
  const at = c.stats + <usize>n * 8
  store<f64>(at, load<f64>(at) + <f64>value)
}

// @ts-ignore: decorator
@inline function centre(axis: i32): f32 {
  return c.getFloat(slot.CENTRE + axis)
}

// @ts-ignore: decorator
@inline function range(axis: i32): f32 {
  return c.getFloat(slot.RANGE + axis)
}

/** Writes point p of the block: the normalised lift of raster (x, y) at depth z. */
export function liftPoint(p: i32, x: f32, y: f32, z: f32): void {
  const at = c.position + <usize>p * 4
  store<f32>(at, (((x - c.width * 0.5) / c.focal) * z - centre(0)) / range(0))
  store<f32>(at + ROW, (((y - c.height * 0.5) / c.focal) * z - centre(1)) / range(1))
  store<f32>(at + 2 * ROW, (z - centre(2)) / range(2))
}

/** Fills rows up to a multiple of four with copies of the last point; returns their number. */
export function padRows(count: i32): i32 {
  const rows = (count + 3) & ~3
  for (let axis = 0; axis < 3; axis++) {
    const at = c.position + <usize>axis * ROW
    const last = load<f32>(at + <usize>(count - 1) * 4)
    for (let p = count; p < rows; p++) store<f32>(at + <usize>p * 4, last)
  }
  return rows
}

/** Projections of a block after Φ⁻¹, f32 [BLOCK] each: x, y, z, 1 inside the frame. */
export let projected: usize = 0

/** Projects the first `count` positions into `projected`. */
export function projectPoints(count: i32): void {
  projected = c.grid + 3 * ROW
  for (let p = 0; p < count; p++) {
    const at = <usize>p * 4
    const from = c.position + at
    const z = load<f32>(from + 2 * ROW) * range(2) + centre(2)
    const scale = c.focal / max<f32>(z, c.depthFloor)
    const x = (load<f32>(from) * range(0) + centre(0)) * scale + c.width * 0.5
    const y = (load<f32>(from + ROW) * range(1) + centre(1)) * scale + c.height * 0.5
    store<f32>(projected + at, x)
    store<f32>(projected + at + ROW, y)
    store<f32>(projected + at + 2 * ROW, z)
    store<f32>(projected + at + 3 * ROW, x >= 0 && x <= c.width && y >= 0 && y <= c.height ? 1 : 0)
  }
}

// Terms of point p of the block (number n of the batch), all but couples; writes the gradient by its projection.
function pointLoss(p: i32, n: i32, i: i32, j: i32): void {
  const at = <usize>p * 4
  const x = load<f32>(projected + at), y = load<f32>(projected + at + ROW), z = load<f32>(projected + at + 2 * ROW)
  const inside = load<f32>(projected + at + 3 * ROW) != 0
  const kind = load<u8>(c.getAddress(slot.KIND) + <usize>n)
  const share = load<f32>(c.getAddress(slot.WEIGHT) + <usize>n * 4) * c.getFloat(slot.SHARE)
  const flow = kind == 0, longTerm = kind == 1, correction = kind == 4
  const known = kind != 3
  const surface = flow || longTerm || correction
  const factor: f32 = longTerm ? lossWeight(1) : correction ? lossWeight(2) : 1
  let gx: f32 = 0, gy: f32 = 0, gz: f32 = 0
  let residual: f32 = NaN

  if (known) {
    const target = c.getAddress(slot.TARGET) + <usize>n * 8
    const tx = load<f32>(target), ty = load<f32>(target, 4)
    residual = abs<f32>(x - tx) + abs<f32>(y - ty)
    if (!flow || inside) {
      const w = share * factor * lossWeight(0)
      addLoss(longTerm ? slot.STAT_LONG_TERM : correction ? slot.STAT_CORRECTION : slot.STAT_PIXEL, w * residual)
      gx += w * sign(x - tx)
      gy += w * sign(y - ty)
    }
    if (surface) {
      locateDepth(tx, ty)
      const w = share * factor * lossWeight(3)
      const off = z - readDepth(c.depth, j)
      addLoss(slot.STAT_DEPTH, w * abs<f32>(off))
      gz += w * sign(off)
      addDepthGradient(j, -w * sign(off))
      if (!correction) {
        const wp = share * (flow ? lossWeight(4) : lossWeight(5))
        const offPrior = z - readDepth(c.prior, j)
        addLoss(slot.STAT_PRIOR, wp * abs<f32>(offPrior))
        gz += wp * sign(offPrior)
        const ws = share * (flow ? lossWeight(6) : lossWeight(7))
        if (ws != 0) {
          addLoss(slot.STAT_PRIOR_GRADIENT, priorSlopeLoss(j, ws))
          const source = c.getAddress(slot.SOURCE) + <usize>n * 8
          locateDepth(load<f32>(source), load<f32>(source, 4))
          addLoss(slot.STAT_PRIOR_GRADIENT, priorSlopeLoss(i, ws))
        }
      }
    }
  }
  if (!surface && inside) {
    locateDepth(x, y)
    const margin: f32 = 1 + lossWeight(9)
    const off = margin * readDepth(c.depth, j) - z
    if (off > 0) {
      const w = share * lossWeight(8)
      addLoss(slot.STAT_OCCLUSION, w * off)
      gz -= w
      gx += w * margin * depthSlopeX(j)
      gy += w * margin * depthSlopeY(j)
      addDepthGradient(j, w * margin)
    }
  }
  store<f32>(c.getAddress(slot.RESIDUAL) + <usize>n * 4, residual)
  const out = c.positionGradient + at
  store<f32>(out, gx)
  store<f32>(out + ROW, gy)
  store<f32>(out + 2 * ROW, gz)
}

// The flow-gradient term of points p and p+1.
function coupleLoss(p: i32, n: i32): void {
  const kinds = c.getAddress(slot.KIND) + <usize>n
  const at = <usize>p * 4
  const inside = projected + at + 3 * ROW
  if (load<u8>(kinds) != 0 || load<u8>(kinds, 1) != 0 || load<f32>(inside) == 0 || load<f32>(inside, 4) == 0) return
  const weights = c.getAddress(slot.WEIGHT) + <usize>n * 4
  const w = (load<f32>(weights) + load<f32>(weights, 4)) * 0.5 * c.getFloat(slot.SHARE) * lossWeight(10)
  const target = c.getAddress(slot.TARGET) + <usize>n * 8
  for (let axis: usize = 0; axis < 2; axis++) {
    const to = target + axis * 4
    const from = projected + at + axis * ROW
    const d = load<f32>(from, 4) - load<f32>(to, 8) - (load<f32>(from) - load<f32>(to))
    addLoss(slot.STAT_FLOW_GRADIENT, w * abs<f32>(d))
    const g = c.positionGradient + at + axis * ROW
    store<f32>(g, load<f32>(g, 4) + w * sign(d), 4)
    store<f32>(g, load<f32>(g) - w * sign(d))
  }
}

// Turns gradients by projections into gradients by normalised positions; zero for padding rows.
function projectBackward(count: i32, rows: i32): void {
  for (let p = 0; p < rows; p++) {
    const at = <usize>p * 4
    const g = c.positionGradient + at
    let nx: f32 = 0, ny: f32 = 0, nz: f32 = 0
    if (p < count) {
      const gx = load<f32>(g), gy = load<f32>(g + ROW), z = load<f32>(projected + at + 2 * ROW)
      const divisor = max<f32>(z, c.depthFloor)
      const x = load<f32>(projected + at) - c.width * 0.5, y = load<f32>(projected + at + ROW) - c.height * 0.5
      const scale = c.focal / divisor
      nx = gx * scale * range(0)
      ny = gy * scale * range(1)
      nz = (load<f32>(g + 2 * ROW) + (z > c.depthFloor ? -(gx * x + gy * y) / divisor : 0)) * range(2)
    }
    store<f32>(g, nx)
    store<f32>(g + ROW, ny)
    store<f32>(g + 2 * ROW, nz)
  }
}

/** Losses and gradients of a block: frames i → j, points first … first+count of the batch. */
export function differentiateBlock(i: i32, j: i32, first: i32, count: i32): void {
  const sources = c.getAddress(slot.SOURCE)
  for (let p = 0; p < count; p++) {
    const at = sources + <usize>(first + p) * 8
    const x = load<f32>(at), y = load<f32>(at, 4)
    locateDepth(x, y)
    liftPoint(p, x, y, readDepth(c.depth, i))
  }
  const rows = padRows(count)
  mapForward(i, false, rows, 0)
  mapForward(j, true, rows, c.layers)

  projectPoints(count)
  for (let p = 0; p < count; p++) pointLoss(p, first + p, i, j)
  if (c.getInt(slot.COUPLES)) for (let p = 0; p + 1 < count; p += 2) coupleLoss(p, first + p)
  projectBackward(count, rows)

  mapBackward(j, true, rows, count, c.layers)
  mapBackward(i, false, rows, count, 0)
  for (let p = 0; p < count; p++) {
    const at = sources + <usize>(first + p) * 8
    const x = load<f32>(at), y = load<f32>(at, 4)
    const g = c.positionGradient + <usize>p * 4
    const gx = (load<f32>(g) * (x - c.width * 0.5)) / c.focal / range(0)
    const gy = (load<f32>(g + ROW) * (y - c.height * 0.5)) / c.focal / range(1)
    locateDepth(x, y)
    addDepthGradient(i, gx + gy + load<f32>(g + 2 * ROW) / range(2))
  }
}
