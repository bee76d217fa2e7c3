/**
 * What people set, laid over what was predicted: the tracks as they are shown and exported. Pure.
 * Not here: predicting again from edits, storage (server/db).
 */
import type { LabelKind, TrackEdits } from '../../shared/projectRecords.ts'
import { TrackState, type TrackSet } from '../../shared/tracks.ts'

const stateOf: Readonly<Record<LabelKind, TrackState>> = { visible: TrackState.visible, occluded: TrackState.occluded, outOfFrame: TrackState.outOfFrame }

/**
 * A copy of `tracks` with the edits of each track (undefined: none) laid over it.
 *
 * A keyframe says where the point is: its position is exact, so its uncertainty is 0. It does not say whether it is seen: the state stays as
 * predicted, but where nothing was predicted, or the point was thought to be out of frame and is not, it is visible; a keyframe
 * outside the frame is out of frame. A label says whether the point is seen, and has the last word on that.
 *
 * @throws Error when the edits are not one for each track, or name a frame outside the clip.
 */
export function applyEdits(tracks: TrackSet, edits: readonly (TrackEdits | undefined)[]): TrackSet {
  if (edits.length !== tracks.ids.length) throw new Error(`applyEdits: edits of ${edits.length} tracks for ${tracks.ids.length}`)
  const { frames, width, height } = tracks
  const merged = { ...tracks, positions: tracks.positions.slice(), states: tracks.states.slice(), uncertainty: tracks.uncertainty.slice() }
  const cellOf = (track: number, frame: number) => {
    if (!Number.isInteger(frame) || frame < 0 || frame >= frames) throw new Error(`applyEdits: frame ${frame} of ${frames}`)
    return track * frames + frame
  }
  edits.forEach((edit, track) => {
    for (const { frame, x, y } of edit?.keyframes ?? []) {
      const cell = cellOf(track, frame)
      merged.positions[2 * cell] = x
      merged.positions[2 * cell + 1] = y
      merged.uncertainty[cell] = 0
      const inside = x >= 0 && y >= 0 && x < width && y < height
      const state = merged.states[cell]
      if (!inside) merged.states[cell] = TrackState.outOfFrame
      else if (state === TrackState.unlabelled || state === TrackState.outOfFrame) merged.states[cell] = TrackState.visible
    }
    for (const { kind, first, last } of edit?.labels ?? []) {
      merged.states.fill(stateOf[kind], cellOf(track, first), cellOf(track, last) + 1)
    }
  })
  return merged
}
