// Sub-pixel patch refinement: inverse-compositional Lucas-Kanade (Baker & Matthews 2004) for a translation, on
// Gaussian-weighted windows normalised to zero mean and unit variance, so that gain and bias of the light drop out.
// The template is warped once into the target's geometry (optional 2×2 map), so every iteration samples the target
// on an axis-aligned grid. The host (engine/patch/patchRefiner.ts) owns the memory.
import { four, sample, sampleGrid, setLevel } from './frame'

// Words of an item. In: template frame, target frame, template x y, guess x y, warp (row-major). Out: the rest.
const ITEM_BYTES: usize = 64
const OUT: usize = 40

// @ts-ignore: decorator
@inline
function fma(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}

// @ts-ignore: decorator
@inline
function sum4(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3))
}

// The template of the item at hand: sums over the window with weights that sum to 1.
let columns: i32 = 0
let templateMean: f32 = 0
let templateDeviation: f32 = 0
let hxx: f32 = 0
let hxy: f32 = 0
let hyy: f32 = 0
let gradX: f32 = 0
let gradY: f32 = 0
/** Σ w·∇T·(T − mean). */
let gradTX: f32 = 0
let gradTY: f32 = 0
// What `compare` found.
let zncc: f32 = 0
let stepX: f32 = 0
let stepY: f32 = 0

/**
 * Prepares the template at (x, y) of `frame`, seen through the inverse warp. `scratch` holds four planes of
 * rows × columns floats (w, w·(T−mean), w·gx, w·gy) and then (side+2) rows of samples, columns + 4 apart. `weights` is [side, columns].
 * Pixels outside (lowX..highX, lowY..highY) of the target window, or of the template's frame, count nothing.
 * Returns false when less than half of the weight is left.
 */
function prepare(
  frame: usize, w: i32, h: i32, x: f32, y: f32, a: f32, b: f32, c: f32, d: f32,
  side: i32, weights: usize, scratch: usize, lowX: i32, highX: i32, lowY: i32, highY: i32,
): bool {
  const plane = <usize>(side * columns * 4)
  const raw = scratch + 4 * plane
  const pitch = columns + 4
  const r = <f32>(side >> 1)
  const det: f32 = a * d - b * c
  const inv: f32 = 1 / det
  const plain = a == 1 && b == 0 && c == 0 && d == 1
  if (plain) sampleGrid(frame, w, h, x - r - 1, y - r - 1, side + 2, raw, pitch)
  else
    for (let j = 0; j < side + 2; j++) {
      const dy = <f32>(j - 1) - r
      for (let i = 0; i < side + 2; i++) {
        const dx = <f32>(i - 1) - r
        store<f32>(raw + <usize>((j * pitch + i) << 2), sample(frame, x + (d * dx - b * dy) * inv, y + (a * dy - c * dx) * inv))
      }
    }
  const reachX: f32 = plain ? r : (abs(d) + abs(b)) * r * abs(inv)
  const reachY: f32 = plain ? r : (abs(a) + abs(c)) * r * abs(inv)
  const masked = lowX > 0 || lowY > 0 || highX < side - 1 || highY < side - 1 ||
    x - reachX < -0.5 || y - reachY < -0.5 || x + reachX > <f32>w - 0.5 || y + reachY > <f32>h - 0.5
  const count = <usize>(side * columns) << 2
  memory.copy(scratch, weights, count)
  if (masked)
    for (let j = 0; j < side; j++)
      for (let i = 0; i < side; i++) {
        const dx = <f32>i - r
        const dy = <f32>j - r
        const px = plain ? x + dx : x + (d * dx - b * dy) * inv
        const py = plain ? y + dy : y + (a * dy - c * dx) * inv
        if (i < lowX || i > highX || j < lowY || j > highY || px < -0.5 || py < -0.5 || px > <f32>w - 0.5 || py > <f32>h - 0.5)
          store<f32>(scratch + <usize>((j * columns + i) << 2), 0)
      }
  let vAll = f32x4.splat(0), vTotal = vAll, vMean = vAll
  for (let j = 0; j < side; j++)
    for (let i = 0; i < columns; i += 4) {
      const o = <usize>((j * columns + i) << 2)
      const weight = v128.load(scratch + o)
      vAll = f32x4.add(vAll, v128.load(weights + o))
      vTotal = f32x4.add(vTotal, weight)
      vMean = fma(weight, v128.load(raw + <usize>(((j + 1) * pitch + i + 1) << 2)), vMean)
    }
  const total = sum4(vTotal)
  if (total < 0.5 * sum4(vAll)) return false
  templateMean = sum4(vMean) / total
  const scale = f32x4.splat(1 / total)
  const mean = f32x4.splat(templateMean)
  const half = f32x4.splat(0.5)
  let vv = f32x4.splat(0), vxx = vv, vxy = vv, vyy = vv, vx = vv, vy = vv, vtx = vv, vty = vv
  for (let j = 0; j < side; j++)
    for (let i = 0; i < columns; i += 4) {
      const o = <usize>((j * columns + i) << 2)
      const p = raw + <usize>(((j + 1) * pitch + i + 1) << 2)
      const below = p + <usize>(pitch << 2)
      const above = p - <usize>(pitch << 2)
      const weight = f32x4.mul(v128.load(scratch + o), scale)
      const t = f32x4.sub(v128.load(p), mean)
      const gx = f32x4.mul(half, f32x4.sub(v128.load(p, 4), v128.load(p - 4)))
      const gy = f32x4.mul(half, f32x4.sub(v128.load(below), v128.load(above)))
      const wt = f32x4.mul(weight, t)
      const wx = f32x4.mul(weight, gx)
      const wy = f32x4.mul(weight, gy)
      vv = fma(wt, t, vv)
      vxx = fma(wx, gx, vxx)
      vxy = fma(wx, gy, vxy)
      vyy = fma(wy, gy, vyy)
      vx = f32x4.add(vx, wx)
      vy = f32x4.add(vy, wy)
      vtx = fma(wx, t, vtx)
      vty = fma(wy, t, vty)
      v128.store(scratch + o, weight)
      v128.store(scratch + plane + o, wt)
      v128.store(scratch + 2 * plane + o, wx)
      v128.store(scratch + 3 * plane + o, wy)
    }
  const variance = sum4(vv)
  gradX = sum4(vx)
  gradY = sum4(vy)
  gradTX = sum4(vtx)
  gradTY = sum4(vty)
  hxx = sum4(vxx)
  hxy = sum4(vxy)
  hyy = sum4(vyy)
  templateDeviation = sqrt<f32>(variance)
  hxx -= gradX * gradX
  hxy -= gradX * gradY
  hyy -= gradY * gradY
  return true
}

