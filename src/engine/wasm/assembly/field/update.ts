// From the threads' gradients to new parameters: sums in thread 0's buffers with their norms, then Adam. Planes and depth
// maps are visited by units (a node, 32 depths), only where touched in this step or where momentum is alive.
import * as c from './config'
import * as slot from './slots'
import { madd, splat, sumLanes } from './arithmetic'
import { ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, ADAM_FLUSH } from './constants'

/** Units that a thread takes at a time. */
const CHUNK: i32 = 256

function squares(at: usize, bytes: usize): f32 {
  let sum = splat(0)
  for (const end = at + bytes; at < end; at += 16) {
    const g = v128.load(at)
    sum = madd(g, g, sum)
  }
  return sumLanes(sum)
}

// Adds thread t's gradient at `at` (an address in thread 0's) and clears it.
function takeFrom(t: i32, at: usize, bytes: usize): void {
  let other = at + <usize>t * c.gradientStride
  for (const end = at + bytes; at < end; at += 16, other += 16) {
    v128.store(at, f32x4.add(v128.load(at), v128.load(other)))
    v128.store(other, splat(0))
  }
}

// Sums touched units whose marks start at `mark` (offset among all units); returns the squared norm of this thread's share.
function reduceUnits(mark: i32, units: i32, values: usize, unitBytes: usize): f64 {
  const all = c.getAddress(slot.TOUCHED) + <usize>mark
  let norm: f64 = 0
  for (let start = c.thread * CHUNK; start < units; start += c.threads * CHUNK) {
    const end = min<i32>(start + CHUNK, units)
    for (let eight = start; eight < end; eight += 8) {
      let some: u64 = 0
      for (let t = 0; t < c.threads; t++) some |= load<u64>(all + <usize>t * c.touchedStride + <usize>eight)
      if (!some) continue
      for (let unit = eight; unit < eight + 8; unit++) {
        const sum = values + c.toSum + <usize>unit * unitBytes
        let any = load<u8>(all + <usize>unit)
        for (let t = 1; t < c.threads; t++) {
          const flag = all + <usize>t * c.touchedStride + <usize>unit
          if (!load<u8>(flag)) continue
          takeFrom(t, sum, unitBytes)
          store<u8>(flag, 0)
          any = 1
        }
        if (!any) continue
        store<u8>(all + <usize>unit, 1)
        norm += <f64>squares(sum, unitBytes)
      }
    }
  }
  return norm
}

/** Sums planes, depth and this thread's network layers (all but what comes from frame biases). */
export function reduceGradients(): void {
  store<f64>(c.stats + slot.STAT_NETWORK_NORM * 8, reduceUnits(0, c.planeUnitCount, c.planes, <usize>c.planeChannels * 4))
  store<f64>(c.stats + slot.STAT_DEPTH_NORM * 8, reduceUnits(c.planeUnitCount, c.depthUnitCount, c.depth, slot.DEPTH_UNIT * 4))
  for (let layer = c.thread; layer < c.layers; layer += c.threads)
    for (let t = 1; t < c.threads; t++) takeFrom(t, c.network + c.toSum + <usize>layer * c.layerBytes, c.layerBytes)
}

/** Adds the norms of this thread's layers, once they are complete; thread 0 adds that of the time tables. */
export function addNetworkNorm(): void {
  const at = c.stats + slot.STAT_NETWORK_NORM * 8
  let norm = load<f64>(at)
  for (let layer = c.thread; layer < c.layers; layer += c.threads) norm += <f64>squares(c.network + c.toSum + <usize>layer * c.layerBytes, c.layerBytes)
  store<f64>(at, norm)
}

export function addTimeNorm(): void {
  const at = c.stats + slot.STAT_NETWORK_NORM * 8
  store<f64>(at, load<f64>(at) + <f64>squares(c.time + c.toSum, <usize>c.timeLength * 4))
}

/** Sum of a statistic over threads, in their order. */
export function total(n: i32): f64 {
  let sum: f64 = 0
  for (let t = 0; t < c.threads; t++) sum += load<f64>(c.getAddress(slot.STATS) + <usize>t * c.statsStride + <usize>n * 8)
  return sum
}

/** Whether all losses and both norms are finite. */
export function isFiniteStep(): bool {
  let sum: f64 = 0
  for (let n = 0; n <= slot.STAT_DEPTH_NORM; n++) sum += abs<f64>(total(n))
  return isFinite<f64>(sum)
}

function clipScale(norm: f64, limit: f32): f32 {
  return norm > <f64>limit ? <f32>(<f64>limit / norm) : 1
}

