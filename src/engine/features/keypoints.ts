/**
 * Keypoints of an image: extrema of the difference of Gaussians, placed to a fraction of a pixel, with orientations
 * (Lowe 2004, sections 3 to 5). Not here: their descriptors (descriptor.ts).
 */
import { turns } from './descriptor.ts'
import { BASE_SIGMA, RASTER_OFFSET, SCALES_PER_OCTAVE } from './scaleSpace.ts'
import type { Octave } from './scaleSpace.ts'

export interface Keypoint {
  readonly octave: Octave
  /** Blurred plane of the octave whose scale is nearest. */
  readonly level: number
  /** Pixel indices in the octave, with fractions. */
  readonly ox: number
  readonly oy: number
  /** Standard deviation of the blur in octave pixels. */
  readonly osigma: number
  /** Raster point in the image. */
  readonly x: number
  readonly y: number
  /** |D| at the extremum, grey levels. */
  readonly response: number
}

const BORDER = 6
const EDGE_RATIO = 10

/** Extrema of one octave with |D| of at least `contrast` grey levels. */
export function extrema(octave: Octave, contrast: number): Keypoint[] {
  const { width, height, blurred } = octave
  const differences = blurred.slice(1).map((plane, k) => {
    const below = blurred[k]
    const out = new Float32Array(plane.length)
    for (let i = 0; i < plane.length; i++) out[i] = plane[i] - below[i]
    return out
  })
  const found: Keypoint[] = []
  const threshold = contrast * 0.6
  for (let s = 1; s <= SCALES_PER_OCTAVE; s++) {
    const [under, own, over] = [differences[s - 1], differences[s], differences[s + 1]]
    for (let y = BORDER; y < height - BORDER; y++) {
      for (let x = BORDER; x < width - BORDER; x++) {
        const at = y * width + x
        const v = own[at]
        if (v > threshold ? !isPeak(v, 1, under, own, over, at, width) : v < -threshold ? !isPeak(-v, -1, under, own, over, at, width) : true) continue
        const point = refine(octave, differences, s, x, y, contrast)
        if (point !== null) found.push(point)
      }
    }
  }
  return found
}

function isPeak(v: number, sign: number, under: Float32Array, own: Float32Array, over: Float32Array, at: number, width: number): boolean {
  for (let dy = -width; dy <= width; dy += width) {
    for (let dx = -1; dx <= 1; dx++) {
      const k = at + dy + dx
      if (sign * own[k] > v || sign * under[k] >= v || sign * over[k] >= v) return false
    }
  }
  return true
}

/** Fits a quadratic in x, y and scale; null when it does not settle, is weak, or lies on an edge. */
function refine(octave: Octave, d: readonly Float32Array[], scale: number, column: number, row: number, contrast: number): Keypoint | null {
  const { width, height, step } = octave
  let [s, x, y] = [scale, column, row]
  for (let round = 0; round < 5; round++) {
    const at = y * width + x
    const [a, b, c] = [d[s - 1], d[s], d[s + 1]]
    const gx = (b[at + 1] - b[at - 1]) / 2
    const gy = (b[at + width] - b[at - width]) / 2
    const gs = (c[at] - a[at]) / 2
    const twice = 2 * b[at]
    const xx = b[at + 1] + b[at - 1] - twice
    const yy = b[at + width] + b[at - width] - twice
    const ss = c[at] + a[at] - twice
    const xy = (b[at + width + 1] - b[at + width - 1] - b[at - width + 1] + b[at - width - 1]) / 4
    const xs = (c[at + 1] - c[at - 1] - a[at + 1] + a[at - 1]) / 4
    const ys = (c[at + width] - c[at - width] - a[at + width] + a[at - width]) / 4
    const det = xx * (yy * ss - ys * ys) - xy * (xy * ss - ys * xs) + xs * (xy * ys - yy * xs)
    if (det === 0) return null
    const ux = -(gx * (yy * ss - ys * ys) - xy * (gy * ss - ys * gs) + xs * (gy * ys - yy * gs)) / det
    const uy = -(xx * (gy * ss - gs * ys) - gx * (xy * ss - ys * xs) + xs * (xy * gs - gy * xs)) / det
    const us = -(xx * (yy * gs - gy * ys) - xy * (xy * gs - gy * xs) + gx * (xy * ys - yy * xs)) / det
    if (Math.abs(ux) < 0.6 && Math.abs(uy) < 0.6 && Math.abs(us) < 0.6) {
      const response = Math.abs(b[at] + (gx * ux + gy * uy + gs * us) / 2)
      const trace = xx + yy
      const flat = xx * yy - xy * xy
      if (response < contrast || flat <= 0 || (trace * trace) / flat > (EDGE_RATIO + 1) ** 2 / EDGE_RATIO) return null
      const osigma = BASE_SIGMA * 2 ** ((s + us) / SCALES_PER_OCTAVE)
      const [ox, oy] = [x + ux, y + uy]
      return { octave, level: s, ox, oy, osigma, x: ox * step + RASTER_OFFSET, y: oy * step + RASTER_OFFSET, response }
    }
    x += Math.round(Math.min(1, Math.max(-1, ux)))
    y += Math.round(Math.min(1, Math.max(-1, uy)))
    s += Math.round(Math.min(1, Math.max(-1, us)))
    if (s < 1 || s > SCALES_PER_OCTAVE || x < BORDER || y < BORDER || x >= width - BORDER || y >= height - BORDER) return null
  }
  return null
}

const BINS = 36

/** Dominant gradient directions about a keypoint in radians; at most two. */
export function orientations(point: Keypoint): number[] {
  const { octave, level, osigma } = point
  const { width, height } = octave
  const plane = octave.blurred[level]
  const sigma = 1.5 * osigma
  const radius = Math.round(3 * sigma)
  const [cx, cy] = [Math.round(point.ox), Math.round(point.oy)]
  const histogram = new Float64Array(BINS)
  const falls = Float64Array.from({ length: radius + 1 }, (_, d) => Math.exp((-d * d) / (2 * sigma * sigma)))
  for (let dy = -radius; dy <= radius; dy++) {
    const y = cy + dy
    if (y <= 0 || y >= height - 1) continue
    for (let dx = -radius; dx <= radius; dx++) {
      const x = cx + dx
      if (x <= 0 || x >= width - 1) continue
      const at = y * width + x
      const gx = plane[at + 1] - plane[at - 1]
      const gy = plane[at + width] - plane[at - width]
      const weight = falls[dx < 0 ? -dx : dx] * falls[dy < 0 ? -dy : dy] * Math.sqrt(gx * gx + gy * gy)
      histogram[Math.floor(turns(gy, gx) * BINS) % BINS] += weight
    }
  }
  let smooth = histogram
  for (let pass = 0; pass < 2; pass++) {
    const from = smooth
    smooth = from.map((v, k) => (from[(k + BINS - 1) % BINS] + v + from[(k + 1) % BINS]) / 3)
  }
  const highest = smooth.reduce((a, b) => Math.max(a, b), 0)
  const peaks: { height: number; angle: number }[] = []
  for (let k = 0; k < BINS; k++) {
    const [a, b, c] = [smooth[(k + BINS - 1) % BINS], smooth[k], smooth[(k + 1) % BINS]]
    if (b < 0.8 * highest || b <= a || b < c) continue
    const shift = (a - c) / (2 * (a - 2 * b + c))
    peaks.push({ height: b, angle: ((k + 0.5 + shift) / BINS) * 2 * Math.PI })
  }
  return peaks
    .sort((p, q) => q.height - p.height)
    .slice(0, 2)
    .map(p => p.angle)
}
