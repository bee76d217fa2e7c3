/**
 * What a person chose to supervise a fit, checked and pinned: the networks that are installed now by their hash, references as files of
 * their own, so that nothing that changes later changes the run. Not here: how a run keeps it (tracking/runSupervision.ts).
 */
import { TaplineError } from '../../../shared/errors.ts'
import type { UserSupervision } from '../../../shared/jobs.ts'
import type { SupervisionChoice } from '../../../shared/rpc.ts'
import type { ModelStore } from '../../models/modelStore.ts'
import { checkDepthFolder, checkSequenceFolder } from '../../tracking/checkSupervision.ts'
import { keepExtraTracks } from '../../tracking/extraTracks.ts'
import { readReference } from '../review/referenceFiles.ts'
import type { VideoSession } from '../videoSession.ts'

export interface Brought extends UserSupervision {
  /** Ids of the references that `extraTracks` are. */
  readonly references: readonly number[]
}

/** @throws TaplineError 'usage', 'not-found', 'bad-file' */
export async function bringSupervision({ project, video }: VideoSession, choice: SupervisionChoice, store: ModelStore): Promise<Brought> {
  const { by, folder, depthFolder, references = [] } = choice
  if (!['builtin', 'learned', 'folder'].includes(by)) throw new TaplineError('usage', String(by), 'there is no such supervision', 'Choose builtin, learned or folder.')
  if (by === 'folder' && !folder?.trim()) throw new TaplineError('usage', 'supervision', 'no folder is named', 'Choose a sequence folder of OmniTrackFast or OmniMotion.')
  const learned = by === 'learned' ? await store.learned() : undefined
  if (learned && Object.keys(learned).length === 0)
    throw new TaplineError('usage', 'supervision', 'no network for flow, depth or features is installed', 'Download or add one, or let the built-in parts supervise.')
  const ids = [...new Set(references)].sort((a, b) => a - b)
  const extraTracks: string[] = []
  for (const id of ids) extraTracks.push(await keepExtraTracks(project, video, (await readReference(project, video, id)).tracks))
  return {
    learned,
    sequenceFolder: by === 'folder' ? await checkSequenceFolder(folder!, video.frameCount) : undefined,
    depthFolder: depthFolder?.trim() ? await checkDepthFolder(depthFolder, video.frameCount) : undefined,
    extraTracks,
    references: ids,
  }
}