// What Adam needs of the step, spread over lanes: set by setAdam, read by every stretch.
let vRate: v128 = i64x2.splat(0)
let vScale: v128 = i64x2.splat(0)
let vFloor: v128 = i64x2.splat(0)
let vCorrect2: v128 = i64x2.splat(0)

function setAdam(rate: f32, scale: f32, floor: f32): void {
  vRate = splat(rate * c.getFloat(slot.CORRECT1))
  vScale = splat(scale)
  vFloor = splat(floor)
  vCorrect2 = splat(c.getFloat(slot.CORRECT2))
}

// Adam on one stretch of values, which also clears its gradient; returns whether any first moment stays alive. Elements
// without gradient and moment keep their second moment (optim/adam.ts); they do not move anyway.
function adam(at: usize, bytes: usize): bool {
  const rate = vRate, scale = vScale, floor = vFloor, correct2 = vCorrect2
  const toFirst = c.toFirst, toSecond = c.toSecond, toSum = c.toSum
  const beta1 = splat(ADAM_BETA1), beta2 = splat(ADAM_BETA2), rest1 = splat(<f32>0.1), rest2 = splat(<f32>0.001)
  const epsilon = splat(ADAM_EPSILON), flush = splat(ADAM_FLUSH), zero = splat(0)
  let alive = zero
  for (const end = at + bytes; at < end; at += 16) {
    const g = f32x4.mul(v128.load(at + toSum), scale)
    const m0 = v128.load(at + toFirst), v0 = v128.load(at + toSecond)
    const idle = v128.and(f32x4.eq(g, zero), f32x4.eq(m0, zero))
    const m = madd(beta1, m0, f32x4.mul(rest1, g))
    const v = v128.bitselect(v0, madd(beta2, v0, f32x4.mul(rest2, f32x4.mul(g, g))), idle)
    const kept = v128.andnot(m, f32x4.lt(f32x4.abs(m), flush))
    const move = f32x4.div(f32x4.mul(rate, m), f32x4.add(f32x4.sqrt(f32x4.mul(v, correct2)), epsilon))
    v128.store(at + toFirst, kept)
    v128.store(at + toSecond, v)
    v128.store(at, f32x4.pmax(f32x4.sub(v128.load(at), move), floor))
    v128.store(at + toSum, zero)
    alive = v128.or(alive, kept)
  }
  return v128.any_true(alive)
}

function updateUnits(mark: i32, units: i32, values: usize, unitBytes: usize, apply: bool): void {
  const touched = c.getAddress(slot.TOUCHED) + <usize>mark
  const active = c.active + <usize>mark
  for (let start = c.thread * CHUNK; start < units; start += c.threads * CHUNK) {
    const end = min<i32>(start + CHUNK, units)
    for (let eight = start; eight < end; eight += 8) {
      const some = load<u64>(touched + <usize>eight)
      if (!(some | load<u64>(active + <usize>eight))) continue
      for (let unit = eight; unit < eight + 8; unit++) {
        const at = values + <usize>unit * unitBytes
        if (apply) {
          if (load<u8>(touched + <usize>unit) | load<u8>(active + <usize>unit))
            store<u8>(active + <usize>unit, adam(at, unitBytes) ? 1 : 0)
        } else if (load<u8>(touched + <usize>unit)) memory.fill(at + c.toSum, 0, unitBytes)
      }
      store<u64>(touched + <usize>eight, 0)
    }
  }
}

/** Adam on everything where the step is finite and `apply` is asked for; always leaves all gradients cleared. */
export function updateParameters(apply: bool): void {
  const scale = clipScale(Math.sqrt(total(slot.STAT_NETWORK_NORM)), c.getFloat(slot.CLIP_NETWORK))
  const depthScale = clipScale(Math.sqrt(total(slot.STAT_DEPTH_NORM)), c.getFloat(slot.CLIP_DEPTH))
  setAdam(c.getFloat(slot.RATE_DEPTH), depthScale, c.depthFloor)
  updateUnits(c.planeUnitCount, c.depthUnitCount, c.depth, slot.DEPTH_UNIT * 4, apply)
  setAdam(c.getFloat(slot.RATE_NETWORK), scale, -Infinity)
  updateUnits(0, c.planeUnitCount, c.planes, <usize>c.planeChannels * 4, apply)
  for (let layer = c.thread; layer < c.layers; layer += c.threads) {
    const at = c.network + <usize>layer * c.layerBytes
    if (apply) adam(at, c.layerBytes)
    else memory.fill(at + c.toSum, 0, c.layerBytes)
  }
  if (c.thread == 0) {
    if (apply) adam(c.time, <usize>c.timeLength * 4)
    else memory.fill(c.time + c.toSum, 0, <usize>c.timeLength * 4)
  }
}
