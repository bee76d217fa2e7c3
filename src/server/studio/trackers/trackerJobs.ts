/**
 * Other trackers run on a video's tracks, as jobs: one after another, beside the fits. What one finds becomes a reference of the video.
 * Not here: the trackers and their process (server/trackers), references as files (review/).
 */
import { TaplineError, throwIfCancelled } from '../../../shared/errors.ts'
import { presets } from '../../../shared/presets.ts'
import type { JobView } from '../../../shared/studio/document.ts'
import type { TrackerInfo, TrackerJob } from '../../../shared/trackers.ts'
import type { JobLink } from '../../jobs/jobChannel.ts'
import type { ModelStore } from '../../models/modelStore.ts'
import { runTracker } from '../../trackers/runTracker.ts'
import { listTrackers } from '../../trackers/trackers.ts'
import { startFileJob } from '../jobs/fileJob.ts'
import type { JobBoard } from '../jobs/jobBoard.ts'
import { addTrackerReference } from '../review/referenceFiles.ts'
import type { VideoSession } from '../videoSession.ts'

export interface TrackerJobsParts {
  readonly store: ModelStore
  readonly board: JobBoard
  /** Starts a tracking process. */
  readonly start: () => JobLink
  readonly threads: number
}

export class TrackerJobs {
  readonly #parts: TrackerJobsParts
  /** They wait for one another: each takes all threads. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: TrackerJobsParts) {
    this.#parts = parts
  }

  list(): Promise<readonly TrackerInfo[]> {
    return listTrackers(this.#parts.store)
  }

  /** @param keys tracks to follow; null: all. @throws TaplineError 'not-found', 'unsupported', 'usage', 'busy' */
  async run(session: VideoSession, name: string, keys: readonly number[] | null): Promise<JobView> {
    const { project, video } = session
    const trackers = await this.list()
    const tracker = trackers.find(info => info.name === name)
    if (!tracker) throw new TaplineError('not-found', name, 'there is no tracker of this name', `Choose one of ${trackers.map(info => info.name).join(', ')}.`)
    if (tracker.problem !== null) throw new TaplineError('unsupported', tracker.title, tracker.problem, 'Choose another tracker.')
    const asked = project.tracks.list(video.id).filter(({ key }) => keys === null || keys.includes(key))
    if (asked.length === 0) throw new TaplineError('usage', video.name, 'there are no tracks that it could follow', 'Add points first.')
    const title = `Track ${video.name} with ${tracker.title}`
    if (this.#parts.board.open(project.folder, video.id).some(({ view }) => view.kind === 'tracker' && view.title === title))
      throw new TaplineError('busy', tracker.title, 'it is tracking this video already', 'Wait for that job, or cancel it.')
    const { store, start, threads } = this.#parts
    const job: TrackerJob = {
      tracker: name,
      framesFolder: project.path(video.cacheFolder),
      cacheFolder: project.path(`cache/${video.id}`),
      queries: asked.map(({ id, query }) => ({ id, ...query })),
      // The size of the field in use, so that they share its caches.
      longSide: session.field.run?.settings.longSide ?? presets.draft.longSide,
      seed: presets.standard.seed,
      threads,
      modelsFolder: store.folder,
    }
    const about = { kind: 'tracker', project: project.folder, video: video.id, runId: null, title, settings: null } as const
    return startFileJob(this.#parts.board, about, ({ progress, signal }) =>
      this.#inTurn(signal, async () => {
        progress({ kind: 'phase', phase: 'readout', label: tracker.title })
        const tracks = await runTracker(job, { signal, progress: message => message.kind !== 'done' && message.kind !== 'failed' && progress(message), start })
        progress({ kind: 'phase', phase: 'readout', label: 'Keeping its tracks' })
        await session.inTurn(async () => {
          throwIfCancelled(signal, title)
          await addTrackerReference(project, video, tracks, tracker)
        })
        await session.announce([], { references: true, decisions: true })
        return {}
      }),
    )
  }

  /** Waits for those before; one that is cancelled waits no longer. */
  #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#turn
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    const mine = Promise.race([before, aborted]).then(() => {
      throwIfCancelled(signal, 'tracker')
      return work()
    })
    this.#turn = Promise.allSettled([before, mine])
    return mine
  }
}
