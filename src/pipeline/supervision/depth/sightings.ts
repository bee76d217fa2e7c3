/**
 * Where flow sees points of some frames in others: what the camera's motion is fitted to. Not here: the fit (cameraMotion.ts).
 */
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowStore } from '../supervision.ts'
import type { Size } from '../../../shared/units.ts'

/** One sighting of an anchor point in another frame. Flat arrays, ordered by point. */
export interface Sightings extends Size {
  readonly frames: number
  readonly focal: number
  /** [points] */
  readonly anchor: Int32Array
  /** [points, 2] ray (x, y, 1) in the anchor's camera. */
  readonly ray: Float64Array
  /** [points + 1] first sighting of each point. */
  readonly start: Int32Array
  /** [sightings] frame, and where it is seen, as a ray. */
  readonly frame: Int32Array
  readonly seen: Float64Array
  /** Largest distance in frames between an anchor and a sighting. */
  readonly reach: number
}

export const FIELD_OF_VIEW_DEGREES = 40
const POINTS = 5_000

export const focalOf = (size: Size): number => size.width / (2 * Math.tan((FIELD_OF_VIEW_DEGREES * Math.PI) / 360))

/** Points on a jittered grid of every n-th frame with all their visible sightings. */
export function collectSightings(flow: FlowStore, size: Size, frames: number): Sightings {
  const targets: number[][] = Array.from({ length: frames }, () => [])
  let reach = 1
  for (const [from, to] of flow.pairs) {
    targets[from].push(to)
    reach = Math.max(reach, Math.abs(to - from))
  }
  const focal = focalOf(size)
  const perFrame = Math.max(48, Math.min(300, Math.floor(POINTS / frames)))
  const step = Math.max(1, Math.ceil((frames * perFrame) / (POINTS * 1.5)))
  const spacing = Math.sqrt((size.width * size.height) / perFrame)
  const [columns, rows] = [Math.max(4, Math.round(size.width / spacing)), Math.max(4, Math.round(size.height / spacing))]
  const anchor: number[] = []
  const ray: number[] = []
  const start: number[] = [0]
  const frame: number[] = []
  const seen: number[] = []
  for (let i = 0; i < frames; i += step) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        // A fixed, well-spread jitter (golden ratio), so that results are the same each time.
        const n = (i * rows + row) * columns + column
        const px = ((column + 0.15 + 0.7 * ((n * 0.618034) % 1)) * size.width) / columns
        const py = ((row + 0.15 + 0.7 * ((n * 0.754878) % 1)) * size.height) / rows
        const before = frame.length
        for (const j of targets[i]) {
          const pair = flow.read(i, j)
          const a = Math.min(pair.columns - 1, Math.floor(px / pair.stride))
          const b = Math.min(pair.rows - 1, Math.floor(py / pair.stride))
          const at = b * pair.columns + a
          if (pair.status[at] !== FlowStatus.visible) continue
          frame.push(j)
          seen.push(
            ((a + 0.5) * pair.stride + pair.flow[2 * at] / FLOW_UNITS_PER_PIXEL - size.width / 2) / focal,
            ((b + 0.5) * pair.stride + pair.flow[2 * at + 1] / FLOW_UNITS_PER_PIXEL - size.height / 2) / focal,
          )
          if (frame.length === before + 1) {
            ray.push(((a + 0.5) * pair.stride - size.width / 2) / focal, ((b + 0.5) * pair.stride - size.height / 2) / focal)
          }
        }
        if (frame.length === before) continue
        anchor.push(i)
        start.push(frame.length)
      }
    }
  }
  return {
    ...size, frames, focal, reach,
    anchor: Int32Array.from(anchor), ray: Float64Array.from(ray), start: Int32Array.from(start), frame: Int32Array.from(frame), seen: Float64Array.from(seen),
  }
}
