// Planes of one scale: float32, row-major, padded on every side, and the plain operations on them (reduce, pad,
// gradients, upsampling). A plane's pointer is that of pixel (0,0); `s` is the row length in floats, a multiple of 8,
// with BORDER floats left of the image and at least BORDER right of it, and BORDER rows above and below.
// Not here: anything that knows of flow.

export const BORDER: i32 = 16

// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}

// @ts-ignore: decorator
@inline
export function sum4(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3))
}

/** Address of (x, y). */
// @ts-ignore: decorator
@inline
export function at(plane: usize, s: i32, x: i32, y: i32): usize {
  return plane + ((<isize>y * <isize>s + <isize>x) << 2)
}

/** Replicates the outer pixels into the border. */
export function pad(plane: usize, w: i32, h: i32, s: i32): void {
  for (let y = 0; y < h; y++) {
    const left = load<f32>(at(plane, s, 0, y))
    const right = load<f32>(at(plane, s, w - 1, y))
    for (let x = -BORDER; x < 0; x++) store<f32>(at(plane, s, x, y), left)
    for (let x = w; x < s - BORDER; x++) store<f32>(at(plane, s, x, y), right)
  }
  const first = at(plane, s, -BORDER, 0)
  const last = at(plane, s, -BORDER, h - 1)
  for (let y = 1; y <= BORDER; y++) {
    memory.copy(first - <usize>(y * s * 4), first, s << 2)
    memory.copy(last + <usize>(y * s * 4), last, s << 2)
  }
}

/** Half size by 2×2 means; the destination is ((w+1)>>1) × ((h+1)>>1), so raster points halve exactly. Pads. */
export function reduce(src: usize, ss: i32, dst: usize, w: i32, h: i32, s: i32): void {
  const quarter = f32x4.splat(0.25)
  for (let y = 0; y < h; y++) {
    let a = at(src, ss, 0, 2 * y)
    let b = at(src, ss, 0, 2 * y + 1)
    let d = at(dst, s, 0, y)
    for (let x = 0; x < w; x += 4) {
      const l = f32x4.add(v128.load(a), v128.load(b))
      const r = f32x4.add(v128.load(a, 16), v128.load(b, 16))
      const sum = f32x4.add(v128.shuffle<f32>(l, r, 0, 2, 4, 6), v128.shuffle<f32>(l, r, 1, 3, 5, 7))
      v128.store(d, f32x4.mul(sum, quarter))
      a += 32
      b += 32
      d += 16
    }
  }
  pad(dst, w, h, s)
}

/** Smoothed central differences (1 2 1 across): dst x and y planes, not padded. */
export function gradients(img: usize, w: i32, h: i32, s: i32, gx: usize, gy: usize): void {
  const side = f32x4.splat(3.0 / 32.0)
  const mid = f32x4.splat(10.0 / 32.0)
  const row = <usize>(s << 2)
  for (let y = 0; y < h; y++) {
    let p = at(img, s, 0, y)
    let dx = at(gx, s, 0, y)
    let dy = at(gy, s, 0, y)
    for (let x = 0; x < w; x += 4) {
      const ul = v128.load(p - row - 4), uc = v128.load(p - row), ur = v128.load(p - row + 4)
      const cl = v128.load(p - 4), cr = v128.load(p + 4)
      const dl = v128.load(p + row - 4), dc = v128.load(p + row), dr = v128.load(p + row + 4)
      const h1 = f32x4.add(f32x4.sub(ur, ul), f32x4.sub(dr, dl))
      v128.store(dx, fma(f32x4.sub(cr, cl), mid, f32x4.mul(h1, side)))
      const v1 = f32x4.add(f32x4.sub(dl, ul), f32x4.sub(dr, ur))
      v128.store(dy, fma(f32x4.sub(dc, uc), mid, f32x4.mul(v1, side)))
      p += 16
      dx += 16
      dy += 16
    }
  }
}

/** Doubles a plane's size by bilinear interpolation of raster points and multiplies its values. src must be padded. */
export function enlarge(src: usize, ss: i32, dst: usize, w: i32, h: i32, s: i32, factor: f32): void {
  for (let y = 0; y < h; y++) {
    const near = at(src, ss, 0, y >> 1)
    const far = at(src, ss, 0, (y & 1) ? (y >> 1) + 1 : (y >> 1) - 1)
    let d = at(dst, s, 0, y)
    const a = f32x4.splat(0.75)
    const b = f32x4.splat(0.25)
    const f = f32x4.splat(factor)
    for (let x = 0; x < w; x += 8) {
      const o = <usize>((x >> 1) << 2)
      const c = fma(v128.load(near + o), a, f32x4.mul(v128.load(far + o), b))
      const l = fma(v128.load(near + o - 4), a, f32x4.mul(v128.load(far + o - 4), b))
      const r = fma(v128.load(near + o + 4), a, f32x4.mul(v128.load(far + o + 4), b))
      const even = f32x4.mul(fma(c, a, f32x4.mul(l, b)), f)
      const odd = f32x4.mul(fma(c, a, f32x4.mul(r, b)), f)
      v128.store(d, v128.shuffle<f32>(even, odd, 0, 4, 1, 5))
      v128.store(d, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16)
      d += 32
    }
  }
}

/** Copies a tight [h, w] plane in, and pads it. */
export function importPlane(src: usize, dst: usize, w: i32, h: i32, s: i32): void {
  for (let y = 0; y < h; y++) memory.copy(at(dst, s, 0, y), src + <usize>(y * w * 4), w << 2)
  pad(dst, w, h, s)
}

/** Splits tight interleaved flow [h, w, 2] into padded planes. */
export function importFlow(src: usize, u: usize, v: usize, w: i32, h: i32, s: i32): void {
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      store<f32>(at(u, s, x, y), load<f32>(src))
      store<f32>(at(v, s, x, y), load<f32>(src, 4))
      src += 8
    }
  pad(u, w, h, s)
  pad(v, w, h, s)
}

/** Interleaves planes into tight flow [h, w, 2]. */
export function exportFlow(u: usize, v: usize, dst: usize, w: i32, h: i32, s: i32): void {
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      store<f32>(dst, load<f32>(at(u, s, x, y)))
      store<f32>(dst, load<f32>(at(v, s, x, y)), 4)
      dst += 8
    }
}