/** Compares the template with the target window whose first pixel is at (x, y): sets zncc and the gradient sums. */
function compare(frame: usize, w: i32, h: i32, stride: i32, x: f32, y: f32, side: i32, scratch: usize): void {
  // A window may hang over the border by what is replicated there.
  x = min(max(x, <f32>-22), <f32>(w + 22 - columns))
  y = min(max(y, <f32>-22), <f32>(h + 21 - side))
  const plane = <usize>(side * columns * 4)
  const fx = floor(x)
  const fy = floor(y)
  const ax = f32x4.splat(x - fx)
  const ay = f32x4.splat(y - fy)
  const shift = f32x4.splat(templateMean)
  const corner = frame + <usize>(<i32>fy * stride + <i32>fx)
  let s1 = f32x4.splat(0), s2 = s1, st = s1, sx = s1, sy = s1
  for (let i = 0; i < columns; i += 4) {
    let p = corner + <usize>i
    let k = scratch + <usize>(i << 2)
    let a = four(p)
    let top = fma(f32x4.sub(four(p + 1), a), ax, a)
    for (let j = 0; j < side; j++) {
      p += <usize>stride
      a = four(p)
      const low = fma(f32x4.sub(four(p + 1), a), ax, a)
      const v = f32x4.sub(fma(f32x4.sub(low, top), ay, top), shift)
      top = low
      const wv = f32x4.mul(v128.load(k), v)
      s1 = f32x4.add(s1, wv)
      s2 = fma(wv, v, s2)
      st = fma(v128.load(k + plane), v, st)
      sx = fma(v128.load(k + 2 * plane), v, sx)
      sy = fma(v128.load(k + 3 * plane), v, sy)
      k += <usize>(columns << 2)
    }
  }
  const mean = sum4(s1)
  const deviation = sqrt<f32>(max<f32>(sum4(s2) - mean * mean, 0))
  if (deviation < 1e-3 || templateDeviation < 1e-3) {
    zncc = 0
    stepX = 0
    stepY = 0
    return
  }
  zncc = sum4(st) / (deviation * templateDeviation)
  const gain: f32 = templateDeviation / deviation
  const ex = gain * (sum4(sx) - mean * gradX) - gradTX
  const ey = gain * (sum4(sy) - mean * gradY) - gradTY
  // Damped a little, so that a flat direction does not run away.
  const xx = hxx + 0.05
  const yy = hyy + 0.05
  const inv: f32 = 1 / (xx * yy - hxy * hxy)
  stepX = (yy * ex - hxy * ey) * inv
  stepY = (xx * ey - hxy * ex) * inv
}

