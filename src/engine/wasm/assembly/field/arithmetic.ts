// Vector arithmetic shared by the kernels: fused multiply-add where the module is built for it, fast exp, sigmoid, tanh.

// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

// @ts-ignore: decorator
@inline export function splat(x: f32): v128 {
  return f32x4.splat(x)
}

/**
 * exp(x), relative error below 3e-7, x clamped to ±87: 2ⁿ·e^r with n = round(x·log2 e), |r| ≤ ln 2 / 2, and the Taylor
 * polynomial of degree 7 of e^r.
 */
// @ts-ignore: decorator
@inline export function exp(x: v128): v128 {
  const c = f32x4.pmax(f32x4.pmin(x, splat(87)), splat(-87))
  const n = f32x4.nearest(f32x4.mul(c, splat(1.4426950408889634)))
  const r = madd(n, splat(2.12194440e-4), madd(n, splat(-0.693359375), c))
  let p = madd(r, splat(1.0 / 5040.0), splat(1.0 / 720.0))
  p = madd(r, p, splat(1.0 / 120.0))
  p = madd(r, p, splat(1.0 / 24.0))
  p = madd(r, p, splat(1.0 / 6.0))
  p = madd(r, p, splat(0.5))
  p = madd(r, p, splat(1))
  p = madd(r, p, splat(1))
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, scale)
}

// @ts-ignore: decorator
@inline export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(x))))
}

// @ts-ignore: decorator
@inline export function tanh(x: v128): v128 {
  return f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(splat(1), exp(f32x4.add(x, x)))))
}

// @ts-ignore: decorator
@inline export function sumLanes(x: v128): f32 {
  const y = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(y, 0) + f32x4.extract_lane(y, 1)
}
