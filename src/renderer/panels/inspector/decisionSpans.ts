/** Which stretches a verdict on a reference covers: whole tracks, the frame shown, or what is marked on the timeline. Pure. */
import type { FrameSpan } from '../../../shared/studio/gestures.ts'
import type { LaneSelection } from '../../state/viewStore.ts'

export type DecisionScope = 'track' | 'frame' | 'marked'

export interface DecisionPlace {
  readonly selection: Iterable<number>
  readonly laneSelection: LaneSelection | null
  readonly frame: number
  readonly frames: number
  /** The reference has a counterpart of this track. */
  hasCounterpart(key: number): boolean
}

/** Empty where the scope has nothing to decide about. */
export function decisionSpans(scope: DecisionScope, { selection, laneSelection, frame, frames, hasCounterpart }: DecisionPlace): FrameSpan[] {
  if (scope === 'marked') {
    if (!laneSelection) return []
    const { keys, first, last } = laneSelection
    return keys.filter(hasCounterpart).map(key => ({ key, first, last }))
  }
  const [first, last] = scope === 'track' ? [0, frames - 1] : [frame, frame]
  return [...selection].filter(hasCounterpart).map(key => ({ key, first, last }))
}
