/** Frames in which a reference says otherwise than a track of ours: the red ticks. Pure. Not here: scores (the server's), drawing. */
import type { Decision } from '../../shared/studio/document.ts'
import type { ReferenceTracks } from '../../shared/studio/review.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import type { ShownTrack } from '../state/shownTrack.ts'

/** Apart by more than this many px of a 256 × 256 picture: the middle one of the benchmark's thresholds. */
export const DISAGREE_PX_OF_256 = 4

/**
 * [frames] 1 where both see the point but too far apart, or exactly one sees it. Frames of which either says nothing, and those that a
 * person decided already, are 0.
 */
export function disagreements(
  ours: Pick<ShownTrack, 'positions' | 'states'>,
  { tracks }: Pick<ReferenceTracks, 'tracks'>,
  row: number,
  video: Size,
  decided: readonly Pick<Decision, 'first' | 'last'>[],
): Uint8Array {
  const { frames, positions, states } = tracks
  const flags = new Uint8Array(ours.states.length)
  const sx = 256 / video.width
  const sy = 256 / video.height
  for (let k = 0; k < Math.min(frames, flags.length); k++) {
    const theirs = row * frames + k
    if (ours.states[k] === TrackState.unlabelled || states[theirs] === TrackState.unlabelled) continue
    const weSee = ours.states[k] === TrackState.visible
    const theySee = states[theirs] === TrackState.visible
    if (weSee !== theySee) flags[k] = 1
    else if (weSee) {
      const dx = (ours.positions[2 * k] - positions[2 * theirs]) * sx
      const dy = (ours.positions[2 * k + 1] - positions[2 * theirs + 1]) * sy
      if (Math.hypot(dx, dy) > DISAGREE_PX_OF_256) flags[k] = 1
    }
  }
  for (const { first, last } of decided) flags.fill(0, first, last + 1)
  return flags
}
