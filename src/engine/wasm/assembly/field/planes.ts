// Feature planes: bilinear reads of a block's points into rows of features, and the way back: gradients scattered into
// this thread's planes (marking the nodes touched) and by the two kept coordinates.
import * as c from './config'
import { BLOCK } from './slots'
import { madd, splat, sumLanes, tanh } from './arithmetic'

const ROW: usize = BLOCK * 4

// Nodes and shares of all points in a plane of n² nodes, into c.grid.
function locate(bounded: usize, rows: i32, n: i32): void {
  const half = splat(<f32>(n - 1) * 0.5)
  const last = i32x4.splat(n - 2)
  const none = i32x4.splat(0)
  for (let p = 0; p < rows; p += 4) {
    const at = <usize>p * 4
    const u = madd(v128.load(bounded + at), half, half)
    const v = madd(v128.load(bounded + ROW + at), half, half)
    const i = i32x4.max_s(i32x4.min_s(i32x4.trunc_sat_f32x4_s(u), last), none)
    const j = i32x4.max_s(i32x4.min_s(i32x4.trunc_sat_f32x4_s(v), last), none)
    v128.store(c.grid + at, i32x4.add(i32x4.mul(j, i32x4.splat(n)), i))
    v128.store(c.grid + ROW + at, f32x4.sub(u, f32x4.convert_i32x4_s(i)))
    v128.store(c.grid + 2 * ROW + at, f32x4.sub(v, f32x4.convert_i32x4_s(j)))
  }
}

/** Bounds the kept coordinates by tanh and reads all planes of `layer` into the feature rows at `tape`. */
export function readPlanes(layer: i32, kept0: i32, kept1: i32, rows: i32, tape: usize): void {
  const bounded = tape + c.tapeBounded
  for (let p = 0; p < rows; p += 4) {
    const at = <usize>p * 4
    v128.store(bounded + at, tanh(v128.load(c.position + <usize>kept0 * ROW + at)))
    v128.store(bounded + ROW + at, tanh(v128.load(c.position + <usize>kept1 * ROW + at)))
  }
  const nodeBytes = <usize>c.planeChannels * 4
  const rowBytes = <usize>c.features * 4
  for (let plane = 0; plane < c.planesPerLayer; plane++) {
    const n = load<i32>(c.planeSizes + <usize>plane * 4)
    const base = c.planes + <usize>load<i32>(c.planeOffsets + <usize>(layer * c.planesPerLayer + plane) * 4)
    const down = <usize>n * nodeBytes
    locate(bounded, rows, n)
    let out = tape + <usize>plane * nodeBytes
    for (let p = 0; p < rows; p++, out += rowBytes) {
      const at = c.grid + <usize>p * 4
      const a = load<f32>(at + ROW), b = load<f32>(at + 2 * ROW)
      const w11 = splat(a * b), w10 = splat(a * (1 - b)), w01 = splat((1 - a) * b), w00 = splat((1 - a) * (1 - b))
      let q = base + <usize>load<i32>(at) * nodeBytes
      for (let k: usize = 0; k < nodeBytes; k += 16, q += 16) {
        const top = madd(v128.load(q + nodeBytes), w10, f32x4.mul(v128.load(q), w00))
        v128.store(out + k, madd(v128.load(q + down + nodeBytes), w11, madd(v128.load(q + down), w01, top)))
      }
    }
  }
}

/** Scatters the feature gradients of `count` points, and adds those by the kept coordinates. */
export function planesBackward(layer: i32, kept0: i32, kept1: i32, rows: i32, count: i32, tape: usize): void {
  const bounded = tape + c.tapeBounded
  const nodeBytes = <usize>c.planeChannels * 4
  const rowBytes = <usize>c.features * 4
  const gradient = c.toGradient
  for (let plane = 0; plane < c.planesPerLayer; plane++) {
    const n = load<i32>(c.planeSizes + <usize>plane * 4)
    const index = <usize>(layer * c.planesPerLayer + plane) * 4
    const base = c.planes + <usize>load<i32>(c.planeOffsets + index)
    const marks = c.touched + <usize>load<i32>(c.planeUnits + index)
    const down = <usize>n * nodeBytes
    const perUnit = <f32>(n - 1) * 0.5
    locate(bounded, rows, n)
    let from = c.gradFeatures + <usize>plane * nodeBytes
    for (let p = 0; p < count; p++, from += rowBytes) {
      const at = c.grid + <usize>p * 4
      const a = load<f32>(at + ROW), b = load<f32>(at + 2 * ROW)
      const w11 = splat(a * b), w10 = splat(a * (1 - b)), w01 = splat((1 - a) * b), w00 = splat((1 - a) * (1 - b))
      const node = <usize>load<i32>(at)
      store<u16>(marks + node, 0x0101)
      store<u16>(marks + node + <usize>n, 0x0101)
      let q = base + node * nodeBytes
      let d00 = splat(0), d10 = splat(0), d01 = splat(0), d11 = splat(0)
      for (let k: usize = 0; k < nodeBytes; k += 16, q += 16) {
        const g = v128.load(from + k)
        const r = q + down
        d00 = madd(g, v128.load(q), d00)
        d10 = madd(g, v128.load(q + nodeBytes), d10)
        d01 = madd(g, v128.load(r), d01)
        d11 = madd(g, v128.load(r + nodeBytes), d11)
        const gq = q + gradient, gr = r + gradient
        v128.store(gq, madd(g, w00, v128.load(gq)))
        v128.store(gq + nodeBytes, madd(g, w10, v128.load(gq + nodeBytes)))
        v128.store(gr, madd(g, w01, v128.load(gr)))
        v128.store(gr + nodeBytes, madd(g, w11, v128.load(gr + nodeBytes)))
      }
      const s00 = sumLanes(d00), s10 = sumLanes(d10), s01 = sumLanes(d01), s11 = sumLanes(d11)
      const du = ((s10 - s00) * (1 - b) + (s11 - s01) * b) * perUnit
      const dv = ((s01 - s00) * (1 - a) + (s11 - s10) * a) * perUnit
      const u = load<f32>(bounded + <usize>p * 4), v = load<f32>(bounded + ROW + <usize>p * 4)
      const g0 = c.positionGradient + <usize>kept0 * ROW + <usize>p * 4
      const g1 = c.positionGradient + <usize>kept1 * ROW + <usize>p * 4
      store<f32>(g0, load<f32>(g0) + du * (1 - u * u))
      store<f32>(g1, load<f32>(g1) + dv * (1 - v * v))
    }
  }
}
