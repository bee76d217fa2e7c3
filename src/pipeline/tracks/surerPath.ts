/**
 * Of two readings of one track, the one to keep where nothing else tells them apart: after a refit, tracks that no correction concerns are
 * not to lose what they had. A reading's doubt is its mean uncertainty where it sees the point, over the number of frames in which it
 * does: a track that is lost early is sure of little. Measured on synthetic clips with known truth (test/bench/refitOthers.ts), it keeps
 * more of what good tracks had than it loses of what bad ones gain. Pure.
 */
import type { TrackPath } from '../../shared/studio/document.ts'
import { TrackState } from '../../shared/tracks.ts'

type Reading = Pick<TrackPath, 'states' | 'uncertainty'>

/** More than this says only that the track is lost, px. */
const LOST_PX = 20
/** Of a track that is seen in no frame but its own. */
const UNSEEN_PX = 9
/** Keeps a track that is seen in a frame or two from counting as twice or thrice as doubtful as another. */
const FRAMES_MORE = 2

export function isSurer(after: Reading, before: Reading): boolean {
  return doubtOf(after) < doubtOf(before)
}

function doubtOf({ states, uncertainty }: Reading): number {
  let sum = 0
  let seen = 0
  for (let t = 0; t < states.length; t++) {
    if (states[t] !== TrackState.visible) continue
    seen++
    sum += Number.isFinite(uncertainty[t]) ? Math.min(LOST_PX, uncertainty[t]) : LOST_PX
  }
  return (seen ? sum / seen : UNSEEN_PX) / (seen + FRAMES_MORE)
}
