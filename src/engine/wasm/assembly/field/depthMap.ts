// Depth maps: bilinear reads at raster points, and their gradients in this thread's maps.
import * as c from './config'
import { DEPTH_UNIT } from './slots'

/** The last place looked at: address of its first node in frame 0 relative to a map, shares, and whether inside. */
export let node: usize = 0
export let shareX: f32 = 0
export let shareY: f32 = 0
export let insideX: f32 = 0
export let insideY: f32 = 0

// @ts-ignore: decorator
@inline function cell(v: f32, nodes: i32): i32 {
  const n = i32x4.extract_lane(i32x4.trunc_sat_f32x4_s(f32x4.splat(v)), 0)
  return max<i32>(0, min<i32>(n, nodes - 2))
}

/** Finds the cell of raster point (x, y). */
export function locateDepth(x: f32, y: f32): void {
  const lastX = <f32>(c.depthWidth - 1), lastY = <f32>(c.depthHeight - 1)
  const u = ((x - 0.5) * lastX) / (c.width - 1), v = ((y - 0.5) * lastY) / (c.height - 1)
  insideX = u > 0 && u < lastX ? 1 : 0
  insideY = v > 0 && v < lastY ? 1 : 0
  const cu = min<f32>(max<f32>(u, 0), lastX), cv = min<f32>(max<f32>(v, 0), lastY)
  const i = cell(cu, c.depthWidth), j = cell(cv, c.depthHeight)
  shareX = cu - <f32>i
  shareY = cv - <f32>j
  node = <usize>(j * c.depthWidth + i) * 4
}

// @ts-ignore: decorator
@inline function frameBytes(frame: i32): usize {
  return <usize>(frame * c.depthWidth * c.depthHeight) * 4
}

/** The map at `base` of `frame` at the place looked at. */
export function readDepth(base: usize, frame: i32): f32 {
  const at = base + frameBytes(frame) + node
  const below = at + <usize>c.depthWidth * 4
  const top = load<f32>(at) * (1 - shareX) + load<f32>(at, 4) * shareX
  const bottom = load<f32>(below) * (1 - shareX) + load<f32>(below, 4) * shareX
  return top * (1 - shareY) + bottom * shareY
}

/** d depth / dx of the frame's map in raster pixels; zero beyond the outer nodes. */
export function depthSlopeX(frame: i32): f32 {
  const at = c.depth + frameBytes(frame) + node
  const below = at + <usize>c.depthWidth * 4
  const slope = (load<f32>(at, 4) - load<f32>(at)) * (1 - shareY) + (load<f32>(below, 4) - load<f32>(below)) * shareY
  return (slope * insideX * <f32>(c.depthWidth - 1)) / (c.width - 1)
}

export function depthSlopeY(frame: i32): f32 {
  const at = c.depth + frameBytes(frame) + node
  const below = at + <usize>c.depthWidth * 4
  const slope = (load<f32>(below) - load<f32>(at)) * (1 - shareX) + (load<f32>(below, 4) - load<f32>(at, 4)) * shareX
  return (slope * insideY * <f32>(c.depthHeight - 1)) / (c.height - 1)
}

// Adds four numbers to the gradient at the cell's nodes, and marks their units.
function addToNodes(frame: i32, g00: f32, g10: f32, g01: f32, g11: f32): void {
  const offset = frameBytes(frame) + node
  const at = c.depth + c.toGradient + offset
  const below = at + <usize>c.depthWidth * 4
  store<f32>(at, load<f32>(at) + g00)
  store<f32>(at, load<f32>(at, 4) + g10, 4)
  store<f32>(below, load<f32>(below) + g01)
  store<f32>(below, load<f32>(below, 4) + g11, 4)
  const marks = c.touched + <usize>c.planeUnitCount
  const first = offset >> 2, second = first + <usize>c.depthWidth
  store<u8>(marks + first / DEPTH_UNIT, 1)
  store<u8>(marks + (first + 1) / DEPTH_UNIT, 1)
  store<u8>(marks + second / DEPTH_UNIT, 1)
  store<u8>(marks + (second + 1) / DEPTH_UNIT, 1)
}

/** Gradient g by the depth at the place looked at. */
export function addDepthGradient(frame: i32, g: f32): void {
  const top = g * (1 - shareY), bottom = g * shareY
  addToNodes(frame, top * (1 - shareX), top * shareX, bottom * (1 - shareX), bottom * shareX)
}

/** weight·|∇(D − D⁰)|₁ per node in the cell looked at; its gradient is added. */
export function priorSlopeLoss(frame: i32, weight: f32): f32 {
  const at = frameBytes(frame) + node
  const below = at + <usize>c.depthWidth * 4
  const e00 = load<f32>(c.depth + at) - load<f32>(c.prior + at)
  const e10 = load<f32>(c.depth + at, 4) - load<f32>(c.prior + at, 4)
  const e01 = load<f32>(c.depth + below) - load<f32>(c.prior + below)
  const e11 = load<f32>(c.depth + below, 4) - load<f32>(c.prior + below, 4)
  const x = (e10 - e00) * (1 - shareY) + (e11 - e01) * shareY
  const y = (e01 - e00) * (1 - shareX) + (e11 - e10) * shareX
  const sx = weight * sign(x), sy = weight * sign(y)
  addToNodes(
    frame,
    -sx * (1 - shareY) - sy * (1 - shareX),
    sx * (1 - shareY) - sy * shareX,
    -sx * shareY + sy * (1 - shareX),
    sx * shareY + sy * shareX,
  )
  return weight * (abs<f32>(x) + abs<f32>(y))
}

// @ts-ignore: decorator
@inline export function sign(v: f32): f32 {
  return v > 0 ? 1 : v < 0 ? -1 : 0
}
