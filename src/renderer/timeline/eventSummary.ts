/** How many tracks have a keyframe, and how many are in doubt, frame by frame: the bar above the lanes. Pure. Not here: drawing. */
import { TrackState } from '../../shared/tracks.ts'
import { DOUBT_PX, type ShownTrack } from '../state/shownTrack.ts'

export interface EventSummary {
  /** [frames] */
  readonly keyframes: Uint32Array
  /** [frames] */
  readonly doubts: Uint32Array
  readonly mostKeyframes: number
  readonly mostDoubts: number
}

export function eventSummary(tracks: Iterable<Pick<ShownTrack, 'nodes' | 'states' | 'uncertainty'>>, frames: number): EventSummary {
  const keyframes = new Uint32Array(frames)
  const doubts = new Uint32Array(frames)
  for (const { nodes, states, uncertainty } of tracks) {
    for (const { frame } of nodes) keyframes[frame]++
    for (let k = 0; k < frames; k++) if (states[k] === TrackState.visible && uncertainty[k] >= DOUBT_PX) doubts[k]++
  }
  const most = (counts: Uint32Array) => counts.reduce((a, b) => Math.max(a, b), 0)
  return { keyframes, doubts, mostKeyframes: most(keyframes), mostDoubts: most(doubts) }
}
