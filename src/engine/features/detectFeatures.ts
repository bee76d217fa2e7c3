/** Keypoints with descriptors of one image: SIFT with square-root descriptors, spread over the image. */
import type { Size } from '../../shared/units.ts'
import type { BlurKernel } from './blurKernel.ts'
import { describe, DESCRIPTOR_SIZE } from './descriptor.ts'
import { extrema, orientations } from './keypoints.ts'
import type { Keypoint } from './keypoints.ts'
import { scaleSpace } from './scaleSpace.ts'

export interface Features {
  readonly count: number
  /** [count, 2] raster points. */
  readonly points: Float32Array
  /** [count] standard deviation of the keypoint's blur in image pixels. */
  readonly scales: Float32Array
  /** [count] radians. */
  readonly angles: Float32Array
  /** [count, 128] of length DESCRIPTOR_LENGTH. */
  readonly descriptors: Int16Array
}

export interface FeatureOptions {
  /** At most this many, by contrast within cells of the image. */
  readonly most: number
  /** Least |D| of the difference of Gaussians in grey levels. */
  readonly contrast: number
}

export const defaultFeatureOptions = (size: Size): FeatureOptions => ({
  most: Math.min(2_000, Math.max(300, Math.round((size.width * size.height) / 80))),
  contrast: 1.2,
})

const CELL = 32

/** Takes the strongest of every cell in turn, so that a busy corner does not use up the number. */
function spread(points: Keypoint[], size: Size, most: number): Keypoint[] {
  if (points.length <= most) return points
  const columns = Math.ceil(size.width / CELL)
  const cells = new Map<number, Keypoint[]>()
  for (const p of points) {
    const cell = Math.floor(p.y / CELL) * columns + Math.floor(p.x / CELL)
    const list = cells.get(cell)
    if (list === undefined) cells.set(cell, [p])
    else list.push(p)
  }
  const ranked = [...cells.values()].flatMap(list => list.sort((a, b) => b.response - a.response).map((p, rank) => ({ p, rank })))
  return ranked
    .sort((a, b) => a.rank - b.rank || b.p.response - a.p.response)
    .slice(0, most)
    .map(r => r.p)
}

/** @param luma [height, width] in 0..255 */
export function detectFeatures(kernel: BlurKernel, luma: Float32Array, size: Size, options: FeatureOptions = defaultFeatureOptions(size)): Features {
  if (luma.length !== size.width * size.height) throw new RangeError(`luma has ${luma.length} values, not ${size.width}×${size.height}`)
  const points = spread(scaleSpace(luma, size, kernel).flatMap(octave => extrema(octave, options.contrast)), size, options.most)
  const oriented = points.flatMap(point => orientations(point).map(angle => ({ point, angle })))
  const count = oriented.length
  const features = {
    count,
    points: new Float32Array(count * 2),
    scales: new Float32Array(count),
    angles: new Float32Array(count),
    descriptors: new Int16Array(count * DESCRIPTOR_SIZE),
  }
  oriented.forEach(({ point, angle }, n) => {
    features.points[n * 2] = point.x
    features.points[n * 2 + 1] = point.y
    features.scales[n] = point.osigma * point.octave.step
    features.angles[n] = angle
    describe(point, angle, features.descriptors, n * DESCRIPTOR_SIZE)
  })
  return features
}
