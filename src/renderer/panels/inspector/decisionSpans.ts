/** Which stretches a verdict on a reference covers: whole tracks, the frame shown, where the two differ, or what is marked or set to play. Pure. */
import type { FrameSpan } from '../../../shared/studio/gestures.ts'
import type { FrameRange, LaneSelection } from '../../state/viewStore.ts'

export type DecisionScope = 'track' | 'frame' | 'stretch' | 'range' | 'marked'

export interface DecisionPlace {
  readonly selection: Iterable<number>
  readonly laneSelection: LaneSelection | null
  /** What playback keeps to. */
  readonly range: FrameRange | null
  readonly frame: number
  readonly frames: number
  /** The reference has a counterpart of this track. */
  hasCounterpart(key: number): boolean
  /** [frames] 1 where the reference disagrees and nobody has decided; null where that is not known. */
  disagreements(key: number): Uint8Array | null
}

/** Empty where the scope has nothing to decide about. */
export function decisionSpans(scope: DecisionScope, place: DecisionPlace): FrameSpan[] {
  const { selection, laneSelection, range, frame, frames, hasCounterpart, disagreements } = place
  if (scope === 'marked') {
    if (!laneSelection) return []
    const { keys, first, last } = laneSelection
    return keys.filter(hasCounterpart).map(key => ({ key, first, last }))
  }
  const keys = [...selection].filter(hasCounterpart)
  if (scope === 'stretch') {
    return keys.flatMap(key => {
      const stretch = stretchAt(disagreements(key), frame)
      return stretch ? [{ key, ...stretch }] : []
    })
  }
  const whole = { first: 0, last: frames - 1 }
  const { first, last } = scope === 'track' ? whole : scope === 'range' ? (range ?? whole) : { first: frame, last: frame }
  return keys.map(key => ({ key, first, last }))
}

/** The stretch of set flags that a frame lies in; null where it lies in none. */
export function stretchAt(flags: Uint8Array | null, frame: number): FrameRange | null {
  if (!flags?.[frame]) return null
  let [first, last] = [frame, frame]
  while (first > 0 && flags[first - 1]) first--
  while (last + 1 < flags.length && flags[last + 1]) last++
  return { first, last }
}

/** The first frame of the next stretch after `frame`, round the end; null where there is none. */
export function nextStretch(all: readonly (Uint8Array | null)[], frame: number): number | null {
  const starts = [...new Set(all.flatMap(flags => (flags ? [...flags.keys()].filter(at => flags[at] && !flags[at - 1]) : [])))].sort((a, b) => a - b)
  return starts.find(at => at > frame) ?? starts[0] ?? null
}
