// Variational refinement of dense flow (Brox et al. 2004 in the form of DIS): intensity and gradient constancy with
// normalised, robust data terms, robust smoothness, solved for an increment by fixed-point iterations of red-black
// successive over-relaxation. Unknowns and coefficients live in split rows (even columns, then odd ones) so that one
// colour is contiguous. Image-driven smoothness: the weight falls across strong edges of the first image.
// Not here: where the flow comes from, or the pyramid.
import { BORDER, at, fma, pad } from './image'

const EPS2: f32 = 1e-6
const ZETA2: f32 = 0.01

/** Row of a split plane: even columns from here. */
// @ts-ignore: decorator
@inline
function evens(plane: usize, s: i32, y: i32): usize {
  return at(plane, s, -BORDER, y) + <usize>(BORDER / 2 * 4)
}

/**
 * Linearises around (u,v): mean = (I0 + I1(x+u)) / 2 and iz = I1(x+u) − I0 (both padded), mx, my = central
 * differences of mean, and valid = 1 where x+u is inside the image, else 0.
 */
export function linearise(
  i0: usize, i1: usize, w: i32, h: i32, s: i32, u: usize, v: usize,
  mean: usize, iz: usize, mx: usize, my: usize, valid: usize,
): void {
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const px = <f32>x + load<f32>(at(u, s, x, y))
      const py = <f32>y + load<f32>(at(v, s, x, y))
      const inside = px >= -0.5 && py >= -0.5 && px <= <f32>w - 0.5 && py <= <f32>h - 0.5
      const cx = min(max(px, -1), <f32>w)
      const cy = min(max(py, -1), <f32>h)
      const x0 = floor(cx)
      const y0 = floor(cy)
      const ax = cx - x0
      const ay = cy - y0
      const p = at(i1, s, <i32>x0, <i32>y0)
      const q = p + <usize>(s << 2)
      const top = load<f32>(p) + ax * (load<f32>(p, 4) - load<f32>(p))
      const low = load<f32>(q) + ax * (load<f32>(q, 4) - load<f32>(q))
      const i = top + ay * (low - top)
      const a = load<f32>(at(i0, s, x, y))
      store<f32>(at(mean, s, x, y), 0.5 * (i + a))
      store<f32>(at(iz, s, x, y), i - a)
      store<f32>(at(valid, s, x, y), inside ? 1 : 0)
    }
  }
  pad(mean, w, h, s)
  pad(iz, w, h, s)
  const half = f32x4.splat(0.5)
  const row = <usize>(s << 2)
  // One pixel beyond the image on every side: second differences need it.
  for (let y = -1; y <= h; y++)
    for (let x = -4; x < w + 4; x += 4) {
      const p = at(mean, s, x, y)
      v128.store(at(mx, s, x, y), f32x4.mul(half, f32x4.sub(v128.load(p + 4), v128.load(p - 4))))
      v128.store(at(my, s, x, y), f32x4.mul(half, f32x4.sub(v128.load(p + row), v128.load(p - row))))
    }
}

/** Smoothness weight of the edges to the right (ex) and below (ey) of each pixel at flow (tu,tv); 0 at the image's end. tu, tv padded. */
export function diffusivity(
  i0: usize, w: i32, h: i32, s: i32, tu: usize, tv: usize, ex: usize, ey: usize, alpha: f32, edge: f32,
): void {
  const row = <usize>(s << 2)
  const one = f32x4.splat(1)
  const eps = f32x4.splat(EPS2)
  const half = f32x4.splat(alpha * 0.5)
  const k = f32x4.splat(edge)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x += 4) {
      const a = at(tu, s, x, y)
      const b = at(tv, s, x, y)
      const c = at(i0, s, x, y)
      const u0 = v128.load(a), v0 = v128.load(b), i = v128.load(c)
      const ux = f32x4.sub(v128.load(a + 4), u0), uy = f32x4.sub(v128.load(a + row), u0)
      const vx = f32x4.sub(v128.load(b + 4), v0), vy = f32x4.sub(v128.load(b + row), v0)
      const n = fma(ux, ux, fma(uy, uy, fma(vx, vx, fma(vy, vy, eps))))
      const g = f32x4.div(half, f32x4.sqrt(n))
      const ix = f32x4.mul(k, f32x4.sub(v128.load(c + 4), i))
      const iy = f32x4.mul(k, f32x4.sub(v128.load(c + row), i))
      v128.store(at(ex, s, x, y), f32x4.div(g, fma(ix, ix, one)))
      v128.store(at(ey, s, x, y), y < h - 1 ? f32x4.div(g, fma(iy, iy, one)) : f32x4.splat(0))
    }
    for (let x = w - 1; x < s - BORDER; x++) store<f32>(at(ex, s, x, y), 0)
  }
}

// @ts-ignore: decorator
@inline
function split(plane: usize, half: usize, o: usize, a: v128, b: v128): void {
  v128.store(plane + o, v128.shuffle<f32>(a, b, 0, 2, 4, 6))
  v128.store(plane + half + o, v128.shuffle<f32>(a, b, 1, 3, 5, 7))
}

