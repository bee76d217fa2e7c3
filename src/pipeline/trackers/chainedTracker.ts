/** Chained flow as a tracker: our own flow of one frame to the next, followed step by step. Not here: the chaining (supervision/flow/chainedTracks.ts). */
import { throwIfCancelled } from '../../shared/errors.ts'
import { builtinFlow } from '../supervision/flow/builtinFlow.ts'
import { chainedTracks } from '../supervision/flow/chainedTracks.ts'
import type { FlowProvider } from '../supervision/supervision.ts'
import type { Tracker } from './tracker.ts'
import { pinQueries, trackerStage } from './trackerStage.ts'

export function chainedTracker(flow: FlowProvider = builtinFlow()): Tracker {
  return {
    id: `chained-${flow.id}`,
    title: 'Chained flow',
    async track(input) {
      const { frames, queries, signal } = input
      const store = await flow.compute(trackerStage(input, 'flow', 'Computing optical flow'), [1])
      throwIfCancelled(signal, 'chained flow')
      return pinQueries(chainedTracks({ flow: store, queries, frameCount: frames.clip.frameCount, clip: frames.clip, work: frames.work }), queries)
    },
  }
}
