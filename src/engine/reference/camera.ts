/**
 * Lift and projection of one pinhole camera shared by all frames, with the normalisation around Φ, in float64.
 * Lift: n = ((x−W/2)/f·z, (y−H/2)/f·z, z) − centre, over range. Projection divides by z, never below the depth floor.
 */
import type { FieldShape } from '../backend.ts'
import { depthFloor, focalLength } from '../layout.ts'
import { sampleGrid } from './bilinear.ts'
import type { GridSample } from './bilinear.ts'
import type { Point } from './homeomorphism.ts'

export interface Projection {
  readonly x: number
  readonly y: number
  /** Depth ẑ, not clamped. */
  readonly z: number
}

export class Camera {
  readonly #shape: FieldShape
  readonly #focal: number
  readonly #floor: number

  constructor(shape: FieldShape) {
    this.#shape = shape
    this.#focal = focalLength(shape)
    this.#floor = depthFloor(shape)
  }

  lift(x: number, y: number, z: number): Point {
    const { width, height, centre, range } = this.#shape
    return [
      (((x - width / 2) / this.#focal) * z - centre[0]) / range[0],
      (((y - height / 2) / this.#focal) * z - centre[1]) / range[1],
      (z - centre[2]) / range[2],
    ]
  }

  /** Gradient by z of a lift, given that by the normalised point. */
  liftBackward(x: number, y: number, g: Point): number {
    const { width, height, range } = this.#shape
    return (g[0] * (x - width / 2)) / this.#focal / range[0] + (g[1] * (y - height / 2)) / this.#focal / range[1] + g[2] / range[2]
  }

  project(n: Point): Projection {
    const { width, height, centre, range } = this.#shape
    const z = n[2] * range[2] + centre[2]
    const scale = this.#focal / Math.max(z, this.#floor)
    return { x: (n[0] * range[0] + centre[0]) * scale + width / 2, y: (n[1] * range[1] + centre[1]) * scale + height / 2, z }
  }

  /** Gradient by the normalised point, given those by its projection p. */
  projectBackward(p: Projection, gx: number, gy: number, gz: number): Point {
    const { width, height, range } = this.#shape
    const divisor = Math.max(p.z, this.#floor)
    const scale = this.#focal / divisor
    const through = p.z > this.#floor ? -(gx * (p.x - width / 2) + gy * (p.y - height / 2)) / divisor : 0
    return [gx * scale * range[0], gy * scale * range[1], (gz + through) * range[2]]
  }

  /** Where a depth map is read for a raster point. */
  depthSample(x: number, y: number): GridSample {
    const { width, height, depthWidth, depthHeight } = this.#shape
    return sampleGrid(((x - 0.5) * (depthWidth - 1)) / (width - 1), ((y - 0.5) * (depthHeight - 1)) / (height - 1), depthWidth, depthHeight)
  }

  /** Depth-map nodes per raster pixel in x and y. */
  get nodesPerPixel(): readonly [number, number] {
    const { width, height, depthWidth, depthHeight } = this.#shape
    return [(depthWidth - 1) / (width - 1), (depthHeight - 1) / (height - 1)]
  }
}
