/** Where a reference says otherwise than a track of ours, for canvas and timeline alike. Pure. Not here: scores (the server's), drawing. */
import type { Decision } from '../../shared/studio/document.ts'
import type { ReferenceTracks } from '../../shared/studio/review.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import type { ShownTrack } from './shownTrack.ts'

/** Apart by more than this many px of a 256 × 256 picture: the middle one of the benchmark's thresholds. */
export const DISAGREE_PX_OF_256 = 4

type Ours = Pick<ShownTrack, 'positions' | 'states'>

/** What a frame differs in: both see the point but too far apart, or exactly one sees it; null also where either says nothing. */
export function disagreementAt(ours: Ours, { tracks }: Pick<ReferenceTracks, 'tracks'>, row: number, frame: number, video: Size): 'position' | 'visibility' | null {
  if (frame >= Math.min(tracks.frames, ours.states.length)) return null
  const theirs = row * tracks.frames + frame
  if (ours.states[frame] === TrackState.unlabelled || tracks.states[theirs] === TrackState.unlabelled) return null
  const weSee = ours.states[frame] === TrackState.visible
  const theySee = tracks.states[theirs] === TrackState.visible
  if (weSee !== theySee) return 'visibility'
  if (!weSee) return null
  const dx = ((ours.positions[2 * frame] - tracks.positions[2 * theirs]) * 256) / video.width
  const dy = ((ours.positions[2 * frame + 1] - tracks.positions[2 * theirs + 1]) * 256) / video.height
  return Math.hypot(dx, dy) > DISAGREE_PX_OF_256 ? 'position' : null
}

/** [frames] 1 where they disagree. Frames that a person decided already are 0. */
export function disagreements(
  ours: Ours, reference: Pick<ReferenceTracks, 'tracks'>, row: number, video: Size, decided: readonly Pick<Decision, 'first' | 'last'>[],
): Uint8Array {
  const flags = Uint8Array.from(ours.states, (_, frame) => (disagreementAt(ours, reference, row, frame, video) ? 1 : 0))
  for (const { first, last } of decided) flags.fill(0, first, last + 1)
  return flags
}
