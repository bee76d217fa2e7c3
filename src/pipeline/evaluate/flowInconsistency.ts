/**
 * Flow inconsistency: how far the frame-to-frame motion of predicted tracks is from dense flow, where the prediction says that
 * the point is seen in both frames. It needs no truth; docs/metrics.md defines it. Not here: computing flow, scores against truth.
 */
import type { TrackSet } from '../../shared/tracks.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { sampleFlow } from '../supervision/flow/sampleFlow.ts'
import { FlowStatus, type FlowStore } from '../supervision/supervision.ts'
import { EVALUATION_SIDE } from './evaluateTracks.ts'
import type { EvaluationMode } from './evaluationQueries.ts'

export interface FlowInconsistency {
  /** Mean end-point disagreement in 256² px over the steps compared; NaN where there are none. */
  readonly meanPx: number
  /** Steps from a frame to the next that were compared. */
  readonly steps: number
  /** Steps that the prediction calls visible but of which flow knows nothing sure (its cycle fails, or it leaves the frame): not compared. */
  readonly withoutFlow: number
}

/**
 * @param flow with gap 1 forward, in pixels of `work`
 * @param mode of the queries that were predicted: in `first` mode frames before the query are not looked at, as in the scores
 */
export function flowInconsistency(predicted: TrackSet, flow: FlowStore, work: Size, mode: EvaluationMode): FlowInconsistency {
  const { frames, positions, states, queryFrames, width, height } = predicted
  const sample = new Float64Array(3)
  let [sum, steps, withoutFlow] = [0, 0, 0]
  for (let t = 0; t + 1 < frames; t++) {
    const pair = flow.read(t, t + 1)
    for (let track = 0; track < predicted.ids.length; track++) {
      if (mode === 'first' && t < queryFrames[track]) continue
      const cell = track * frames + t
      if (states[cell] !== TrackState.visible || states[cell + 1] !== TrackState.visible) continue
      const [x, y, nextX, nextY] = positions.subarray(2 * cell, 2 * cell + 4)
      if (![x, y, nextX, nextY].every(Number.isFinite) || x < 0 || y < 0 || x > width || y > height) continue
      sampleFlow(pair, (x * work.width) / width, (y * work.height) / height, sample)
      if (sample[2] !== FlowStatus.visible) {
        withoutFlow++
        continue
      }
      const dx = (nextX - x) / width - sample[0] / work.width
      const dy = (nextY - y) / height - sample[1] / work.height
      sum += Math.hypot(dx, dy) * EVALUATION_SIDE
      steps++
    }
  }
  return { meanPx: sum / steps, steps, withoutFlow }
}
