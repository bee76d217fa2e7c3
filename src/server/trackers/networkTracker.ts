/** An installed network as a tracker: opened when it is asked to track, on the best device here. Not here: what families do (tapirNetwork.ts, coTrackerNetwork.ts). */
import type { Tracker } from '../../pipeline/trackers/tracker.ts'
import type { InstalledModel, TrackerConventions } from '../../shared/models.ts'
import type { ModelStore } from '../models/modelStore.ts'
import { OnnxModel, type OnnxOptions } from '../models/onnxModel.ts'
import { coTrackerNetwork } from './coTrackerNetwork.ts'
import { tracksByPasses, type PointNetwork } from './pointPasses.ts'
import { tapirNetwork } from './tapirNetwork.ts'

/** @param encoder TAPIR's point encoder */
export function networkTracker(store: ModelStore, model: InstalledModel, title: string, conventions: Exclude<TrackerConventions, { family: 'tapir-encoder' }>, encoder: InstalledModel | null): Tracker {
  const files = encoder ? [model, encoder] : [model]
  return {
    id: `${conventions.family}-1-${files.map(file => file.sha256.slice(0, 16)).join('-')}`,
    title,
    async track(input) {
      const { threads, signal, progress } = input
      const opened: OnnxModel[] = []
      const open = async (file: InstalledModel, options: OnnxOptions) => {
        const network = await OnnxModel.open(store.path(file.name), options)
        opened.push(network)
        progress({ kind: 'note', text: `${file.name} runs on ${network.provider}.` })
        return network
      }
      try {
        const first = await open(model, { threads, signal })
        const network: PointNetwork =
          conventions.family === 'cotracker'
            ? coTrackerNetwork(first, conventions)
            : // It reads a few numbers from grids: moving them to another device would cost more.
              tapirNetwork(first, await open(encoder!, { threads, signal, providers: ['cpu'] }), conventions)
        return await tracksByPasses(network, input)
      } finally {
        await Promise.all(opened.map(network => network.close()))
      }
    },
  }
}
