/**
 * The baseline tracker: flow of gap 1 chained from the query's frame forward and backward, occlusion by the flow's own
 * cycles: hidden where the cycle of the last step fails, seen again where it holds (on average a better rule than 'hidden
 * for good after the first failure'). What the tracker is compared with (README), not a part of it.
 */
import { type Query, type TrackSet, TrackState, emptyTracks } from '../../../shared/tracks.ts'
import type { FrameIndex, Size } from '../../../shared/units.ts'
import { FlowStatus } from '../supervision.ts'
import type { FlowStore } from '../supervision.ts'
import { sampleFlow } from './sampleFlow.ts'

export interface ChainedTracksInput {
  /** With gap 1 in both directions. */
  readonly flow: FlowStore
  readonly queries: readonly Query[]
  readonly frameCount: number
  readonly clip: Size
  readonly work: Size
}

/** Tracks in clip pixels. Uncertainty is unknown (NaN). */
export function chainedTracks({ flow, queries, frameCount, clip, work }: ChainedTracksInput): TrackSet {
  const tracks = emptyTracks(queries.map(q => q.id), frameCount, clip)
  const sx = work.width / clip.width
  const sy = work.height / clip.height
  const x = new Float64Array(queries.length)
  const y = new Float64Array(queries.length)
  const hidden = new Uint8Array(queries.length)
  const s = new Float64Array(3)

  const record = (n: number, frame: FrameIndex) => {
    const k = n * frameCount + frame
    tracks.positions[2 * k] = x[n] / sx
    tracks.positions[2 * k + 1] = y[n] / sy
    const inside = x[n] >= 0 && y[n] >= 0 && x[n] < work.width && y[n] < work.height
    tracks.states[k] = !inside ? TrackState.outOfFrame : hidden[n] ? TrackState.occluded : TrackState.visible
  }
  queries.forEach((q, n) => {
    tracks.queryFrames[n] = q.frame
    tracks.queryPoints[2 * n] = q.x
    tracks.queryPoints[2 * n + 1] = q.y
  })
  for (const step of [1, -1]) {
    // One pass over the frames: at each, the tracks that have started by then.
    const started = new Uint8Array(queries.length)
    for (let frame = step > 0 ? 0 : frameCount - 1; frame >= 0 && frame < frameCount; frame += step) {
      const before = frame - step
      const pair = started.includes(1) ? flow.read(before, frame) : null
      queries.forEach((q, n) => {
        if (started[n] && pair) {
          sampleFlow(pair, x[n], y[n], s)
          x[n] += s[0]
          y[n] += s[1]
          hidden[n] = s[2] === FlowStatus.visible ? 0 : 1
          record(n, frame)
        } else if (q.frame === frame) {
          started[n] = 1
          hidden[n] = 0
          x[n] = q.x * sx
          y[n] = q.y * sy
          record(n, frame)
        }
      })
    }
  }
  return tracks
}
