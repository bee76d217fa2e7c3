// Dense optical flow: the method of engine/wasm/assembly/flow (inverse search on 8×8 patches, Kroeger et al. 2016, and variational refinement,
// Brox et al. 2004) on a GPU. All planes lie in one arena, tight and row-major; reading beyond a plane's edge gives its outer pixel.
// What is serial there is parallel here: a patch is a thread, and patches learn from their neighbours in rounds at falling distances; a pixel
// gathers from the patches over it. Not here: the order of the steps (gpuFlow.ts).

struct Params {
  // Width and height of the plane written; of the plane read where it is of another scale.
  size: vec4u,
  // Patches across and down, their distance, and what the kernel says.
  patches: vec4u,
  // Offsets of planes in the arena, in floats: which, each kernel says.
  at0: vec4u,
  at1: vec4u,
  at2: vec4u,
  at3: vec4u,
  f: vec4f,
}

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

const SIDE: i32 = 8;
const AREA: f32 = 64.0;
// A patch's corner stays as close to the image as on the CPU, so that results agree.
const BORDER: i32 = 16;
const LOW: f32 = -15.0;
// A solution further than a patch from where it started is not trusted.
const REACH: f32 = 8.0;
const EPS2: f32 = 1e-6;
const ZETA2: f32 = 0.01;

fn read(plane: u32, x: i32, y: i32) -> f32 {
  let cx = clamp(x, 0, i32(params.size.x) - 1);
  let cy = clamp(y, 0, i32(params.size.y) - 1);
  return arena[plane + u32(cy) * params.size.x + u32(cx)];
}

// Of a plane of the other size.
fn readOther(plane: u32, x: i32, y: i32) -> f32 {
  let cx = clamp(x, 0, i32(params.size.z) - 1);
  let cy = clamp(y, 0, i32(params.size.w) - 1);
  return arena[plane + u32(cy) * params.size.z + u32(cx)];
}

fn bilinear(plane: u32, x: f32, y: f32) -> f32 {
  let x0 = floor(x);
  let y0 = floor(y);
  let a = x - x0;
  let b = y - y0;
  let i = i32(x0);
  let j = i32(y0);
  let top = mix(read(plane, i, j), read(plane, i + 1, j), a);
  let low = mix(read(plane, i, j + 1), read(plane, i + 1, j + 1), a);
  return mix(top, low, b);
}

fn isOutside(id: vec3u) -> bool {
  return id.x >= params.size.x || id.y >= params.size.y;
}

fn index(id: vec3u) -> u32 {
  return id.y * params.size.x + id.x;
}

// at0: source, target. f.x: factor. Half size by 2×2 means, so that raster points halve exactly.
@compute @workgroup_size(16, 16)
fn reduce(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let x = i32(2u * id.x);
  let y = i32(2u * id.y);
  let s = params.at0.x;
  let sum = readOther(s, x, y) + readOther(s, x + 1, y) + readOther(s, x, y + 1) + readOther(s, x + 1, y + 1);
  arena[params.at0.y + index(id)] = 0.25 * params.f.x * sum;
}

// at0: source, target. f.x: factor. Double size by bilinear interpolation of raster points.
@compute @workgroup_size(16, 16)
fn enlarge(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let x = i32(id.x) >> 1u;
  let y = i32(id.y) >> 1u;
  let sx = select(x - 1, x + 1, (id.x & 1u) == 1u);
  let sy = select(y - 1, y + 1, (id.y & 1u) == 1u);
  let s = params.at0.x;
  let near = 0.75 * readOther(s, x, y) + 0.25 * readOther(s, sx, y);
  let far = 0.75 * readOther(s, x, sy) + 0.25 * readOther(s, sx, sy);
  arena[params.at0.y + index(id)] = params.f.x * (0.75 * near + 0.25 * far);
}

// at0: image, gradient by x, by y. Smoothed central differences.
@compute @workgroup_size(16, 16)
fn gradients(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let x = i32(id.x);
  let y = i32(id.y);
  let p = params.at0.x;
  let ul = read(p, x - 1, y - 1); let uc = read(p, x, y - 1); let ur = read(p, x + 1, y - 1);
  let cl = read(p, x - 1, y); let cr = read(p, x + 1, y);
  let dl = read(p, x - 1, y + 1); let dc = read(p, x, y + 1); let dr = read(p, x + 1, y + 1);
  arena[params.at0.y + index(id)] = (10.0 * (cr - cl) + 3.0 * ((ur - ul) + (dr - dl))) / 32.0;
  arena[params.at0.z + index(id)] = (10.0 * (dc - uc) + 3.0 * ((dl - ul) + (dr - ur))) / 32.0;
}

