/**
 * What occlusion says of depth order: a pixel that is hidden in another frame lies behind what is seen at its place there.
 * Each such event compares the depths that a hypothesis gives to both. Not here: changing depths (orderedDepth.ts).
 */
import { FlowStatus } from '../supervision.ts'
import type { FlowStore } from '../supervision.ts'
import type { Size } from '../../../shared/units.ts'
import { focalOf, relativeMotion } from './cameraMotion.ts'
import type { CameraMotion } from './cameraMotion.ts'
import { nodeX, nodeY } from './parallaxDepth.ts'
import type { InverseDepth } from './parallaxDepth.ts'

/** A hidden node and the node that hides it. */
export interface OcclusionEvent {
  readonly hiddenFrame: number
  readonly hidden: number
  readonly coverFrame: number
  readonly cover: number
  /** Inverse depths in the covering frame's camera. */
  readonly hiddenInverse: number
  readonly coverInverse: number
}

/** Events of one pair of frames: nodes of `from` that are hidden in `to` while static points would be in view. */
export function occlusionEvents(flow: FlowStore, camera: CameraMotion, from: InverseDepth, to: InverseDepth, fromFrame: number, toFrame: number, size: Size): OcclusionEvent[] {
  const focal = focalOf(size)
  const pair = flow.read(fromFrame, toFrame)
  const m = new Float64Array(12)
  relativeMotion(camera.rotations, camera.translations, fromFrame, toFrame, m)
  const events: OcclusionEvent[] = []
  for (let b = 0, at = 0; b < from.height; b++) {
    for (let a = 0; a < from.width; a++, at++) {
      const px = nodeX(a, size, from)
      const py = nodeY(b, size, from)
      const i = Math.min(pair.columns - 1, Math.floor(px / pair.stride))
      const j = Math.min(pair.rows - 1, Math.floor(py / pair.stride))
      const status = pair.status[j * pair.columns + i]
      if (status !== FlowStatus.occluded && status !== FlowStatus.occludedKnown) continue
      if (!(from.error[at] < 1.5)) continue
      const [x, y, q] = [(px - size.width / 2) / focal, (py - size.height / 2) / focal, from.inverse[at]]
      const z = m[6] * x + m[7] * y + m[8] + q * m[11]
      if (z < 0.05) continue
      const u = ((m[0] * x + m[1] * y + m[2] + q * m[9]) / z) * focal + size.width / 2
      const v = ((m[3] * x + m[4] * y + m[5] + q * m[10]) / z) * focal + size.height / 2
      const c = Math.round(((u - 0.5) * (to.width - 1)) / (size.width - 1))
      const d = Math.round(((v - 0.5) * (to.height - 1)) / (size.height - 1))
      if (c < 0 || d < 0 || c >= to.width || d >= to.height) continue
      const cover = d * to.width + c
      if (to.error[cover] === Infinity) continue
      events.push({ hiddenFrame: fromFrame, hidden: at, coverFrame: toFrame, cover, hiddenInverse: q / z, coverInverse: to.inverse[cover] })
    }
  }
  return events
}
