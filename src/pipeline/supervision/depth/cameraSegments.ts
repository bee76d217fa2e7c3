/**
 * Joins two mirrored camera solutions in time. Flow of nearly affine views fits a scene and its mirror image in depth, and a
 * long adjustment may be right in one stretch of the clip and mirrored in the next. Not here: what decides (occlusion).
 */
import { CameraAdjustment, relativeMotion } from './cameraMotion.ts'
import type { CameraMotion } from './cameraMotion.ts'
import type { Sightings } from './sightings.ts'

/** Frames on either side whose votes count. */
const WINDOW = 3
/** A frame with a smaller lead than this follows the nearest frame that has one. */
const LEAST_LEAD = 12

/** For each frame, whether the first (0) or second (1) solution wins, from its lead in votes. */
export function chooseByFrame(lead: Float64Array): Uint8Array {
  const count = lead.length
  const smooth = lead.map((_, t) => lead.subarray(Math.max(0, t - WINDOW), Math.min(count, t + WINDOW + 1)).reduce((sum, v) => sum + v, 0))
  const decided = [...smooth.keys()].filter(t => Math.abs(smooth[t]) >= LEAST_LEAD)
  return Uint8Array.from(smooth, (_, t) => {
    const nearest = decided.reduce((best, u) => (best < 0 || Math.abs(u - t) < Math.abs(best - t) ? u : best), -1)
    return nearest >= 0 && smooth[nearest] < 0 ? 1 : 0
  })
}

/** Frame steps and depths of the solution that each frame chose, with poses fitted to them; not settled yet. */
export async function joinCameras(
  sightings: Sightings, solutions: readonly [CameraMotion, CameraMotion], choice: Uint8Array, onRound: () => Promise<void>,
): Promise<Pick<CameraMotion, 'rotations' | 'translations' | 'inverse'>> {
  const adjustment = new CameraAdjustment(sightings)
  const { rotations, translations, inverse } = adjustment
  const m = new Float64Array(12)
  for (let t = 1; t < sightings.frames; t++) {
    const { rotations: r, translations: d } = solutions[choice[t]]
    relativeMotion(r, d, t - 1, t, m)
    for (let a = 0; a < 3; a++) {
      let shift = m[9 + a]
      for (let b = 0; b < 3; b++) {
        shift += m[a * 3 + b] * translations[(t - 1) * 3 + b]
        let sum = 0
        for (let k = 0; k < 3; k++) sum += m[a * 3 + k] * rotations[(t - 1) * 9 + k * 3 + b]
        rotations[t * 9 + a * 3 + b] = sum
      }
      translations[t * 3 + a] = shift
    }
  }
  for (let p = 0; p < inverse.length; p++) inverse[p] = solutions[choice[sightings.anchor[p]]].inverse[p]
  for (let k = 0; k < 8; k++) {
    await onRound()
    adjustment.step(3, k < 4 ? 4 : Infinity, false, 1e-3)
  }
  return { rotations: rotations.slice(), translations: translations.slice(), inverse: inverse.slice() }
}