// at0: interleaved flow, its planes u and v.
@compute @workgroup_size(16, 16)
fn importFlow(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let k = index(id);
  arena[params.at0.y + k] = arena[params.at0.x + 2u * k];
  arena[params.at0.z + k] = arena[params.at0.x + 2u * k + 1u];
}

@compute @workgroup_size(16, 16)
fn exportFlow(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let k = index(id);
  arena[params.at0.x + 2u * k] = arena[params.at0.y + k];
  arena[params.at0.x + 2u * k + 1u] = arena[params.at0.z + k];
}

fn corner(k: u32, length: u32) -> i32 {
  return min(i32(k * params.patches.z), i32(length) - SIDE);
}

fn held(x: f32, length: u32) -> f32 {
  return clamp(x, LOW, f32(i32(length) + BORDER - SIDE - 2));
}

struct Patch {
  x: i32,
  y: i32,
  // Sums of the gradients, and the inverse structure tensor of the mean-normalised patch.
  sums: vec2f,
  hxx: f32,
  hxy: f32,
  hyy: f32,
  inv: f32,
}

// Planes of `search`: at0 = I0, its gradients, I1.
fn patchOf(i: u32, j: u32) -> Patch {
  var p: Patch;
  p.x = corner(i, params.size.x);
  p.y = corner(j, params.size.y);
  var h = vec3f(0.0);
  var g = vec2f(0.0);
  for (var r = 0; r < SIDE; r++) {
    let row = u32(p.y + r) * params.size.x + u32(p.x);
    for (var c = 0u; c < 8u; c++) {
      let d = vec2f(arena[params.at0.y + row + c], arena[params.at0.z + row + c]);
      h += vec3f(d.x * d.x, d.x * d.y, d.y * d.y);
      g += d;
    }
  }
  p.sums = g;
  p.hxx = h.x - g.x * g.x / AREA + params.f.x;
  p.hxy = h.y - g.x * g.y / AREA;
  p.hyy = h.z - g.y * g.y / AREA + params.f.x;
  p.inv = 1.0 / (p.hxx * p.hyy - p.hxy * p.hxy);
  return p;
}

// Residual d = I1(x+u) − I0(x) over a patch: Σ(d − mean d)², and Σ(d − mean d)·∇I0.
fn evaluate(p: Patch, uv: vec2f) -> vec3f {
  let x = held(f32(p.x) + uv.x, params.size.x);
  let y = held(f32(p.y) + uv.y, params.size.y);
  let x0 = floor(x);
  let y0 = floor(y);
  let a = x - x0;
  let b = y - y0;
  let i = i32(x0);
  let j = i32(y0);
  var top: array<f32, 8>;
  var left = read(params.at0.w, i, j);
  for (var c = 0; c < SIDE; c++) {
    let right = read(params.at0.w, i + c + 1, j);
    top[c] = mix(left, right, a);
    left = right;
  }
  var sd = 0.0;
  var sq = 0.0;
  var s = vec2f(0.0);
  for (var r = 0; r < SIDE; r++) {
    let row = u32(p.y + r) * params.size.x + u32(p.x);
    left = read(params.at0.w, i, j + r + 1);
    for (var c = 0; c < SIDE; c++) {
      let right = read(params.at0.w, i + c + 1, j + r + 1);
      let low = mix(left, right, a);
      left = right;
      let k = row + u32(c);
      let d = mix(top[c], low, b) - arena[params.at0.x + k];
      top[c] = low;
      sd += d;
      sq += d * d;
      s += d * vec2f(arena[params.at0.y + k], arena[params.at0.z + k]);
    }
  }
  let mean = sd / AREA;
  return vec3f(sq - mean * mean * AREA, s - mean * p.sums);
}

// Inverse-compositional Gauss-Newton from uv, whose evaluation is `best`: (u, v, cost).
fn descend(p: Patch, from0: vec2f, start: vec3f) -> vec3f {
  var uv = from0;
  var best = start;
  for (var t = 0u; t < params.patches.w; t++) {
    let d = vec2f(p.hyy * best.y - p.hxy * best.z, p.hxx * best.z - p.hxy * best.y) * p.inv;
    let next = uv - d;
    if (any(abs(next - from0) > vec2f(REACH))) { break; }
    let c = evaluate(p, next);
    if (c.x >= best.x) { break; }
    best = c;
    uv = next;
    if (abs(d.x) + abs(d.y) < 0.02) { break; }
  }
  return vec3f(uv, best.x);
}

