/**
 * Tracks of query points out of a fitted field: field readout, fusion with flow and patches, occlusion, uncertainty,
 * in the clip's own pixels. Not here: fitting, or human edits.
 */
import type { FieldEngine } from '../../engine/backend.ts'
import type { Keyframe } from '../../shared/projectRecords.ts'
import { TrackState, emptyTracks, type Query, type TrackSet } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import type { Calibration } from './calibrate.ts'
import { fuse, type FieldTracks, type Fused } from './fuse.ts'
import type { Guides } from './guides.ts'
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
  readonly guides?: Guides
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
    const read = await readNodes(input, queryFrames, queryPoints)
    block.forEach((query, k) => {
      const n = first + k
      tracks.queryFrames[n] = query.frame
      tracks.queryPoints[n * 2] = query.x
      tracks.queryPoints[n * 2 + 1] = query.y
      settleTrack(cellsOf(read, k, frames), [{ ...query, seen: true }], clip, scale, {
        positions: tracks.positions.subarray(n * frames * 2, (n + 1) * frames * 2),
        states: tracks.states.subarray(n * frames, (n + 1) * frames),
        uncertainty: tracks.uncertainty.subarray(n * frames, (n + 1) * frames),
      })
    })
  }
  return tracks
}

/** Tracks of points as they are before people's word and smoothing over time; working pixels. */
export interface NodeTracks {
  /** [tracks, frames, 2] */
  readonly positions: Float32Array
  /** [tracks, frames] log-odds of visible. */
  readonly logits: Float32Array
  /** [tracks, frames] standard deviation, px. */
  readonly sigma: Float32Array
  /** [tracks, frames] how far re-lifting at that frame misses the point, px. */
  readonly doubt: Float32Array
  /** [tracks, frames, 2] where the field alone puts it. */
  readonly motion: Float32Array
}

/** One track of many, not copied. */
export function cellsOf(tracks: NodeTracks, row: number, frames: number): NodeTracks {
  const cells = (array: Float32Array, size = 1) => array.subarray(row * frames * size, (row + 1) * frames * size)
  return { positions: cells(tracks.positions, 2), logits: cells(tracks.logits), sigma: cells(tracks.sigma), doubt: cells(tracks.doubt), motion: cells(tracks.motion, 2) }
}

/** Reads points [n, 2], seen at frames [n], working pixels. `hints` as in fuse.ts. */
export async function readNodes(input: Omit<ReadTracksInput, 'queries' | 'clip'>, frames: Int32Array, points: Float32Array, hints?: Int8Array): Promise<NodeTracks> {
  const { fused, field } = await trackBlock(input, frames, points, hints)
  const doubt = await reliftErrors(input.engine, frames, points, fused.positions)
  return { positions: fused.positions, logits: fused.logits, sigma: fused.sigma, doubt, motion: field.positions }
}

/** Fused tracks of points [n, 2] at frames [n], in working pixels, with occluded spans filled; and the field's own. */
export async function trackBlock(
  input: Omit<ReadTracksInput, 'queries' | 'clip'>, queryFrames: Int32Array, queryPoints: Float32Array, hints?: Int8Array,
): Promise<{ fused: Fused; field: FieldTracks }> {
  const { engine, calibration } = input
  const { frames, width, height } = engine.shape
  const targets = Int32Array.from({ length: frames }, (_, t) => t)
  const read = await engine.read(queryFrames, queryPoints, targets)
  const gaps = new Float32Array(read.depths.length)
  for (let k = 0; k < gaps.length; k++) gaps[k] = (read.depths[k] - read.surface[k]) / Math.max(1e-6, Math.abs(read.depths[k]))
  const field = { positions: read.positions, gaps }
  const fused = await fuse({
    frames, width, height, queryFrames, queryPoints, field, hints,
    flow: input.flow, flowGaps: input.flowGaps, calibration, patches: input.patches, matches: input.matches, guides: input.guides, signal: input.signal,
  })
  return { fused, field }
}

/** Where one settled track is written: stretches of [frames, …] arrays, clip pixels. */
export interface TrackRow {
  readonly positions: Float32Array
  readonly states: Uint8Array
  readonly uncertainty: Float32Array
}

/**
 * Writes a track as people see it: clip pixels, states smoothed over time, uncertainty. `cells` are [frames] views of working-size arrays;
 * `nodes` are people's own, clip pixels: exact there, and visible where `seen`.
 */
export function settleTrack(
  cells: Pick<NodeTracks, 'positions' | 'logits' | 'sigma' | 'doubt'>, nodes: readonly (Keyframe & { readonly seen: boolean })[], clip: Size,
  scale: readonly [number, number], out: TrackRow,
): void {
  const { positions, logits, sigma, doubt } = cells
  const visible = smoothVisibility(logits, nodes.filter(node => node.seen).map(node => node.frame))
  const stateAt = (x: number, y: number, seen: boolean) =>
    !(x >= 0 && y >= 0 && x < clip.width && y < clip.height) ? TrackState.outOfFrame : seen ? TrackState.visible : TrackState.occluded
  for (let t = 0; t < logits.length; t++) {
    const x = positions[t * 2] * scale[0]
    const y = positions[t * 2 + 1] * scale[1]
    out.positions[t * 2] = x
    out.positions[t * 2 + 1] = y
    // While hidden, the surface at the track's place is another one: re-lifting says nothing of it.
    const px = visible[t] ? Math.hypot(sigma[t], Math.min(DOUBT_LIMIT_PX, DOUBT_SHARE * doubt[t])) : sigma[t]
    out.uncertainty[t] = px * Math.max(scale[0], scale[1])
    out.states[t] = stateAt(x, y, visible[t] === 1)
  }
  for (const { frame, x, y, seen } of nodes) {
    out.positions[frame * 2] = x
    out.positions[frame * 2 + 1] = y
    out.uncertainty[frame] = 0
    out.states[frame] = stateAt(x, y, seen || visible[frame] === 1)
  }
}
