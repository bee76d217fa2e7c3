/**
 * Dense inverse depth of one frame from its flow and the camera's motion: every node's own least squares over all frames
 * that see it. Not here: the camera (cameraMotion.ts), what moves by itself (occlusionOrder.ts).
 */
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowStore } from '../supervision.ts'
import type { Size } from '../../../shared/units.ts'
import { relativeMotion } from './cameraMotion.ts'
import type { CameraMotion } from './cameraMotion.ts'
import { focalOf } from './sightings.ts'

/** Node (a, b) of a grid lies at raster point (0.5 + a·(W−1)/(w−1), 0.5 + b·(H−1)/(h−1)). */
export interface InverseDepth extends Size {
  /** [height, width] inverse depth in units of 1 / median depth. */
  readonly inverse: Float32Array
  /** [height, width] 1 / variance of it if errors were one pixel: how much parallax there is. */
  readonly information: Float32Array
  /** [height, width] robust mean error in pixels; Infinity where no flow is known. */
  readonly error: Float32Array
}

export const nodeX = (a: number, size: Size, grid: Size): number => 0.5 + (a * (size.width - 1)) / Math.max(1, grid.width - 1)
export const nodeY = (b: number, size: Size, grid: Size): number => 0.5 + (b * (size.height - 1)) / Math.max(1, grid.height - 1)

export const LEAST_INVERSE = 0.15
export const MOST_INVERSE = 5
/** Inverse depths that the search starts from; the best by robust cost goes on. */
const STARTS = [0.3, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2, 3]

export function parallaxDepth(flow: FlowStore, camera: CameraMotion, frame: number, size: Size, grid: Size): InverseDepth {
  const focal = focalOf(size)
  const nodes = grid.width * grid.height
  const out = { ...grid, inverse: new Float32Array(nodes).fill(1), information: new Float32Array(nodes), error: new Float32Array(nodes).fill(Infinity) }
  const targets = flow.pairs.filter(([from]) => from === frame).map(([, to]) => to)
  const pairs = targets.map(to => flow.read(frame, to))
  const motions = targets.map(to => {
    const m = new Float64Array(12)
    relativeMotion(camera.rotations, camera.translations, frame, to, m)
    return m
  })
  // Of one node: (R·ray) and where it is seen.
  const rotated = new Float64Array(targets.length * 3)
  const seen = new Float64Array(targets.length * 2)
  const shift = new Float64Array(targets.length * 3)
  for (let b = 0, at = 0; b < grid.height; b++) {
    for (let a = 0; a < grid.width; a++, at++) {
      const px = nodeX(a, size, grid)
      const py = nodeY(b, size, grid)
      let count = 0
      for (let k = 0; k < targets.length; k++) {
        const pair = pairs[k]
        const i = Math.min(pair.columns - 1, Math.floor(px / pair.stride))
        const j = Math.min(pair.rows - 1, Math.floor(py / pair.stride))
        const n = j * pair.columns + i
        if (pair.status[n] !== FlowStatus.visible) continue
        const m = motions[k]
        const x = ((i + 0.5) * pair.stride - size.width / 2) / focal
        const y = ((j + 0.5) * pair.stride - size.height / 2) / focal
        rotated[count * 3] = m[0] * x + m[1] * y + m[2]
        rotated[count * 3 + 1] = m[3] * x + m[4] * y + m[5]
        rotated[count * 3 + 2] = m[6] * x + m[7] * y + m[8]
        shift.set(m.subarray(9, 12), count * 3)
        seen[count * 2] = x + pair.flow[2 * n] / FLOW_UNITS_PER_PIXEL / focal
        seen[count * 2 + 1] = y + pair.flow[2 * n + 1] / FLOW_UNITS_PER_PIXEL / focal
        count++
      }
      if (count === 0) continue
      let best = 1
      let least = Infinity
      for (const q of STARTS) {
        let cost = 0
        for (let k = 0; k < count; k++) cost += Math.log1p(squareError(q, k, rotated, shift, seen, focal))
        // Ties go to the middle: without parallax nothing is claimed.
        cost = cost / count + 0.01 * Math.abs(Math.log(q))
        if (cost < least) {
          least = cost
          best = q
        }
      }
      let information = 0
      for (let round = 0; round < 4; round++) {
        let [h, g] = [0, 0]
        for (let k = 0; k < count; k++) {
          const z = rotated[k * 3 + 2] + best * shift[k * 3 + 2]
          const u = (rotated[k * 3] + best * shift[k * 3]) / z
          const v = (rotated[k * 3 + 1] + best * shift[k * 3 + 1]) / z
          const ex = focal * (u - seen[k * 2])
          const ey = focal * (v - seen[k * 2 + 1])
          const w = 1 / (1 + ex * ex + ey * ey)
          const du = (focal * (shift[k * 3] - u * shift[k * 3 + 2])) / z
          const dv = (focal * (shift[k * 3 + 1] - v * shift[k * 3 + 2])) / z
          h += w * (du * du + dv * dv)
          g += w * (du * ex + dv * ey)
        }
        information = h
        best = Math.min(MOST_INVERSE, Math.max(LEAST_INVERSE, best - (g + 0.5 * (best - 1)) / (h + 0.5)))
      }
      let cost = 0
      for (let k = 0; k < count; k++) cost += Math.log1p(squareError(best, k, rotated, shift, seen, focal))
      out.inverse[at] = best
      out.information[at] = information
      out.error[at] = Math.sqrt(Math.expm1(cost / count))
    }
  }
  return out
}

function squareError(q: number, k: number, rotated: Float64Array, shift: Float64Array, seen: Float64Array, focal: number): number {
  const z = rotated[k * 3 + 2] + q * shift[k * 3 + 2]
  if (z < 0.05) return 1e6
  const ex = focal * ((rotated[k * 3] + q * shift[k * 3]) / z - seen[k * 2])
  const ey = focal * ((rotated[k * 3 + 1] + q * shift[k * 3 + 1]) / z - seen[k * 2 + 1])
  return ex * ex + ey * ey
}
