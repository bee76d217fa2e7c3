// Patch-wise inverse search and densification (Kroeger et al., Fast Optical Flow using Dense Inverse Search, 2016):
// 8×8 patches on a grid, mean-normalised, each solved by inverse-compositional Gauss-Newton from the best of several
// candidates, then splatted with weights that fall with the residual.
// Patch arrays are tight [ny, nx] float32. Not here: pyramids (the host's loop) and variational refinement.
import { BORDER, at, fma, sum4 } from './image'

const SIDE: i32 = 8
const AREA: f32 = 64
/** A patch's corner stays within the border. */
const LOW: f32 = -15
/** A solution further than a patch from where it started is not trusted. */
const REACH: f32 = 8

// Results of `evaluate`: globals, because a module without static data has nowhere to return three numbers.
let sumX: f32 = 0
let sumY: f32 = 0

/** Corner of patch k of n along an axis of `length` pixels: the last one is moved in to end at the border. */
// @ts-ignore: decorator
@inline
function corner(k: i32, stride: i32, length: i32): i32 {
  return min(k * stride, length - SIDE)
}

/**
 * Residual d = I1(x+u) − I0(x) over a patch: returns Σ(d−mean d)²; sumX, sumY get Σ(d − mean d)·∇I0.
 * `i0`, `gx`, `gy` point at the patch's corner.
 */
// @ts-ignore: decorator
@inline
function evaluate(i0: usize, gx: usize, gy: usize, s: i32, i1: usize, w: i32, h: i32, x: f32, y: f32, gsx: f32, gsy: f32): f32 {
  x = min(max(x, LOW), <f32>(w + BORDER - SIDE - 2))
  y = min(max(y, LOW), <f32>(h + BORDER - SIDE - 2))
  const fx0 = floor(x)
  const fy0 = floor(y)
  const ax = f32x4.splat(x - fx0)
  const ay = f32x4.splat(y - fy0)
  let p = at(i1, s, <i32>fx0, <i32>fy0)
  const row = <usize>(s << 2)
  let l0 = v128.load(p), r0 = v128.load(p, 16)
  let topL = fma(f32x4.sub(v128.load(p, 4), l0), ax, l0)
  let topR = fma(f32x4.sub(v128.load(p, 20), r0), ax, r0)
  let sd = f32x4.splat(0), sq = f32x4.splat(0), sx = f32x4.splat(0), sy = f32x4.splat(0)
  for (let j = 0; j < SIDE; j++) {
    p += row
    l0 = v128.load(p)
    r0 = v128.load(p, 16)
    const lowL = fma(f32x4.sub(v128.load(p, 4), l0), ax, l0)
    const lowR = fma(f32x4.sub(v128.load(p, 20), r0), ax, r0)
    const dl = f32x4.sub(fma(f32x4.sub(lowL, topL), ay, topL), v128.load(i0))
    const dr = f32x4.sub(fma(f32x4.sub(lowR, topR), ay, topR), v128.load(i0, 16))
    topL = lowL
    topR = lowR
    sd = f32x4.add(sd, f32x4.add(dl, dr))
    sq = fma(dl, dl, fma(dr, dr, sq))
    sx = fma(dl, v128.load(gx), fma(dr, v128.load(gx, 16), sx))
    sy = fma(dl, v128.load(gy), fma(dr, v128.load(gy, 16), sy))
    i0 += row
    gx += row
    gy += row
  }
  const mean = sum4(sd) / AREA
  sumX = sum4(sx) - mean * gsx
  sumY = sum4(sy) - mean * gsy
  return sum4(sq) - mean * mean * AREA
}

/**
 * Solves every patch. Candidates: the dense flow (u,v) at the patch's centre; (cu,cv) there when `candidates` is not
 * 0; the left and upper patches (first pass), the right and lower ones (second). pu, pv, cost [ny, nx] are written.
 */
