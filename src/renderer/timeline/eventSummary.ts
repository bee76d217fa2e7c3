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

const known = new WeakMap<ShownTrack['states'], Uint32Array>()

/** Visible frames in doubt: remembered, since one edit changes one track among a thousand. */
function doubtfulFrames({ states, uncertainty }: Pick<ShownTrack, 'states' | 'uncertainty'>): Uint32Array {
  const found = known.get(states)
  if (found) return found
  const frames: number[] = []
  for (let k = 0; k < states.length; k++) if (states[k] === TrackState.visible && uncertainty[k] >= DOUBT_PX) frames.push(k)
  const doubtful = Uint32Array.from(frames)
  known.set(states, doubtful)
  return doubtful
}

export function eventSummary(tracks: Iterable<Pick<ShownTrack, 'nodes' | 'states' | 'uncertainty'>>, frames: number): EventSummary {
  const keyframes = new Uint32Array(frames)
  const doubts = new Uint32Array(frames)
  for (const track of tracks) {
    for (const { frame } of track.nodes) keyframes[frame]++
    for (const frame of doubtfulFrames(track)) doubts[frame]++
  }
  const most = (counts: Uint32Array) => counts.reduce((a, b) => Math.max(a, b), 0)
  return { keyframes, doubts, mostKeyframes: most(keyframes), mostDoubts: most(doubts) }
}
