/**
 * Tracking jobs of any number of videos and projects, one at a time, in the order added; each run's state, losses,
 * checkpoint and result go into its project. Not here: the process (runningJob.ts), what it does (serveJob.ts).
 *
 * A paused job keeps its place: the next one starts when it is resumed and done, or stopped. Stop the jobs of a project
 * before closing it.
 */
import { rm } from 'node:fs/promises'
import type { DeviceName } from '../../shared/devices.ts'
import type { ErrorRecord } from '../../shared/errors.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { HumanTrack, UserSupervision } from '../../shared/jobs.ts'
import type { Progress, ProgressMessage } from '../../shared/progress.ts'
import type { RunError, RunRecord } from '../../shared/projectRecords.ts'
import type { ProjectWriter } from '../db/project.ts'
import type { ChosenDevice } from '../devices/deviceBook.ts'
import { readCheckpoint } from './checkpointFile.ts'
import type { JobLink } from './jobChannel.ts'
import { defaultGrace, RunningJob, type JobEnd, type StopGrace } from './runningJob.ts'
import { RunJournal } from './runJournal.ts'

export interface JobQueueOptions {
  /** Starts a tracking process. */
  readonly start: () => JobLink
  readonly threads: number
  /** Where installed networks lie; in the user's data folder when absent. */
  readonly modelsFolder?: string
  readonly grace?: StopGrace
  /** Chooses what a job is fitted on when its turn comes; the CPU when absent. Rejects with a TaplineError where the person's choice does not serve. */
  chooseDevice?(signal: AbortSignal): Promise<ChosenDevice>
}

export interface JobOptions extends UserSupervision {
  /** Ids of the queries to show in previews; none when absent. */
  readonly previewIds?: readonly string[]
  /** What people set, for the field to learn; nothing when absent. */
  readonly humans?: readonly HumanTrack[]
  /** Folder of a finished run that this one starts from, relative to the project. */
  readonly refitOf?: string
  /** Forgets the checkpoint and starts at the first step. */
  readonly afresh?: boolean
}

/** One run in the queue. */
export interface Job {
  readonly project: ProjectWriter
  readonly runId: number
  /** The run's record once the job has ended, however it ended; never rejects. */
  readonly done: Promise<RunRecord>
  /** The process that runs it now. */
  readonly pid: number | undefined
  subscribe(listener: Progress): () => void
  /** Takes effect at the next step, with a checkpoint; nothing for a job that has not started. */
  pause(): void
  resume(): void
  /** Stops it for good, within a second; the run becomes 'cancelled' and can still be resumed. */
  cancel(): Promise<RunRecord>
  /** Stops it to go on later (the program ends, Ctrl+C), saving a checkpoint, in some seconds at most; the run becomes 'interrupted'. */
  interrupt(): Promise<RunRecord>
}

export class JobQueue {
  readonly #options: JobQueueOptions
  readonly #jobs: QueuedJob[] = []
  #active: QueuedJob | null = null

  constructor(options: JobQueueOptions) {
    this.#options = options
  }

  /** Jobs that have not ended: the active one first. */
  get jobs(): readonly Job[] {
    return this.#jobs
  }

