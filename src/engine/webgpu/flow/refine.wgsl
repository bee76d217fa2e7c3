// Variational refinement: intensity and gradient constancy with normalised, robust data terms and robust smoothness, solved for an increment by
// fixed-point iterations of red-black over-relaxation. Follows flow.wgsl, whose planes and readers it uses.
// Planes of all kernels: at0 = I0, I1, u, v. at1 = mean, iz, valid, -. at2 = 1/A11, A12, 1/A22, b1. at3 = b2, edges right, edges below, du;
// dv follows du (one plane further). f = alpha, gamma, delta, omega. patches.x = colour of `relax`; f.w of `coefficients` = edge.

fn planeSize() -> u32 {
  return params.size.x * params.size.y;
}

// Mean of both images along the flow, their difference, and whether the flow stays inside; the increment starts at zero.
@compute @workgroup_size(16, 16)
fn linearise(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let k = index(id);
  let w = f32(params.size.x);
  let h = f32(params.size.y);
  let p = vec2f(f32(id.x) + arena[params.at0.z + k], f32(id.y) + arena[params.at0.w + k]);
  let inside = p.x >= -0.5 && p.y >= -0.5 && p.x <= w - 0.5 && p.y <= h - 0.5;
  let there = bilinear(params.at0.y, clamp(p.x, -1.0, w), clamp(p.y, -1.0, h));
  let here = arena[params.at0.x + k];
  arena[params.at1.x + k] = 0.5 * (there + here);
  arena[params.at1.y + k] = there - here;
  arena[params.at1.z + k] = select(0.0, 1.0, inside);
  arena[params.at3.w + k] = 0.0;
  arena[params.at3.w + planeSize() + k] = 0.0;
}

fn moved(x: i32, y: i32) -> vec2f {
  let dv = params.at3.w + planeSize();
  return vec2f(read(params.at0.z, x, y) + read(params.at3.w, x, y), read(params.at0.w, x, y) + read(dv, x, y));
}

// Smoothness weights of the edges to the right of (x, y) and below it; nothing lies beyond the image's ends.
fn edgesOf(x: i32, y: i32) -> vec2f {
  if (x < 0 || y < 0) { return vec2f(0.0); }
  let m = moved(x, y);
  let right = moved(x + 1, y) - m;
  let below = moved(x, y + 1) - m;
  let g = 0.5 * params.f.x / sqrt(dot(right, right) + dot(below, below) + EPS2);
  let i = read(params.at0.x, x, y);
  let ix = params.f.w * (read(params.at0.x, x + 1, y) - i);
  let iy = params.f.w * (read(params.at0.x, x, y + 1) - i);
  let ends = vec2<bool>(x + 1 >= i32(params.size.x), y + 1 >= i32(params.size.y));
  return select(g / (vec2f(1.0) + vec2f(ix * ix, iy * iy)), vec2f(0.0), ends);
}

// Central differences of the mean image; beyond the edge the image is flat.
fn slope(x: i32, y: i32) -> vec2f {
  let m = params.at1.x;
  return 0.5 * vec2f(read(m, x + 1, y) - read(m, x - 1, y), read(m, x, y + 1) - read(m, x, y - 1));
}

