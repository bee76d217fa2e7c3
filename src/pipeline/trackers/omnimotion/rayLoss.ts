/**
 * The losses of a group of rays that share a frame pair, and their gradients by all parameters. The terms are the published ones: flow
 * (L1), photometric (L2), smooth 3-D motion, mapped depths within range, and distortion (weights of a ray close together). Not here: which
 * rays (raySampler.ts), what weighs how much (fitVolume.ts).
 */
import { points, type BijectionTape, type Points } from './bijection.ts'
import type { VolumeTape } from './canonicalVolume.ts'
import { renderWeights, renderWeightsBack } from './renderRays.ts'
import type { Volume } from './volume.ts'

/** Rays of frame `from` whose pixels frame `to` shows as well. */
export interface RayGroup {
  readonly from: number
  readonly to: number
  /** [rays, 2] raster pixels at `from` and at `to`. */
  readonly source: Float64Array
  readonly target: Float64Array
  /** [rays, 3] at `from`, 0..1. */
  readonly colour: Float64Array
  /** [rays, samples] ascending within −1..1. */
  readonly depths: Float64Array
}

export interface RayWeights {
  /** Mean |p̂ − p| over x and y, in pixels; masked where p̂ leaves the frame. */
  readonly flow: number
  /** Mean square over the channels. */
  readonly photometric: number
  /** Mean |x_before − 2x + x_after| of samples, for a quarter of the rays. */
  readonly smoothness: number
  /** Mean square of what a mapped sample's depth exceeds −1..1. */
  readonly depthRange: number
  /** Σ_kl w_k·w_l·|z_k − z_l| + ⅓ Σ w_k²·Δ along a ray. */
  readonly distortion: number
}

/** Weighted terms, and the mean |p̂ − p|₁ in pixels. */
export type RayLosses = { -readonly [K in keyof RayWeights | 'pixel']: number }

export const noRayLosses = (): RayLosses => ({ flow: 0, photometric: 0, smoothness: 0, depthRange: 0, distortion: 0, pixel: 0 })

/** Of a group's rays, the first quarter knows the frames before and after. */
const SMOOTHED = 4

const sign = (v: number) => (v > 0 ? 1 : v < 0 ? -1 : 0)

/** Arrays for groups of one size, used again and again. */
export class RayLoss {
  readonly #volume: Volume
  readonly #rays: number
  readonly #source: Points
  readonly #canonical: Points
  readonly #mapped: Points
  readonly #dCanonical: Points
  readonly #dMapped: Points
  readonly #before: Points
  readonly #after: Points
  readonly #toCanonical: BijectionTape
  readonly #toTarget: BijectionTape
  readonly #toBefore: BijectionTape
  readonly #toAfter: BijectionTape
  readonly #medium: VolumeTape
  readonly #weights: Float64Array
  readonly #dWeights: Float64Array
  readonly #dDensity: Float64Array
  readonly #dColour: Float64Array

  /** @param rays of every group: a multiple of 4 */
  constructor(volume: Volume, rays: number) {
    if (rays % SMOOTHED !== 0) throw new Error(`ray loss: groups of ${rays} rays, a multiple of ${SMOOTHED} expected`)
    this.#volume = volume
    this.#rays = rays
    const rows = rays * volume.shape.samples
    const smoothed = rows / SMOOTHED
    this.#source = points(rows)
    this.#canonical = points(rows)
    this.#mapped = points(rows)
    this.#dCanonical = points(rows)
    this.#dMapped = points(rows)
    this.#before = points(smoothed)
    this.#after = points(smoothed)
    this.#toCanonical = volume.bijection.tape(rows)
    this.#toTarget = volume.bijection.tape(rows)
    this.#toBefore = volume.bijection.tape(smoothed)
    this.#toAfter = volume.bijection.tape(smoothed)
    this.#medium = volume.canonical.tape(rows)
    this.#weights = new Float64Array(rows)
    this.#dWeights = new Float64Array(rows)
    this.#dDensity = new Float64Array(rows)
    this.#dColour = new Float64Array(3 * rows)
  }