  /**
   * Adds a run that is not done: a new one starts, any other goes on from its last checkpoint. A run that is in the
   * queue already is not added twice. Throws TaplineError when the run's record cannot be written.
   */
  add(project: ProjectWriter, runId: number, options: JobOptions = {}): Job {
    const present = this.#jobs.find((job) => job.project === project && job.runId === runId)
    if (present) return present
    if (project.runs.get(runId).state === 'done') throw new Error(`run ${runId} of ${project.folder} is done`)
    project.runs.update(runId, { state: 'queued', error: null, endedAt: null })
    const job = new QueuedJob(project, runId, options, this.#options)
    this.#jobs.push(job)
    void job.done.then(() => {
      this.#jobs.splice(this.#jobs.indexOf(job), 1)
      if (this.#active === job) this.#active = null
      this.#next()
    })
    this.#next()
    return job
  }

  /** Interrupts all jobs, or those of one project; afterwards it may be closed. */
  async interruptAll(project?: ProjectWriter): Promise<void> {
    const jobs = this.#jobs.filter((job) => !project || job.project === project)
    // Those that wait first, so that none of them starts when the active one ends.
    await Promise.all(jobs.reverse().map((job) => job.interrupt()))
  }

  #next(): void {
    if (this.#active || this.#jobs.length === 0) return
    this.#active = this.#jobs[0]
    void this.#active.start()
  }
}

class QueuedJob implements Job {
  readonly project: ProjectWriter
  readonly runId: number
  readonly done: Promise<RunRecord>
  readonly #options: JobOptions & JobQueueOptions
  readonly #listeners = new Set<Progress>()
  readonly #ended = Promise.withResolvers<RunRecord>()
  #state: 'waiting' | 'started' | 'ended' = 'waiting'
  #running: RunningJob | null = null
  #stopAs: 'cancelled' | 'interrupted' | null = null
  readonly #stopped = new AbortController()
  #fault: unknown = null

  constructor(project: ProjectWriter, runId: number, options: JobOptions, queue: JobQueueOptions) {
    this.project = project
    this.runId = runId
    this.#options = { ...queue, ...options }
    this.done = this.#ended.promise
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  get #grace(): StopGrace {
    return this.#options.grace ?? defaultGrace
  }

  subscribe(listener: Progress): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  pause(): void {
    this.#running?.pause()
  }

  resume(): void {
    this.#running?.resume()
  }

  cancel(): Promise<RunRecord> {
    return this.#stop('cancelled')
  }

  interrupt(): Promise<RunRecord> {
    return this.#stop('interrupted')
  }

  /** Called by the queue when its turn has come. */
  async start(): Promise<void> {
    if (this.#state !== 'waiting') return
    this.#state = 'started'
    const journal = new RunJournal(this.project, this.runId)
    let end: JobEnd
    try {
      const runFolder = this.project.path(`runs/${this.runId}`)
      if (this.#options.afresh) await rm(runFolder, { recursive: true, force: true })
      journal.begin(await readCheckpoint(runFolder))
      const device = await this.#chooseDevice()
      if (this.#stopAs) end = { kind: 'stopped' }
      else {
        this.#running = new RunningJob(this.#options.start(), { kind: 'start', job: { ...this.#input(runFolder), device } }, (message) => this.#onProgress(journal, message))
        end = await this.#running.end
      }
    } catch (error) {
      end = { kind: 'failed', error: recordOf(error, this.runId) }
    }
    // What could not be written to the project stopped the job.
    if (this.#fault && end.kind !== 'done') end = { kind: 'failed', error: recordOf(this.#fault, this.runId) }
    this.#finish(journal, end)
  }

  async #chooseDevice(): Promise<DeviceName | undefined> {
    if (this.#stopAs) return undefined
    try {
      const chosen = await this.#options.chooseDevice?.(this.#stopped.signal)
      if (chosen && chosen.device !== 'wasm') this.#tell({ kind: 'note', text: `Fits on ${chosen.device}. ${chosen.reason}` })
      return chosen?.device
    } catch (error) {
      if (this.#stopAs) return undefined
      throw error
    }
  }

  #input(runFolder: string) {
    const { project, runId } = this
    const run = project.runs.get(runId)
    const queries = project.runs.queries(runId)
    const preview = new Set(this.#options.previewIds)
    return {
      runId,
      framesFolder: project.path(project.videos.get(run.videoId).cacheFolder),
      cacheFolder: project.path(`cache/${run.videoId}`),
      runFolder,
      queries,
      settings: run.settings,
      threads: this.#options.threads,
      depthFolder: this.#options.depthFolder,
      sequenceFolder: this.#options.sequenceFolder,
      learned: this.#options.learned,
      extraTracks: this.#options.extraTracks,
      modelsFolder: this.#options.modelsFolder,
      humans: this.#options.humans,
      refitOf: this.#options.refitOf === undefined ? undefined : project.path(this.#options.refitOf),
      previewQueries: queries.filter((query) => preview.has(query.id)),
    }
  }

  #onProgress(journal: RunJournal, message: ProgressMessage): void {
    // 'done' and 'failed' are told when the project holds them.
    if (message.kind === 'done' || message.kind === 'failed') return
    try {
      journal.record(message)
    } catch (error) {
      this.#fault ??= error
      void this.#running!.stop(this.#grace.interruptMs)
    }
    this.#tell(message)
  }

  #stop(as: 'cancelled' | 'interrupted'): Promise<RunRecord> {
    this.#stopAs ??= as
    this.#stopped.abort()
    if (this.#state === 'waiting') this.#finish(new RunJournal(this.project, this.runId), { kind: 'stopped' })
    else void this.#running?.stop(as === 'cancelled' ? this.#grace.cancelMs : this.#grace.interruptMs)
    return this.done
  }

  #finish(journal: RunJournal, end: JobEnd): void {
    this.#state = 'ended'
    const outcome = end.kind === 'stopped' ? { kind: 'stopped' as const, as: this.#stopAs ?? 'interrupted' } : end
    let run: RunRecord
    try {
      run = journal.finish(outcome)
    } catch (error) {
      const record = recordOf(error, this.runId)
      run = { ...journal.run, state: 'failed', error: record }
      try {
        run = journal.finish({ kind: 'failed', error: record })
      } catch {
        // Not even that could be written. The project still says 'running': the next to open it finds it interrupted.
      }
    }
    if (run.state === 'done') this.#tell({ kind: 'done' })
    if (run.error) this.#tell({ kind: 'failed', error: run.error })
    this.#ended.resolve(run)
  }

  #tell(message: ProgressMessage): void {
    for (const listener of this.#listeners) listener(message)
  }
}

function recordOf(error: unknown, runId: number): RunError {
  if (error instanceof TaplineError) return error.toRecord()
  const record: ErrorRecord = {
    code: 'internal',
    subject: `run ${runId}`,
    reason: error instanceof Error ? error.message : String(error),
    next: 'Resume it to try again from its last checkpoint; if it stays, report it with the details.',
  }
  return { ...record, details: error instanceof Error ? error.stack : undefined }
}
