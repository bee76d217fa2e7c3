/**
 * The tracks as the canvas draws them: those of the document, or, while a fit of the video runs, as its field sees them by now.
 * Pure, remembered by identity. Not here: the signs (signs.ts).
 */
import type { Keyframe, TrackRecord } from '../../shared/projectRecords.ts'
import { TrackState, type TrackSet } from '../../shared/tracks.ts'
import type { OpenDocument } from '../state/documentStore.ts'
import { visibleTracks } from '../state/documentStore.ts'

export interface DrawnTrack {
  readonly key: number
  readonly record: TrackRecord
  /** [frames, 2] clip px. */
  readonly positions: Float32Array
  /** [frames] TrackState */
  readonly states: Uint8Array
  readonly uncertainty: Float32Array
  readonly nodes: readonly Keyframe[]
  readonly provisional: boolean
}

/** In the order of the list. `preview`: tracks of a running fit; where it knows a track, its path is drawn, but people's keyframes stay. */
export function drawnTracks(
  document: OpenDocument, view: { readonly solo: boolean; readonly selection: ReadonlySet<number> }, preview: TrackSet | null,
): DrawnTrack[] {
  const rows = new Map(preview?.ids.map((id, row) => [id, row]))
  return visibleTracks(document, view).map(shown => {
    const { record, positions, states, uncertainty, nodes, provisional } = shown
    const row = rows.get(record.id)
    const base = { key: record.key, record, nodes }
    if (!preview || row === undefined || preview.frames !== states.length) return { ...base, positions, states, uncertainty, provisional }
    const cell = row * preview.frames
    const moving = {
      positions: preview.positions.slice(2 * cell, 2 * (cell + preview.frames)),
      states: preview.states.slice(cell, cell + preview.frames),
      uncertainty: preview.uncertainty.subarray(cell, cell + preview.frames),
    }
    for (const { frame, x, y } of nodes) {
      moving.positions[2 * frame] = x
      moving.positions[2 * frame + 1] = y
      moving.states[frame] = states[frame]
    }
    return { ...base, ...moving, provisional: true }
  })
}

/** Whether a person set the track's position at this frame. */
export function hasNode({ nodes }: Pick<DrawnTrack, 'nodes'>, frame: number): boolean {
  let low = 0
  let high = nodes.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (nodes[middle].frame === frame) return true
    if (nodes[middle].frame < frame) low = middle + 1
    else high = middle - 1
  }
  return false
}

/** Whether the track has anything to show at this frame. */
export const isThere = ({ states }: Pick<DrawnTrack, 'states'>, frame: number): boolean => frame < states.length && states[frame] !== TrackState.unlabelled
