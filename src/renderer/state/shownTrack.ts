/**
 * A track as it is drawn: its path with people's keyframes and labels over it, and the facts that lanes and lists show. Pure; one
 * result a TrackView, remembered, so that drawing asks for it freely. Not here: drawing.
 */
import { applyEdits } from '../../pipeline/edits/applyEdits.ts'
import { humanNodes } from '../../pipeline/edits/humanNodes.ts'
import type { Keyframe, LabelRange, TrackRecord } from '../../shared/projectRecords.ts'
import type { TrackPath, TrackView } from '../../shared/studio/document.ts'
import { TrackState, emptyTracks } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'

export interface ShownTrack {
  readonly record: TrackRecord
  /** [frames, 2] raster pixels of the clip. */
  readonly positions: Float32Array
  /** [frames] TrackState; all unlabelled while nothing is predicted and nothing set. */
  readonly states: Uint8Array
  /** [frames] px; NaN where unknown. */
  readonly uncertainty: Float32Array
  /** Human positions by ascending frame, the query among them. */
  readonly nodes: readonly Keyframe[]
  readonly labels: readonly LabelRange[]
  /** No field has been asked yet: from flow, or not there at all. */
  readonly provisional: boolean
  /** Share of frames that are not unlabelled, 0..1. */
  readonly labelled: number
  /** Median uncertainty of visible frames in px; 0 where unknown: what the list sorts doubt by. */
  readonly doubt: number
}

/** From this many px on, a frame is in doubt. */
export const DOUBT_PX = 2

const known = new WeakMap<TrackView, ShownTrack>()

export function shownTrack(view: TrackView, video: Size & { readonly frameCount: number }): ShownTrack {
  const found = known.get(view)
  if (found) return found
  const shown = make(view, video)
  known.set(view, shown)
  return shown
}

function make({ record, edits, path }: TrackView, video: Size & { readonly frameCount: number }): ShownTrack {
  const nodes = humanNodes(record, edits)
  const base = emptyTracks([record.id], video.frameCount, video)
  if (path) lay(base, path)
  const merged = applyEdits(base, [{ keyframes: nodes, labels: edits.labels }])
  return {
    record,
    positions: merged.positions,
    states: merged.states,
    uncertainty: merged.uncertainty,
    nodes,
    labels: edits.labels,
    provisional: path === null || path.source === 'flow',
    labelled: labelledShare(merged.states),
    doubt: medianDoubt(merged.uncertainty, merged.states),
  }
}

function lay(base: ReturnType<typeof emptyTracks>, path: TrackPath): void {
  base.positions.set(path.positions)
  base.states.set(path.states)
  base.uncertainty.set(path.uncertainty)
}

function labelledShare(states: Uint8Array): number {
  let labelled = 0
  for (const state of states) if (state !== TrackState.unlabelled) labelled++
  return states.length ? labelled / states.length : 0
}

function medianDoubt(uncertainty: Float32Array, states: Uint8Array): number {
  const seen = uncertainty.filter((sigma, k) => states[k] === TrackState.visible && Number.isFinite(sigma)).sort()
  return seen.length ? seen[seen.length >> 1] : 0
}

/** Stretches of frames that are visible and in doubt, in order. */
export function doubtfulStretches({ uncertainty, states }: Pick<ShownTrack, 'uncertainty' | 'states'>): { first: number; last: number }[] {
  const stretches: { first: number; last: number }[] = []
  for (let k = 0; k < states.length; k++) {
    if (states[k] !== TrackState.visible || !(uncertainty[k] >= DOUBT_PX)) continue
    const before = stretches.at(-1)
    // One sure frame between does not end a stretch: people look at the whole of it.
    if (before && k - before.last <= 2) before.last = k
    else stretches.push({ first: k, last: k })
  }
  return stretches
}
