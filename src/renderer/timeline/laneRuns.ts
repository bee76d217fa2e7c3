/** A track's states as stretches, which lanes are drawn from. Pure, remembered for each shown track. Not here: drawing (drawLanes.ts). */
import type { TrackState } from '../../shared/tracks.ts'
import type { ShownTrack } from '../state/shownTrack.ts'

export interface StateRun {
  readonly state: TrackState
  readonly first: number
  readonly last: number
}

const known = new WeakMap<ShownTrack['states'], readonly StateRun[]>()

/** Stretches of one state that cover all frames, in order. */
export function stateRuns(states: Uint8Array): readonly StateRun[] {
  const found = known.get(states)
  if (found) return found
  const runs: StateRun[] = []
  let first = 0
  for (let k = 1; k <= states.length; k++) {
    if (k < states.length && states[k] === states[first]) continue
    runs.push({ state: states[first] as TrackState, first, last: k - 1 })
    first = k
  }
  known.set(states, runs)
  return runs
}
