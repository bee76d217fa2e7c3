/**
 * Gaussian scale space and its differences (Lowe 2004, sections 3 and 3.3). Octave 0 has twice the image's size. Planes
 * are float32, row-major. Not here: what is looked for in it (keypoints.ts).
 */
import type { Size } from '../../shared/units.ts'
import type { BlurKernel } from './blurKernel.ts'

export const SCALES_PER_OCTAVE = 3
export const BASE_SIGMA = 1.6
/** Blur of the image as it comes, in its own pixels. */
const CAMERA_SIGMA = 0.5

export interface Octave extends Size {
  /** Image pixels per pixel of this octave; raster point = pixel index · step + 0.25. */
  readonly step: number
  /** SCALES_PER_OCTAVE + 3 blurred planes: plane k has sigma BASE_SIGMA · 2^(k/3) pixels of this octave. */
  readonly blurred: readonly Float32Array[]
}

/** Offset of pixel 0's centre in every octave, in image pixels: subsampling keeps pixel 0 of the doubled image. */
export const RASTER_OFFSET = 0.25

/** Weights of a Gaussian, centre first; cut at three sigmas. */
export function gaussianHalf(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma))
  const half = Float32Array.from({ length: radius + 1 }, (_, k) => Math.exp((-k * k) / (2 * sigma * sigma)))
  const sum = half.reduce((a, b) => a + 2 * b, -half[0])
  return half.map(v => v / sum)
}

/** Twice the size, bilinear, pixel centres kept: source index = k/2 − ¼. */
function enlarge(source: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height * 4)
  for (let y = 0; y < 2 * height; y++) {
    const near = y >> 1
    const far = Math.min(height - 1, Math.max(0, near + ((y & 1) === 0 ? -1 : 1)))
    for (let x = 0; x < 2 * width; x++) {
      const i = x >> 1
      const j = Math.min(width - 1, Math.max(0, i + ((x & 1) === 0 ? -1 : 1)))
      const a = 0.75 * source[near * width + i] + 0.25 * source[near * width + j]
      const b = 0.75 * source[far * width + i] + 0.25 * source[far * width + j]
      out[y * 2 * width + x] = 0.75 * a + 0.25 * b
    }
  }
  return out
}

function subsample(source: Float32Array, width: number, height: number): Float32Array {
  const [w, h] = [width >> 1, height >> 1]
  const out = new Float32Array(w * h)
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[y * w + x] = source[2 * y * width + 2 * x]
  return out
}

/** @param luma [height, width] in 0..255 */
export function scaleSpace(luma: Float32Array, size: Size, kernel: BlurKernel): Octave[] {
  const octaves: Octave[] = []
  let [width, height] = [size.width * 2, size.height * 2]
  let base = kernel.blur(enlarge(luma, size.width, size.height), width, height, gaussianHalf(Math.sqrt(BASE_SIGMA ** 2 - (2 * CAMERA_SIGMA) ** 2)))
  for (let step = 0.5; Math.min(width, height) >= 24; step *= 2) {
    const blurred = [base]
    for (let k = 1; k < SCALES_PER_OCTAVE + 3; k++) {
      const before = BASE_SIGMA * 2 ** ((k - 1) / SCALES_PER_OCTAVE)
      const after = BASE_SIGMA * 2 ** (k / SCALES_PER_OCTAVE)
      blurred.push(kernel.blur(blurred[k - 1], width, height, gaussianHalf(Math.sqrt(after ** 2 - before ** 2))))
    }
    octaves.push({ width, height, step, blurred })
    base = subsample(blurred[SCALES_PER_OCTAVE], width, height)
    width >>= 1
    height >>= 1
  }
  return octaves
}
