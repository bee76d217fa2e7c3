/** Looks at a network's file in this process, other installed networks at hand. Not here: the look itself (inspectModel.ts). */
import type { InspectJob, Inspection } from '../../shared/models.ts'
import { companionsIn } from '../trackers/installedTrackers.ts'
import { inspectModel } from './inspectModel.ts'
import { ModelStore } from './modelStore.ts'

/** @throws TaplineError as inspectModel does */
export function runInspection({ path, role, hints, known, modelsFolder }: InspectJob, signal: AbortSignal | undefined): Promise<Inspection> {
  return inspectModel(path, role, hints, known ?? undefined, signal, companionsIn(new ModelStore(modelsFolder), signal))
}