/**
 * Refines (or, with levels 0, only scores) `count` items. Frames are `frameBytes` apart; pixel (0,0) of level 0 is at
 * `first0` of a frame, of level 1 at `first1`.
 */
export function run(
  items: usize, count: i32, frames: usize, frameBytes: usize,
  first0: usize, w0: i32, h0: i32, s0: i32, first1: usize, w1: i32, h1: i32, s1: i32,
  side: i32, weights: usize, scratch: usize, iterations: i32, levels: i32,
): void {
  columns = (side + 3) & ~3
  const half = <f32>(side >> 1)
  for (let n = 0; n < count; n++, items += ITEM_BYTES) {
    const source = frames + <usize>load<i32>(items) * frameBytes
    const target = frames + <usize>load<i32>(items, 4) * frameBytes
    const tx = load<f32>(items, 8), ty = load<f32>(items, 12)
    const gx = load<f32>(items, 16), gy = load<f32>(items, 20)
    const a = load<f32>(items, 24), b = load<f32>(items, 28), c = load<f32>(items, 32), d = load<f32>(items, 36)
    let x = gx
    let y = gy
    let score: f32 = -1
    let eigen: f32 = 0
    let residual: f32 = 0
    let converged = false
    const inside = gx >= 0 && gy >= 0 && gx < <f32>w0 && gy < <f32>h0 && tx >= 0 && ty >= 0 && tx < <f32>w0 && ty < <f32>h0
    if (inside)
      for (let level = max(levels, 1) - 1; level >= 0; level--) {
        const w = level ? w1 : w0
        const h = level ? h1 : h0
        const s = level ? s1 : s0
        const i0 = source + (level ? first1 : first0)
        const i1 = target + (level ? first1 : first0)
        const f: f32 = level ? 0.5 : 1
        setLevel(w, h, s)
        // The window's first pixel in the target, in pixel indices.
        let px: f32 = x * f - 0.5 - half
        let py: f32 = y * f - 0.5 - half
        const margin: f32 = 1
        const lowX = <i32>ceil(-px - margin)
        const highX = <i32>floor(<f32>w - 1 - px + margin)
        const lowY = <i32>ceil(-py - margin)
        const highY = <i32>floor(<f32>h - 1 - py + margin)
        if (!prepare(i0, w, h, tx * f - 0.5, ty * f - 0.5, a, b, c, d, side, weights, scratch, lowX, highX, lowY, highY)) {
          if (level) continue
          break
        }
        const tr: f32 = 0.5 * (hxx + hyy)
        eigen = tr - sqrt<f32>(max<f32>(tr * tr - (hxx * hyy - hxy * hxy), 0))
        compare(i1, w, h, s, px, py, side, scratch)
        score = zncc
        converged = levels == 0
        const startX = px
        const startY = py
        let previous: f32 = 1e9
        for (let t = 0; t < iterations && levels > 0; t++) {
          const dx = stepX
          const dy = stepY
          const length = max(abs(dx), abs(dy))
          // A step that does not shrink, or a way out of the window's own reach, is no convergence.
          if (length > 4 * previous || abs(px - dx - startX) > half || abs(py - dy - startY) > half) break
          previous = length
          px -= dx
          py -= dy
          compare(i1, w, h, s, px, py, side, scratch)
          if (length < 0.01) {
            converged = true
            break
          }
          if (length < 0.05) converged = true
        }
        // A search that made the match worse did not find it.
        if (levels > 0) {
          if (zncc < score - 0.02) converged = false
          else {
            score = zncc
            x = (px + 0.5 + half) / f
            y = (py + 0.5 + half) / f
          }
        }
        residual = templateDeviation * sqrt<f32>(max<f32>(2 - 2 * score, 0))
      }
    if (!(x >= 0 && y >= 0 && x < <f32>w0 && y < <f32>h0) || (levels > 0 && !converged)) {
      if (!(x >= 0 && y >= 0 && x < <f32>w0 && y < <f32>h0)) score = -1
      converged = false
    }
    store<f32>(items + OUT, x)
    store<f32>(items + OUT, y, 4)
    store<f32>(items + OUT, score, 8)
    store<f32>(items + OUT, residual, 12)
    store<f32>(items + OUT, eigen, 16)
    store<i32>(items + OUT, converged ? 1 : 0, 20)
  }
}
