/** A track of a document with the facts that a test names, and plain ones for the rest. */
import type { Keyframe, LabelRange } from '../../src/shared/projectRecords.ts'
import type { TrackView } from '../../src/shared/studio/document.ts'

export interface TrackFacts {
  readonly key: number
  readonly hidden?: boolean
  readonly locked?: boolean
  readonly query?: Keyframe
  readonly keyframes?: readonly Keyframe[]
  readonly labels?: readonly LabelRange[]
  /** [frames] TrackState of the path; none: nothing is predicted. The path runs along (frame, 2 × frame). */
  readonly states?: readonly number[]
  /** [frames]; 0.5 where absent. */
  readonly uncertainty?: readonly number[]
}

export function trackView({ key, hidden = false, locked = false, query = { frame: 0, x: 1, y: 1 }, keyframes = [], labels = [], states, uncertainty }: TrackFacts): TrackView {
  return {
    record: { key, videoId: 1, id: `t${key}`, name: `Track ${key}`, colour: '#e69f00', query, order: key, notes: '', hidden, locked },
    edits: { keyframes, labels },
    path: states
      ? {
          positions: Float32Array.from(states.flatMap((_, frame) => [frame, 2 * frame])),
          states: Uint8Array.from(states),
          uncertainty: Float32Array.from(uncertainty ?? states.map(() => 0.5)),
          source: 'field',
        }
      : null,
  }
}
