/**
 * Geometric doubt of a visible track: the point is lifted at each frame with that frame's own depth and mapped back to
 * the query's frame; how far it lands from the query says how well depth, network and track agree. (The plain cycle
 * through the network is exact by construction and says nothing.)
 */
import type { FieldEngine } from '../../engine/backend.ts'

/** [tracks, frames] distance in working pixels. `queryFrames` [tracks], `queryPoints` [tracks, 2], `positions` [tracks, frames, 2]. */
export async function reliftErrors(engine: Pick<FieldEngine, 'read' | 'shape'>, queryFrames: Int32Array, queryPoints: Float32Array, positions: Float32Array): Promise<Float32Array> {
  const { frames } = engine.shape
  const errors = new Float32Array(queryFrames.length * frames)
  const groups = new Map<number, number[]>()
  queryFrames.forEach((frame, q) => groups.set(frame, [...(groups.get(frame) ?? []), q]))
  for (const [queryFrame, tracks] of groups) {
    const from = new Int32Array(tracks.length * frames)
    const points = new Float32Array(tracks.length * frames * 2)
    tracks.forEach((q, n) => {
      points.set(positions.subarray(q * frames * 2, (q + 1) * frames * 2), n * frames * 2)
      for (let t = 0; t < frames; t++) from[n * frames + t] = t
    })
    const back = await engine.read(from, points, Int32Array.of(queryFrame))
    tracks.forEach((q, n) => {
      for (let t = 0; t < frames; t++) {
        const k = (n * frames + t) * 2
        errors[q * frames + t] = Math.hypot(back.positions[k] - queryPoints[q * 2], back.positions[k + 1] - queryPoints[q * 2 + 1])
      }
    })
  }
  return errors
}
