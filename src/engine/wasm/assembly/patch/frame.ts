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

/** Samples a grid of unit steps from (x, y): `rows` rows of at least as many columns, `pitch` floats apart. */
export function sampleGrid(frame: usize, w: i32, h: i32, x: f32, y: f32, rows: i32, out: usize, pitch: i32): void {
  x = min(max(x, <f32>-23), <f32>(w + 22 - pitch))
  y = min(max(y, <f32>-23), <f32>(h + 21 - rows))
  const fx = floor(x)
  const fy = floor(y)
  const ax = f32x4.splat(x - fx)
  const ay = f32x4.splat(y - fy)
  const corner = frame + <usize>(<i32>fy * stride + <i32>fx)
  for (let i = 0; i < pitch; i += 4) {
    let p = corner + <usize>i
    let o = out + <usize>(i << 2)
    let a = four(p)
    let top = f32x4.add(a, f32x4.mul(ax, f32x4.sub(four(p + 1), a)))
    for (let j = 0; j < rows; j++) {
      p += <usize>stride
      a = four(p)
      const low = f32x4.add(a, f32x4.mul(ax, f32x4.sub(four(p + 1), a)))
      v128.store(o, f32x4.add(top, f32x4.mul(ay, f32x4.sub(low, top))))
      top = low
      o += <usize>(pitch << 2)
    }
  }
}
