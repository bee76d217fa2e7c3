// One frame's luma as the refiner reads it: uint8 rows with a replicated border, at two levels. Not here: the search.

/** Pixels of border on every side; a window's half side plus two must fit. */
export const BORDER: i32 = 24

/** Geometry of one level; set once per call, so a handful of globals instead of an argument list. */
export let width: i32 = 0
export let height: i32 = 0
export let stride: i32 = 0

export function setLevel(w: i32, h: i32, s: i32): void {
  width = w
  height = h
  stride = s
}

/** Bilinear sample at pixel index coordinates (raster − ½); `frame` points at pixel (0,0). Clamped into the border. */
// @ts-ignore: decorator
@inline
export function sample(frame: usize, x: f32, y: f32): f32 {
  const cx = min(max(x, <f32>-23), <f32>(width + 22))
  const cy = min(max(y, <f32>-23), <f32>(height + 22))
  const fx = floor(cx)
  const fy = floor(cy)
  const ax = cx - fx
  const ay = cy - fy
  const p = frame + <usize>(<i32>fy * stride + <i32>fx)
  const q = p + <usize>stride
  const a = <f32>load<u8>(p)
  const b = <f32>load<u8>(q)
  const top = a + ax * (<f32>load<u8>(p, 1) - a)
  const low = b + ax * (<f32>load<u8>(q, 1) - b)
  return top + ay * (low - top)
}

/** Four pixels as float32. */
// @ts-ignore: decorator
@inline
export function four(p: usize): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p))))
}