/**
 * Coefficients of the increment's normal equations, written split: 1/A11, A12, 1/A22, b1, b2 and the edge weights;
 * the increment itself starts from (tu−u, tv−v). ex[-1] and ey[row -1] must be 0. `out` is nine split planes in a row,
 * `planeBytes` apart: ia11, a12, ia22, b1, b2, ex, ey, du, dv.
 */
export function coefficients(
  w: i32, h: i32, s: i32, u: usize, v: usize, tu: usize, tv: usize,
  iz: usize, mx: usize, my: usize, valid: usize, ex: usize, ey: usize,
  out: usize, planeBytes: usize, delta: f32, gamma: f32,
): void {
  const row = <usize>(s << 2)
  const half = <usize>(s << 1)
  const h5 = f32x4.splat(0.5)
  const eps = f32x4.splat(EPS2)
  const zeta = f32x4.splat(ZETA2)
  const one = f32x4.splat(1)
  const vd = f32x4.splat(delta)
  const vg = f32x4.splat(gamma)
  for (let y = 0; y < h; y++) {
    const base = evens(out, s, y)
    for (let x = 0; x < w; x += 8) {
      const o8 = <usize>(x << 1)
      let pa11 = f32x4.splat(0), pa12 = pa11, pa22 = pa11, pb1 = pa11, pb2 = pa11, pex = pa11, pey = pa11, pdu = pa11, pdv = pa11
      for (let t = 0; t < 2; t++) {
        const o = <usize>((y * s + x + 4 * t) << 2)
        const u0 = v128.load(u + o), v0 = v128.load(v + o)
        const du = f32x4.sub(v128.load(tu + o), u0)
        const dv = f32x4.sub(v128.load(tv + o), v0)
        const x0 = v128.load(mx + o), y0 = v128.load(my + o), z0 = v128.load(iz + o)
        // Intensity constancy.
        const n0 = f32x4.div(one, fma(x0, x0, fma(y0, y0, zeta)))
        const r0 = fma(x0, du, fma(y0, dv, z0))
        const on = v128.load(valid + o)
        let q = f32x4.mul(on, f32x4.mul(n0, f32x4.div(vd, f32x4.sqrt(fma(f32x4.mul(r0, r0), n0, eps)))))
        const qx = f32x4.mul(q, x0), qy = f32x4.mul(q, y0)
        let a11 = fma(qx, x0, zeta)
        let a12 = f32x4.mul(qx, y0)
        let a22 = fma(qy, y0, zeta)
        let b1 = f32x4.neg(f32x4.mul(qx, z0))
        let b2 = f32x4.neg(f32x4.mul(qy, z0))
        // Gradient constancy.
        const xx = f32x4.mul(h5, f32x4.sub(v128.load(mx + o + 4), v128.load(mx + o - 4)))
        const xy = f32x4.mul(h5, f32x4.sub(v128.load(mx + o + row), v128.load(mx + o - row)))
        const yy = f32x4.mul(h5, f32x4.sub(v128.load(my + o + row), v128.load(my + o - row)))
        const xz = f32x4.mul(h5, f32x4.sub(v128.load(iz + o + 4), v128.load(iz + o - 4)))
        const yz = f32x4.mul(h5, f32x4.sub(v128.load(iz + o + row), v128.load(iz + o - row)))
        const n1 = f32x4.div(one, fma(xx, xx, fma(xy, xy, zeta)))
        const n2 = f32x4.div(one, fma(yy, yy, fma(xy, xy, zeta)))
        const r1 = fma(xx, du, fma(xy, dv, xz))
        const r2 = fma(xy, du, fma(yy, dv, yz))
        q = f32x4.mul(on, f32x4.div(vg, f32x4.sqrt(fma(f32x4.mul(r1, r1), n1, fma(f32x4.mul(r2, r2), n2, eps)))))
        const q1 = f32x4.mul(q, n1), q2 = f32x4.mul(q, n2)
        const q1x = f32x4.mul(q1, xx), q1y = f32x4.mul(q1, xy), q2x = f32x4.mul(q2, xy), q2y = f32x4.mul(q2, yy)
        a11 = fma(q1x, xx, fma(q2x, xy, a11))
        a12 = fma(q1x, xy, fma(q2x, yy, a12))
        a22 = fma(q1y, xy, fma(q2y, yy, a22))
        b1 = f32x4.sub(b1, fma(q1x, xz, f32x4.mul(q2x, yz)))
        b2 = f32x4.sub(b2, fma(q1y, xz, f32x4.mul(q2y, yz)))
        // Smoothness of u + du.
        const er = v128.load(ex + o), el = v128.load(ex + o - 4), eb = v128.load(ey + o), et = v128.load(ey + o - row)
        const es = f32x4.add(f32x4.add(er, el), f32x4.add(eb, et))
        a11 = f32x4.add(a11, es)
        a22 = f32x4.add(a22, es)
        b1 = fma(er, f32x4.sub(v128.load(u + o + 4), u0), fma(el, f32x4.sub(v128.load(u + o - 4), u0),
          fma(eb, f32x4.sub(v128.load(u + o + row), u0), fma(et, f32x4.sub(v128.load(u + o - row), u0), b1))))
        b2 = fma(er, f32x4.sub(v128.load(v + o + 4), v0), fma(el, f32x4.sub(v128.load(v + o - 4), v0),
          fma(eb, f32x4.sub(v128.load(v + o + row), v0), fma(et, f32x4.sub(v128.load(v + o - row), v0), b2))))
        a11 = f32x4.div(one, a11)
        a22 = f32x4.div(one, a22)
        if (t) {
          split(base, half, o8, pa11, a11)
          split(base + planeBytes, half, o8, pa12, a12)
          split(base + 2 * planeBytes, half, o8, pa22, a22)
          split(base + 3 * planeBytes, half, o8, pb1, b1)
          split(base + 4 * planeBytes, half, o8, pb2, b2)
          split(base + 5 * planeBytes, half, o8, pex, er)
          split(base + 6 * planeBytes, half, o8, pey, eb)
          split(base + 7 * planeBytes, half, o8, pdu, du)
          split(base + 8 * planeBytes, half, o8, pdv, dv)
        } else {
          pa11 = a11
          pa12 = a12
          pa22 = a22
          pb1 = b1
          pb2 = b2
          pex = er
          pey = eb
          pdu = du
          pdv = dv
        }
      }
    }
  }
}

