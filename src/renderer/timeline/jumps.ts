/** Where the keys that jump through time go: keyframes, gaps between them, doubtful stretches, ends of tracks. Pure. Not here: the commands. */
import { TrackState } from '../../shared/tracks.ts'
import { doubtfulStretches, type ShownTrack } from '../state/shownTrack.ts'

type Direction = 'next' | 'previous'

/** The nearest of `frames` beyond `frame`; null where there is none. */
function beyond(frames: Iterable<number>, frame: number, direction: Direction): number | null {
  let best: number | null = null
  for (const candidate of frames) {
    if (direction === 'next' ? candidate <= frame : candidate >= frame) continue
    if (best === null || Math.abs(candidate - frame) < Math.abs(best - frame)) best = candidate
  }
  return best
}

export function keyframeJump(tracks: readonly Pick<ShownTrack, 'nodes'>[], frame: number, direction: Direction): number | null {
  return beyond(tracks.flatMap(({ nodes }) => nodes.map(node => node.frame)), frame, direction)
}

/** The frame halfway between the human positions around `frame` (or an end of the video where there is none); null where nothing lies between. */
export function bisection({ nodes }: Pick<ShownTrack, 'nodes'>, frame: number, frames: number): number | null {
  let before = 0
  let after = frames - 1
  for (const node of nodes) {
    if (node.frame <= frame) before = node.frame
    else {
      after = node.frame
      break
    }
  }
  const middle = (before + after) >> 1
  return after - before < 2 || middle === frame ? null : middle
}

export interface DoubtJump {
  readonly key: number
  readonly frame: number
}

/** Start of the nearest doubtful stretch beyond `frame` in any of the tracks; null where there is none. */
export function doubtJump(tracks: readonly Pick<ShownTrack, 'record' | 'states' | 'uncertainty'>[], frame: number, direction: Direction): DoubtJump | null {
  let best: DoubtJump | null = null
  for (const track of tracks) {
    const found = beyond(doubtfulStretches(track).map(({ first }) => first), frame, direction)
    if (found !== null && (best === null || Math.abs(found - frame) < Math.abs(best.frame - frame))) best = { key: track.record.key, frame: found }
  }
  return best
}

/** First and last frame of which a track says anything; null where of none. */
export function extent({ states }: Pick<ShownTrack, 'states'>): { first: number; last: number } | null {
  const first = states.findIndex(state => state !== TrackState.unlabelled)
  return first < 0 ? null : { first, last: states.findLastIndex(state => state !== TrackState.unlabelled) }
}
