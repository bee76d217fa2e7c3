/** Installed networks of role tracker by their family. Not here: running them (trackers.ts), testing them (inspectTracker.ts). */
import type { InstalledModel, TrackerConventions } from '../../shared/models.ts'
import type { ModelStore } from '../models/modelStore.ts'
import { OnnxModel } from '../models/onnxModel.ts'
import type { OpenCompanion } from './inspectTracker.ts'

/** How a tracker's network is meant; null for one that was kept before trackers could run. */
export const trackerConventions = ({ conventions }: InstalledModel): TrackerConventions | null => (conventions?.kind === 'tracker' ? conventions : null)

/** Of several of one family that which was added last. */
export async function newestOf(store: ModelStore, family: TrackerConventions['family']): Promise<InstalledModel | null> {
  const models = (await store.list()).filter(model => model.role === 'tracker' && trackerConventions(model)?.family === family)
  return models.sort((a, b) => b.addedAt - a.addedAt)[0] ?? null
}

/** Opens companions on the CPU, for a self-test. */
export function companionsIn(store: ModelStore, signal: AbortSignal | undefined): OpenCompanion {
  return async family => {
    const found = await newestOf(store, family)
    return found && OnnxModel.open(store.path(found.name), { threads: 2, providers: ['cpu'], signal })
  }
}
