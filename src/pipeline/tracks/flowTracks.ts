/**
 * Tracks of points before any field is fitted: flow of one frame to the next, chained, stands in for the field, and the same
 * fusion with flow and patches as of a field's tracks follows. Provisional: what it loses it seldom finds again. Working pixels.
 */
import type { Size } from '../../shared/units.ts'
import { chainedTracks } from '../supervision/flow/chainedTracks.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import type { Calibration } from './calibrate.ts'
import { fuse } from './fuse.ts'
import { MatchIndex } from './matchIndex.ts'
import type { PatchMatcher } from './patchMatcher.ts'
import type { NodeTracks } from './readTracks.ts'

export interface FlowTracksInput {
  readonly work: Size
  readonly frames: number
  readonly flow: FlowStore
  readonly flowGaps: readonly number[]
  readonly patches: PatchMatcher | null
  readonly signal?: AbortSignal
}

/** What a chain of flow can be trusted as a field: little, and its depth not at all. */
const calibration: Calibration = { tau: 0.03, fieldErrorPx: 3, depthAccuracy: 0.5 }

/** Tracks of points [n, 2] seen at frames [n]; `hints` as in fuse.ts. */
export async function flowTracks(input: FlowTracksInput, frames: Int32Array, points: Float32Array, hints?: Int8Array): Promise<NodeTracks> {
  const { work, flow } = input
  const queries = Array.from(frames, (frame, n) => ({ id: `${n}`, frame, x: points[n * 2], y: points[n * 2 + 1] }))
  const { positions } = chainedTracks({ flow, queries, frameCount: input.frames, clip: work, work })
  const fused = await fuse({
    ...input, width: work.width, height: work.height, queryFrames: frames, queryPoints: points, field: { positions, gaps: new Float32Array(positions.length / 2) },
    calibration, matches: new MatchIndex(null), hints,
  })
  return { positions: fused.positions, logits: fused.logits, sigma: fused.sigma, doubt: new Float32Array(fused.sigma.length), motion: positions }
}