@compute @workgroup_size(16, 16)
fn coefficients(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let k = index(id);
  let x = i32(id.x);
  let y = i32(id.y);
  let d = vec2f(arena[params.at3.w + k], arena[params.at3.w + planeSize() + k]);
  let on = arena[params.at1.z + k];
  let g = slope(x, y);
  let z = arena[params.at1.y + k];
  // Intensity constancy.
  let n0 = 1.0 / (dot(g, g) + ZETA2);
  let r0 = dot(g, d) + z;
  let q0 = on * n0 * params.f.z / sqrt(r0 * r0 * n0 + EPS2);
  var a11 = q0 * g.x * g.x + ZETA2;
  var a12 = q0 * g.x * g.y;
  var a22 = q0 * g.y * g.y + ZETA2;
  var b = -q0 * z * g;
  // Gradient constancy.
  let gr = slope(x + 1, y) - slope(x - 1, y);
  let gb = slope(x, y + 1) - slope(x, y - 1);
  let xx = 0.5 * gr.x;
  let xy = 0.5 * gb.x;
  let yy = 0.5 * gb.y;
  let iz = params.at1.y;
  let xz = 0.5 * (read(iz, x + 1, y) - read(iz, x - 1, y));
  let yz = 0.5 * (read(iz, x, y + 1) - read(iz, x, y - 1));
  let n1 = 1.0 / (xx * xx + xy * xy + ZETA2);
  let n2 = 1.0 / (yy * yy + xy * xy + ZETA2);
  let r1 = xx * d.x + xy * d.y + xz;
  let r2 = xy * d.x + yy * d.y + yz;
  let q = on * params.f.y / sqrt(r1 * r1 * n1 + r2 * r2 * n2 + EPS2);
  let q1 = q * n1;
  let q2 = q * n2;
  a11 += q1 * xx * xx + q2 * xy * xy;
  a12 += q1 * xx * xy + q2 * xy * yy;
  a22 += q1 * xy * xy + q2 * yy * yy;
  b -= vec2f(q1 * xx * xz + q2 * xy * yz, q1 * xy * xz + q2 * yy * yz);
  // Smoothness of u + du.
  let after = edgesOf(x, y);
  let left = edgesOf(x - 1, y).x;
  let above = edgesOf(x, y - 1).y;
  let u = vec2f(arena[params.at0.z + k], arena[params.at0.w + k]);
  let uv = params.at0.zw;
  b += after.x * (vec2f(read(uv.x, x + 1, y), read(uv.y, x + 1, y)) - u) + left * (vec2f(read(uv.x, x - 1, y), read(uv.y, x - 1, y)) - u);
  b += after.y * (vec2f(read(uv.x, x, y + 1), read(uv.y, x, y + 1)) - u) + above * (vec2f(read(uv.x, x, y - 1), read(uv.y, x, y - 1)) - u);
  let smooth4 = after.x + after.y + left + above;
  arena[params.at2.x + k] = 1.0 / (a11 + smooth4);
  arena[params.at2.y + k] = a12;
  arena[params.at2.z + k] = 1.0 / (a22 + smooth4);
  arena[params.at2.w + k] = b.x;
  arena[params.at3.x + k] = b.y;
  arena[params.at3.y + k] = after.x;
  arena[params.at3.z + k] = after.y;
}

// Half a sweep: the pixels of one colour, each from its neighbours of the other. f.w: omega.
@compute @workgroup_size(16, 16)
fn relax(@builtin(global_invocation_id) id: vec3u) {
  let x = 2u * id.x + ((params.patches.x + id.y) & 1u);
  if (x >= params.size.x || id.y >= params.size.y) { return; }
  let w = params.size.x;
  let k = id.y * w + x;
  let du = params.at3.w;
  let dv = du + planeSize();
  let er = arena[params.at3.y + k];
  let eb = arena[params.at3.z + k];
  // Weights across the image's ends are zero: what is read there does not matter.
  let l = select(k, k - 1u, x > 0u);
  let t = select(k, k - w, id.y > 0u);
  let el = select(0.0, arena[params.at3.y + l], x > 0u);
  let et = select(0.0, arena[params.at3.z + t], id.y > 0u);
  let r = select(k, k + 1u, x + 1u < w);
  let b = select(k, k + w, id.y + 1u < params.size.y);
  let a12 = arena[params.at2.y + k];
  let u = arena[du + k];
  let v = arena[dv + k];
  let su = er * arena[du + r] + el * arena[du + l] + eb * arena[du + b] + et * arena[du + t] + arena[params.at2.w + k] - a12 * v;
  let nu = u + params.f.w * (su * arena[params.at2.x + k] - u);
  arena[du + k] = nu;
  let sv = er * arena[dv + r] + el * arena[dv + l] + eb * arena[dv + b] + et * arena[dv + t] + arena[params.at3.x + k] - a12 * nu;
  arena[dv + k] = v + params.f.w * (sv * arena[params.at2.z + k] - v);
}

// u += du.
@compute @workgroup_size(16, 16)
fn increment(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let k = index(id);
  arena[params.at0.z + k] += arena[params.at3.w + k];
  arena[params.at0.w + k] += arena[params.at3.w + planeSize() + k];
}
