/**
 * The monotone piecewise-linear function of a coupling layer, its inverse, and the gradients of both, in float64.
 * Control points, half = B/2 on either side: x = −Σ dxl … −dxl1, dxr1 … Σ dxr, y likewise; slopes 2·kl and 2·kr beyond.
 * Widths are (4/B)·s', slopes 2·s' with s' = ε + (1−2ε)·sigmoid(raw): at sigmoid = ½ the function is the identity.
 */
import { sigmoidMargin } from '../layout.ts'

/** What the backward pass needs of a forward one. */
export interface CouplingTape {
  readonly value: number
  /** d value / d coordinate. */
  readonly slope: number
  /** d value / d raw parameters, [2B + 2]. */
  readonly rawGradient: Float64Array
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))

/** Evaluates the function (or its inverse) at `coordinate` for raw parameters [2B + 2] in the order of layout.ts. */
export function evaluateCoupling(coordinate: number, raw: ArrayLike<number>, inverse: boolean): CouplingTape {
  const count = raw.length
  const points = (count - 2) / 2
  const half = points / 2
  const s = Float64Array.from(raw, sigmoid)
  const width = 4 / points
  const scaled = s.map((v, k) => (k < 2 * points ? width : 2) * (sigmoidMargin + (1 - 2 * sigmoidMargin) * v))

  // Positions of the control points from the widths: index half−1 is the first left of the origin, half the first right.
  const positions = (base: number) => {
    const p = new Float64Array(points)
    let left = 0
    let right = 0
    for (let m = 0; m < half; m++) {
      p[half - 1 - m] = left -= scaled[base + half - 1 - m]
      p[half + m] = right += scaled[base + half + m]
    }
    return p
  }
  const from = inverse ? points : 0
  const to = inverse ? 0 : points
  const a = positions(from)
  const b = positions(to)

  let k = 0
  while (k < points && coordinate >= a[k]) k++
  const da = new Float64Array(points)
  const db = new Float64Array(points)
  const gradient = new Float64Array(count)
  let value: number
  let slope: number
  if (k === 0 || k === points) {
    const end = k === 0 ? 0 : points - 1
    const parameter = k === 0 ? count - 2 : count - 1
    const kEnd = scaled[parameter]
    slope = inverse ? 1 / kEnd : kEnd
    value = b[end] + slope * (coordinate - a[end])
    db[end] = 1
    da[end] = -slope
    gradient[parameter] = (coordinate - a[end]) * (inverse ? -slope * slope : 1)
  } else {
    const run = a[k] - a[k - 1]
    const t = (coordinate - a[k - 1]) / run
    slope = (b[k] - b[k - 1]) / run
    value = b[k - 1] + (b[k] - b[k - 1]) * t
    db[k] = t
    db[k - 1] = 1 - t
    da[k] = -slope * t
    da[k - 1] = -slope * (1 - t)
  }

  // A width moves its own control point and all beyond it.
  const spread = (base: number, d: Float64Array) => {
    let left = 0
    let right = 0
    for (let m = half - 1; m >= 0; m--) {
      gradient[base + half - 1 - m] = left -= d[half - 1 - m]
      gradient[base + half + m] = right += d[half + m]
    }
  }
  spread(from, da)
  spread(to, db)
  for (let n = 0; n < count; n++)
    gradient[n] *= (n < 2 * points ? width : 2) * (1 - 2 * sigmoidMargin) * s[n] * (1 - s[n])
  return { value, slope, rawGradient: gradient }
}