export function search(
  i0: usize, gx: usize, gy: usize, i1: usize, w: i32, h: i32, s: i32,
  u: usize, v: usize, cu: usize, cv: usize, candidates: i32,
  pu: usize, pv: usize, cost: usize, nx: i32, ny: i32, stride: i32, iterations: i32, damping: f32,
): void {
  for (let pass = 0; pass < 2; pass++) {
    const step = pass ? -1 : 1
    for (let n = 0; n < nx * ny; n++) {
      const k = pass ? nx * ny - 1 - n : n
      const jp = k / nx
      const ip = k - jp * nx
      const x0 = corner(ip, stride, w)
      const y0 = corner(jp, stride, h)
      const a0 = at(i0, s, x0, y0)
      const ax = at(gx, s, x0, y0)
      const ay = at(gy, s, x0, y0)
      const fx = <f32>x0
      const fy = <f32>y0
      // Structure tensor of the mean-normalised patch.
      let vxx = f32x4.splat(0), vxy = f32x4.splat(0), vyy = f32x4.splat(0), vx = f32x4.splat(0), vy = f32x4.splat(0)
      for (let j = 0; j < SIDE; j++)
        for (let i = 0; i < SIDE; i += 4) {
          const o = <usize>((j * s + i) << 2)
          const x = v128.load(ax + o)
          const y = v128.load(ay + o)
          vxx = fma(x, x, vxx)
          vxy = fma(x, y, vxy)
          vyy = fma(y, y, vyy)
          vx = f32x4.add(vx, x)
          vy = f32x4.add(vy, y)
        }
      const gsx = sum4(vx)
      const gsy = sum4(vy)
      const hxx = sum4(vxx) - gsx * gsx / AREA + damping
      const hxy = sum4(vxy) - gsx * gsy / AREA
      const hyy = sum4(vyy) - gsy * gsy / AREA + damping
      const inv: f32 = 1 / (hxx * hyy - hxy * hxy)

      let bu: f32, bv: f32, best: f32
      const o = <usize>(k << 2)
      if (pass) {
        bu = load<f32>(pu + o)
        bv = load<f32>(pv + o)
      } else {
        bu = load<f32>(at(u, s, x0 + SIDE / 2, y0 + SIDE / 2))
        bv = load<f32>(at(v, s, x0 + SIDE / 2, y0 + SIDE / 2))
      }
      best = evaluate(a0, ax, ay, s, i1, w, h, fx + bu, fy + bv, gsx, gsy)
      let bx = sumX, by = sumY
      if (!pass && candidates) {
        const tu = load<f32>(at(cu, s, x0 + SIDE / 2, y0 + SIDE / 2))
        const tv = load<f32>(at(cv, s, x0 + SIDE / 2, y0 + SIDE / 2))
        const c = evaluate(a0, ax, ay, s, i1, w, h, fx + tu, fy + tv, gsx, gsy)
        if (c < best) {
          best = c
          bu = tu
          bv = tv
          bx = sumX
          by = sumY
        }
      }
      let moved = !pass
      for (let side = 0; side < 2; side++) {
        if (side ? jp - step < 0 || jp - step >= ny : ip - step < 0 || ip - step >= nx) continue
        const m = <usize>((side ? k - step * nx : k - step) << 2)
        const tu = load<f32>(pu + m)
        const tv = load<f32>(pv + m)
        if (abs(tu - bu) + abs(tv - bv) < 0.05) continue
        const c = evaluate(a0, ax, ay, s, i1, w, h, fx + tu, fy + tv, gsx, gsy)
        if (c < best) {
          best = c
          bu = tu
          bv = tv
          bx = sumX
          by = sumY
          moved = true
        }
      }
      // A patch that no candidate moved has converged in the first pass.
      if (moved) {
        const su = bu
        const sv = bv
        for (let t = 0; t < iterations; t++) {
          const du = (hyy * bx - hxy * by) * inv
          const dv = (hxx * by - hxy * bx) * inv
          const tu = bu - du
          const tv = bv - dv
          if (abs(tu - su) > REACH || abs(tv - sv) > REACH) break
          const c = evaluate(a0, ax, ay, s, i1, w, h, fx + tu, fy + tv, gsx, gsy)
          if (c >= best) break
          best = c
          bu = tu
          bv = tv
          bx = sumX
          by = sumY
          if (abs(du) + abs(dv) < 0.02) break
        }
      }
      store<f32>(pu + o, bu)
      store<f32>(pv + o, bv)
      store<f32>(cost + o, best)
    }
  }
}

/**
 * Dense flow from patches: each pixel takes the mean of the patches over it, weighted 1 / max(1, |I1(x+u) − I0(x)|).
 * `sum` is a scratch plane. u and v come out padded by the caller.
 */
export function densify(
  i0: usize, i1: usize, w: i32, h: i32, s: i32,
  pu: usize, pv: usize, nx: i32, ny: i32, stride: i32, u: usize, v: usize, sum: usize,
): void {
  for (let y = 0; y < h; y++) {
    memory.fill(at(u, s, 0, y), 0, w << 2)
    memory.fill(at(v, s, 0, y), 0, w << 2)
    memory.fill(at(sum, s, 0, y), 0, w << 2)
  }
  const row = <usize>(s << 2)
  const one = f32x4.splat(1)
  for (let jp = 0; jp < ny; jp++)
    for (let ip = 0; ip < nx; ip++) {
      const x0 = corner(ip, stride, w)
      const y0 = corner(jp, stride, h)
      const o = <usize>((jp * nx + ip) << 2)
      const pu0 = load<f32>(pu + o)
      const pv0 = load<f32>(pv + o)
      const x = min(max(<f32>x0 + pu0, LOW), <f32>(w + BORDER - SIDE - 2))
      const y = min(max(<f32>y0 + pv0, LOW), <f32>(h + BORDER - SIDE - 2))
      const fx0 = floor(x)
      const fy0 = floor(y)
      const ax = f32x4.splat(x - fx0)
      const ay = f32x4.splat(y - fy0)
      const vu = f32x4.splat(pu0)
      const vv = f32x4.splat(pv0)
      let p = at(i1, s, <i32>fx0, <i32>fy0)
      let a = at(i0, s, x0, y0)
      let d = at(u, s, x0, y0)
      let e = at(v, s, x0, y0)
      let f = at(sum, s, x0, y0)
      for (let j = 0; j < SIDE; j++) {
        for (let i: usize = 0; i < 32; i += 16) {
          const t0 = v128.load(p + i)
          const top = fma(f32x4.sub(v128.load(p + i, 4), t0), ax, t0)
          const l0 = v128.load(p + i + row)
          const low = fma(f32x4.sub(v128.load(p + i + row, 4), l0), ax, l0)
          const r = f32x4.abs(f32x4.sub(fma(f32x4.sub(low, top), ay, top), v128.load(a + i)))
          const q = f32x4.div(one, f32x4.max(one, r))
          v128.store(d + i, fma(q, vu, v128.load(d + i)))
          v128.store(e + i, fma(q, vv, v128.load(e + i)))
          v128.store(f + i, f32x4.add(q, v128.load(f + i)))
        }
        p += row
        a += row
        d += row
        e += row
        f += row
      }
    }
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x += 4) {
      const q = f32x4.div(one, f32x4.max(v128.load(at(sum, s, x, y)), f32x4.splat(1e-9)))
      v128.store(at(u, s, x, y), f32x4.mul(v128.load(at(u, s, x, y)), q))
      v128.store(at(v, s, x, y), f32x4.mul(v128.load(at(v, s, x, y)), q))
    }
  }
}