/** Red-black over-relaxation of the split system made by `coefficients`. */
export function relax(w: i32, h: i32, s: i32, out: usize, planeBytes: usize, iterations: i32, omega: f32): void {
  const row = <usize>(s << 2)
  const half = <usize>(s << 1)
  const vo = f32x4.splat(omega)
  for (let n = 0; n < iterations * 2; n++)
    for (let y = 0; y < h; y++) {
      const odd = ((n + y) & 1) as usize
      const base = evens(out, s, y)
      const mine = odd * half
      const other = half - mine
      // Left neighbour of an odd column has the same index, right one of an even column too.
      const left = other - (odd ? 0 : 4)
      const right = other + (odd ? 4 : 0)
      const count = <usize>((odd ? w >> 1 : (w + 1) >> 1) << 2)
      for (let k: usize = 0; k < count; k += 16) {
        const p = base + mine + k
        const l = base + left + k
        const r = base + right + k
        const er = v128.load(p + 5 * planeBytes)
        const el = v128.load(l + 5 * planeBytes)
        const eb = v128.load(p + 6 * planeBytes)
        const et = v128.load(p + 6 * planeBytes - row)
        const pu = p + 7 * planeBytes
        const pv = p + 8 * planeBytes
        const du = v128.load(pu), dv = v128.load(pv), a12 = v128.load(p + planeBytes)
        let su = fma(er, v128.load(r + 7 * planeBytes), fma(el, v128.load(l + 7 * planeBytes),
          fma(eb, v128.load(pu + row), fma(et, v128.load(pu - row), v128.load(p + 3 * planeBytes)))))
        su = f32x4.sub(su, f32x4.mul(a12, dv))
        const nu = fma(vo, f32x4.sub(f32x4.mul(su, v128.load(p)), du), du)
        v128.store(pu, nu)
        let sv = fma(er, v128.load(r + 8 * planeBytes), fma(el, v128.load(l + 8 * planeBytes),
          fma(eb, v128.load(pv + row), fma(et, v128.load(pv - row), v128.load(p + 4 * planeBytes)))))
        sv = f32x4.sub(sv, f32x4.mul(a12, nu))
        v128.store(pv, fma(vo, f32x4.sub(f32x4.mul(sv, v128.load(p + 2 * planeBytes)), dv), dv))
      }
    }
}

/** tu = u + du, tv = v + dv, back in plain rows, padded. */
export function applyIncrement(w: i32, h: i32, s: i32, u: usize, v: usize, out: usize, planeBytes: usize, tu: usize, tv: usize): void {
  const half = <usize>(s << 1)
  for (let y = 0; y < h; y++) {
    const base = evens(out, s, y) + 7 * planeBytes
    for (let x = 0; x < w; x += 8) {
      const o = <usize>((y * s + x) << 2)
      const e = base + <usize>(x << 1)
      const ue = v128.load(e), uo = v128.load(e + half)
      const ve = v128.load(e + planeBytes), vo = v128.load(e + planeBytes + half)
      v128.store(tu + o, f32x4.add(v128.load(u + o), v128.shuffle<f32>(ue, uo, 0, 4, 1, 5)))
      v128.store(tu + o + 16, f32x4.add(v128.load(u + o + 16), v128.shuffle<f32>(ue, uo, 2, 6, 3, 7)))
      v128.store(tv + o, f32x4.add(v128.load(v + o), v128.shuffle<f32>(ve, vo, 0, 4, 1, 5)))
      v128.store(tv + o + 16, f32x4.add(v128.load(v + o + 16), v128.shuffle<f32>(ve, vo, 2, 6, 3, 7)))
    }
  }
  pad(tu, w, h, s)
  pad(tv, w, h, s)
}
