/**
 * A quasi-3D volume (OmniMotion, ICCV 2023) at small size: its shape, its parameters, and the maps that they make. A frame's space has x and
 * y in half long sides from the frame's middle and depth −1 (near) to 1 (far): an orthographic camera. Not here: losses (rayLoss.ts), steps
 * (fitVolume.ts).
 */
import { seededRandom } from '../../../engine/random.ts'
import type { Size } from '../../../shared/units.ts'
import { Bijection, type Points } from './bijection.ts'
import { CanonicalVolume } from './canonicalVolume.ts'
import { TimeCodes } from './timeCodes.ts'

export interface VolumeShape extends Size {
  readonly frames: number
  /** On each ray; a multiple of 4. */
  readonly samples: number
  /** Coupling layers: their number, octaves of Fourier features of the kept coordinates, hidden width. */
  readonly layers: number
  readonly octaves: number
  readonly hidden: number
  /** Length of a frame's latent code, octaves of time, hidden width of the network that makes it. */
  readonly code: number
  readonly timeOctaves: number
  readonly timeHidden: number
  /** Of the network of density and colour. */
  readonly canonicalOctaves: number
  readonly canonicalHidden: number
}

/** Groups of parameters, one after another in `Volume.values`. */
export const volumeGroups = ['time', 'bijection', 'canonical'] as const
export type VolumeGroup = (typeof volumeGroups)[number]

export class Volume {
  readonly shape: VolumeShape
  readonly codes: TimeCodes
  readonly bijection: Bijection
  readonly canonical: CanonicalVolume
  /** In memory that threads can share. */
  readonly values: Float64Array
  readonly seed: number
  /** First and end of each group. */
  readonly ranges: Readonly<Record<VolumeGroup, readonly [number, number]>>
  /** Pixels of a unit of x and y. */
  readonly scale: number

  /** @param values those of another thread's volume of this shape and seed; new ones by the seed when left out */
  constructor(shape: VolumeShape, seed: number, values?: Float64Array) {
    if (shape.samples % 4 !== 0) throw new Error(`volume: ${shape.samples} samples a ray, a multiple of 4 expected`)
    this.shape = shape
    this.seed = seed
    this.scale = Math.max(shape.width, shape.height) / 2
    const random = seededRandom(seed)
    // Random permutations of the axes, as published.
    const axes = Array.from({ length: Math.ceil(shape.layers / 3) }, () => random.permutation(3)).flat().slice(0, shape.layers)
    this.codes = new TimeCodes({ frames: shape.frames, octaves: shape.timeOctaves, hidden: shape.timeHidden, code: shape.code }, 0)
    const bijectionAt = this.codes.length
    this.bijection = new Bijection({ axes, octaves: shape.octaves, hidden: shape.hidden, code: shape.code }, bijectionAt)
    const canonicalAt = bijectionAt + this.bijection.length
    this.canonical = new CanonicalVolume({ octaves: shape.canonicalOctaves, hidden: shape.canonicalHidden }, canonicalAt)
    const end = canonicalAt + this.canonical.length
    this.ranges = { time: [0, bijectionAt], bijection: [bijectionAt, canonicalAt], canonical: [canonicalAt, end] }
    this.values = values ?? new Float64Array(new SharedArrayBuffer(8 * end))
    if (!values) for (const part of [this.codes, this.bijection, this.canonical]) part.initialise(this.values, random)
  }

  /** Lifts raster points [rays, 2] to their samples at `depths` [rays · samples]. */
  lift(raster: ArrayLike<number>, depths: ArrayLike<number>, [x, y, z]: Points): void {
    const { width, height, samples } = this.shape
    for (let r = 0; r < x.length; r++) {
      const ray = Math.floor(r / samples)
      x[r] = (raster[2 * ray] - width / 2) / this.scale
      y[r] = (raster[2 * ray + 1] - height / 2) / this.scale
      z[r] = depths[r]
    }
  }

  /** Depths in the middle of equal parts of the ray [samples]; training jitters them within their parts. */
  middleDepths(): Float64Array {
    const { samples } = this.shape
    return Float64Array.from({ length: samples }, (_, k) => (2 * k + 1) / samples - 1)
  }
}