  /** Adds the terms to `losses`, their gradients to `gradients` and the volume's codes'. `share`: 1 / rays of the whole step. */
  add(group: RayGroup, weights: RayWeights, share: number, losses: RayLosses, gradients: Float64Array): void {
    const { bijection, canonical, codes, values, shape } = this.#volume
    const { from, to } = group
    this.#volume.lift(group.source, group.depths, this.#source)
    copy(this.#source, this.#canonical)
    bijection.map(values, this.#canonical, codes.codes[from], false, this.#toCanonical)
    canonical.forward(values, this.#canonical, this.#medium)
    renderWeights(this.#medium.density, shape.samples, this.#weights)
    copy(this.#canonical, this.#mapped)
    bijection.map(values, this.#mapped, codes.codes[to], true, this.#toTarget)

    for (const d of [...this.#dCanonical, ...this.#dMapped]) d.fill(0)
    this.#dWeights.fill(0)
    this.#composite(group, weights, share, losses)
    this.#keepInRange(weights.depthRange, share / shape.samples, losses)
    if (weights.distortion > 0) this.#gather(group.depths, weights.distortion, share, losses)

    bijection.backward(values, gradients, this.#dMapped, codes.codes[to], true, this.#toTarget)
    for (let axis = 0; axis < 3; axis++) addTo(this.#dCanonical[axis], this.#dMapped[axis])
    if (from > 0 && from + 1 < shape.frames) this.#smooth(from, weights.smoothness, share, losses, gradients)
    renderWeightsBack(this.#medium.density, this.#weights, this.#dWeights, shape.samples, this.#dDensity)
    canonical.backward(values, gradients, this.#dDensity, this.#dColour, this.#dCanonical, this.#medium)
    bijection.backward(values, gradients, this.#dCanonical, codes.codes[from], false, this.#toCanonical)
  }

  /** Places and colours along the rays, weighed: the flow and the photometric term. */
  #composite({ target, colour }: RayGroup, weights: RayWeights, share: number, losses: RayLosses): void {
    const { scale, shape } = this.#volume
    const { samples } = shape
    const [x, y] = this.#mapped
    const [dx, dy] = this.#dMapped
    const w = this.#weights
    const rows = w.length
    for (let ray = 0; ray < this.#rays; ray++) {
      const first = ray * samples
      // What passes all samples is in the frame's middle, as published: rays learn to end.
      let px = shape.width / 2
      let py = shape.height / 2
      for (let r = first; r < first + samples; r++) {
        px += w[r] * x[r] * scale
        py += w[r] * y[r] * scale
      }
      const ex = px - target[2 * ray]
      const ey = py - target[2 * ray + 1]
      const inside = px >= 0 && px <= shape.width && py >= 0 && py <= shape.height
      losses.pixel += share * (Math.abs(ex) + Math.abs(ey))
      const g = inside ? (share * weights.flow) / 2 : 0
      losses.flow += g * (Math.abs(ex) + Math.abs(ey))
      const [gx, gy] = [g * sign(ex) * scale, g * sign(ey) * scale]
      for (let r = first; r < first + samples; r++) {
        dx[r] += w[r] * gx
        dy[r] += w[r] * gy
        this.#dWeights[r] += x[r] * gx + y[r] * gy
      }
      for (let c = 0; c < 3; c++) {
        const shades = this.#medium.colour.subarray(c * rows, (c + 1) * rows)
        let shade = 0
        for (let r = first; r < first + samples; r++) shade += w[r] * shades[r]
        const error = shade - colour[3 * ray + c]
        losses.photometric += ((share * weights.photometric) / 3) * error * error
        const gc = ((2 * share * weights.photometric) / 3) * error
        for (let r = first; r < first + samples; r++) {
          this.#dWeights[r] += gc * shades[r]
          this.#dColour[c * rows + r] = gc * w[r]
        }
      }
    }
  }

  #keepInRange(weight: number, share: number, losses: RayLosses): void {
    const z = this.#mapped[2]
    for (let r = 0; r < z.length; r++) {
      const excess = z[r] - Math.min(Math.max(z[r], -1), 1)
      losses.depthRange += weight * share * excess * excess
      this.#dMapped[2][r] += 2 * weight * share * excess
    }
  }

  #gather(depths: Float64Array, weight: number, share: number, losses: RayLosses): void {
    const { samples } = this.#volume.shape
    const w = this.#weights
    const width = 2 / samples
    for (let first = 0; first < w.length; first += samples)
      for (let k = first; k < first + samples; k++) {
        let spread = 0
        for (let l = first; l < first + samples; l++) spread += w[l] * Math.abs(depths[k] - depths[l])
        losses.distortion += weight * share * w[k] * (spread + (w[k] * width) / 3)
        this.#dWeights[k] += weight * share * 2 * (spread + (w[k] * width) / 3)
      }
  }

  /** The first quarter of the rays, from their frame to the one before and the one after. */
  #smooth(from: number, weight: number, share: number, losses: RayLosses, gradients: Float64Array): void {
    const { bijection, codes, values, shape } = this.#volume
    const ways = [
      { to: from - 1, at: this.#before, tape: this.#toBefore },
      { to: from + 1, at: this.#after, tape: this.#toAfter },
    ]
    for (const { to, at, tape } of ways) {
      copy(this.#canonical, at)
      bijection.map(values, at, codes.codes[to], true, tape)
    }
    const scale = (weight * share * SMOOTHED) / (3 * shape.samples)
    for (let axis = 0; axis < 3; axis++) {
      const [before, here, after] = [this.#before[axis], this.#source[axis], this.#after[axis]]
      for (let r = 0; r < before.length; r++) {
        const bend = before[r] - 2 * here[r] + after[r]
        losses.smoothness += scale * Math.abs(bend)
        // The gradient takes the place of what it is by: here stays, it is not a parameter's.
        before[r] = after[r] = scale * sign(bend)
      }
    }
    for (const { to, at, tape } of ways) {
      bijection.backward(values, gradients, at, codes.codes[to], true, tape)
      for (let axis = 0; axis < 3; axis++) addTo(this.#dCanonical[axis], at[axis])
    }
  }
}

/** The first rows of `from`, as many as `to` has. */
function copy(from: Points, to: Points): void {
  for (let axis = 0; axis < 3; axis++) to[axis].set(from[axis].subarray(0, to[axis].length))
}

/** Adds to the first rows. */
function addTo(sum: Float64Array, part: Float64Array): void {
  for (let r = 0; r < part.length; r++) sum[r] += part[r]
}
