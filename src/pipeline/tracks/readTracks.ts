/**
 * Tracks of query points out of a fitted field: field readout, fusion with flow and patches, occlusion, uncertainty,
 * in the clip's own pixels. Not here: fitting, or human edits.
 */
import type { FieldEngine } from '../../engine/backend.ts'
import { TrackState, emptyTracks, type Query, type TrackSet } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import type { Calibration } from './calibrate.ts'
import { fuse, type Fused } from './fuse.ts'
import type { MatchIndex } from './matchIndex.ts'
import type { PatchMatcher } from './patchMatcher.ts'
import { reliftErrors } from './relift.ts'
import { smoothVisibility } from './smooth.ts'

export interface ReadTracksInput {
  readonly engine: FieldEngine
  readonly flow: FlowStore
  readonly flowGaps: readonly number[]
  readonly patches: PatchMatcher | null
  readonly matches: MatchIndex
  readonly calibration: Calibration
  readonly queries: readonly Query[]
  readonly clip: Size
  readonly signal?: AbortSignal
}

/** Share of the re-lift distance that counts as standard deviation, and its limit: beyond it the track is simply in doubt. */
const DOUBT_SHARE = 0.5
const DOUBT_LIMIT_PX = 20
/** Queries are read in blocks of this many: memory stays bounded. */
const BLOCK = 1_000

/** Tracks in the order of the queries. */
export async function readTracks(input: ReadTracksInput): Promise<TrackSet> {
  const { engine, queries, clip } = input
  const { frames } = engine.shape
  const scale = [clip.width / engine.shape.width, clip.height / engine.shape.height] as const
  const tracks = emptyTracks(queries.map(q => q.id), frames, clip)
  for (let first = 0; first < queries.length; first += BLOCK) {
    const block = queries.slice(first, first + BLOCK)
    const queryFrames = Int32Array.from(block, q => q.frame)
    const queryPoints = Float32Array.from(block.flatMap(q => [q.x / scale[0], q.y / scale[1]]))
    const fused = await trackBlock(input, queryFrames, queryPoints)
    const doubt = await reliftErrors(engine, queryFrames, queryPoints, fused.positions)
    block.forEach((query, k) => {
      const n = first + k
      tracks.queryFrames[n] = query.frame
      tracks.queryPoints[n * 2] = query.x
      tracks.queryPoints[n * 2 + 1] = query.y
      writeTrack(tracks, n, fused, doubt, k, query, scale)
    })
  }
  return tracks
}

/** Fused tracks of points [n, 2] at frames [n], in working pixels, with occluded spans filled. */
export async function trackBlock(input: ReadTracksInput, queryFrames: Int32Array, queryPoints: Float32Array): Promise<Fused> {
  const { engine, calibration } = input
  const { frames, width, height } = engine.shape
  const targets = Int32Array.from({ length: frames }, (_, t) => t)
  const read = await engine.read(queryFrames, queryPoints, targets)
  const gaps = new Float32Array(read.depths.length)
  for (let k = 0; k < gaps.length; k++) gaps[k] = (read.depths[k] - read.surface[k]) / Math.max(1e-6, Math.abs(read.depths[k]))
  const field = { positions: read.positions, gaps }
  return fuse({
    frames, width, height, queryFrames, queryPoints, field,
    flow: input.flow, flowGaps: input.flowGaps, calibration, patches: input.patches, matches: input.matches, signal: input.signal,
  })
}

function writeTrack(tracks: TrackSet, n: number, fused: Fused, doubt: Float32Array, k: number, query: Query, scale: readonly [number, number]): void {
  const { frames, width, height } = tracks
  const visible = smoothVisibility(fused.logits.subarray(k * frames, (k + 1) * frames), query.frame)
  for (let t = 0; t < frames; t++) {
    const from = k * frames + t
    const to = n * frames + t
    const x = fused.positions[from * 2] * scale[0]
    const y = fused.positions[from * 2 + 1] * scale[1]
    tracks.positions[to * 2] = x
    tracks.positions[to * 2 + 1] = y
    // While hidden, the surface at the track's place is another one: re-lifting says nothing of it.
    const sigma = visible[t] ? Math.hypot(fused.sigma[from], Math.min(DOUBT_LIMIT_PX, DOUBT_SHARE * doubt[from])) : fused.sigma[from]
    tracks.uncertainty[to] = sigma * Math.max(scale[0], scale[1])
    const inside = x >= 0 && y >= 0 && x < width && y < height
    tracks.states[to] = !inside ? TrackState.outOfFrame : visible[t] ? TrackState.visible : TrackState.occluded
  }
  // The query is the person's: exact, and visible.
  const at = n * frames + query.frame
  tracks.positions[at * 2] = query.x
  tracks.positions[at * 2 + 1] = query.y
  tracks.states[at] = TrackState.visible
}