// at0: I0, gradients, I1. at1: u, v, candidates u, v. at2: patches' u, v, cost written. f: damping, 1 where there are candidates. patches.w: iterations.
@compute @workgroup_size(8, 8)
fn search(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.patches.x || id.y >= params.patches.y) { return; }
  let p = patchOf(id.x, id.y);
  let centre = u32(p.y + SIDE / 2) * params.size.x + u32(p.x + SIDE / 2);
  var uv = vec2f(arena[params.at1.x + centre], arena[params.at1.y + centre]);
  var best = evaluate(p, uv);
  if (params.f.y > 0.0) {
    let other = vec2f(arena[params.at1.z + centre], arena[params.at1.w + centre]);
    let c = evaluate(p, other);
    if (c.x < best.x) {
      best = c;
      uv = other;
    }
  }
  let found = descend(p, uv, best);
  let k = id.y * params.patches.x + id.x;
  arena[params.at2.x + k] = found.x;
  arena[params.at2.y + k] = found.y;
  arena[params.at2.z + k] = found.z;
}

// One round of learning from neighbours. at2: patches' u, v, cost read. at3: written. f: damping, distance of the neighbours in patches.
@compute @workgroup_size(8, 8)
fn propagate(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.patches.x || id.y >= params.patches.y) { return; }
  let k = id.y * params.patches.x + id.x;
  let mine = vec3f(arena[params.at2.x + k], arena[params.at2.y + k], arena[params.at2.z + k]);
  var found = mine;
  let p = patchOf(id.x, id.y);
  var uv = mine.xy;
  var best = vec3f(mine.z, 0.0, 0.0);
  let reach = i32(params.f.y);
  for (var n = 0; n < 4; n++) {
    let i = i32(id.x) + select(0, select(-reach, reach, n == 1), n < 2);
    let j = i32(id.y) + select(0, select(-reach, reach, n == 3), n >= 2);
    if (i < 0 || j < 0 || i >= i32(params.patches.x) || j >= i32(params.patches.y)) { continue; }
    let m = u32(j) * params.patches.x + u32(i);
    let other = vec2f(arena[params.at2.x + m], arena[params.at2.y + m]);
    if (abs(other.x - uv.x) + abs(other.y - uv.y) < 0.05) { continue; }
    let c = evaluate(p, other);
    if (c.x < best.x) {
      best = c;
      uv = other;
    }
  }
  // A patch that no neighbour moved has converged.
  if (best.x < mine.z) { found = descend(p, uv, best); }
  arena[params.at3.x + k] = found.x;
  arena[params.at3.y + k] = found.y;
  arena[params.at3.z + k] = found.z;
}

// at0: I0, -, -, I1. at1: u, v written. at2: patches' u, v. Each pixel: the mean of the patches over it, weighted 1 / max(1, |I1(x+u) − I0(x)|).
@compute @workgroup_size(16, 16)
fn densify(@builtin(global_invocation_id) id: vec3u) {
  if (isOutside(id)) { return; }
  let stride = params.patches.z;
  let last = params.patches.xy - vec2u(1u);
  let low = (max(id.xy, vec2u(7u)) - vec2u(7u) + vec2u(stride - 1u)) / stride;
  let high = min(last, id.xy / stride);
  let here = arena[params.at0.x + index(id)];
  var sum = vec3f(0.0);
  // The last patch of an axis is moved in to end at the border: where it is not among the others it comes as one more.
  for (var jj = low.y; jj <= high.y + 1u; jj++) {
    let j = select(jj, last.y, jj > high.y);
    if (jj > high.y && high.y == last.y) { continue; }
    let y0 = corner(j, params.size.y);
    let dy = i32(id.y) - y0;
    if (dy < 0 || dy >= SIDE) { continue; }
    for (var ii = low.x; ii <= high.x + 1u; ii++) {
      let i = select(ii, last.x, ii > high.x);
      if (ii > high.x && high.x == last.x) { continue; }
      let x0 = corner(i, params.size.x);
      let dx = i32(id.x) - x0;
      if (dx < 0 || dx >= SIDE) { continue; }
      let k = j * params.patches.x + i;
      let uv = vec2f(arena[params.at2.x + k], arena[params.at2.y + k]);
      let there = bilinear(params.at0.w, held(f32(x0) + uv.x, params.size.x) + f32(dx), held(f32(y0) + uv.y, params.size.y) + f32(dy));
      let q = 1.0 / max(1.0, abs(there - here));
      sum += q * vec3f(uv, 1.0);
    }
  }
  arena[params.at1.x + index(id)] = sum.x / max(sum.z, 1e-9);
  arena[params.at1.y + index(id)] = sum.y / max(sum.z, 1e-9);
}
