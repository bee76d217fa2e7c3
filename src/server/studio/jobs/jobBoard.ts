/**
 * All long work of the studio, as the status bar lists it: imports, fits, refits, exports. What it is told goes on to the windows, steps
 * and counts at most ten times a second. Not here: the work itself.
 */
import { TaplineError } from '../../../shared/errors.ts'
import type { ProgressMessage } from '../../../shared/progress.ts'
import type { RunState } from '../../../shared/projectRecords.ts'
import type { JobView } from '../../../shared/studio/document.ts'
import type { Emit } from '../eventHub.ts'

const ENDED: ReadonlySet<RunState> = new Set(['done', 'failed', 'cancelled', 'interrupted'])
/** Ended jobs that are still listed. */
const KEPT = 100
const PACE_MS = 100

/** What a person may do with a job. Absent: it cannot be paused. */
export interface JobControls {
  pause?(): void
  unpause?(): void
  /** For good; resolves when it has ended. */
  cancel(): Promise<unknown>
  /** To go on later, where that can be: the program ends. */
  interrupt(): Promise<unknown>
}

export type NewJob = Pick<JobView, 'kind' | 'project' | 'video' | 'runId' | 'title' | 'settings'>

export class JobBoard {
  readonly #emit: Emit
  readonly #jobs: BoardJob[] = []
  #lastId = 0

  constructor(emit: Emit) {
    this.#emit = emit
  }

  /** Those that have not ended, the active one first; then those that have, the last first. */
  get list(): readonly JobView[] {
    const views = this.#jobs.map(job => job.view)
    const rank = ({ state }: JobView) => (state === 'running' || state === 'paused' ? 0 : 1)
    const open = views.filter(view => !ENDED.has(view.state)).sort((a, b) => rank(a) - rank(b) || a.id - b.id)
    return [...open, ...views.filter(view => ENDED.has(view.state)).reverse()]
  }

  add(job: NewJob, controls: JobControls): BoardJob {
    const view: JobView = { ...job, id: ++this.#lastId, state: 'queued', error: null, last: null }
    const added = new BoardJob(view, controls, this.#emit)
    this.#jobs.push(added)
    const over = this.#jobs.filter(({ view }) => ENDED.has(view.state)).slice(0, -KEPT)
    for (const old of over) this.#jobs.splice(this.#jobs.indexOf(old), 1)
    return added
  }

  /** Jobs under way or waiting, of a project, or of one of its videos. */
  open(project?: string, video?: number): readonly BoardJob[] {
    return this.#jobs.filter(({ view }) => !ENDED.has(view.state) && (project === undefined || view.project === project) && (video === undefined || view.video === video))
  }

  pause(id: number): void {
    const { controls, view } = this.#get(id)
    if (!controls.pause || ENDED.has(view.state)) throw new TaplineError('unsupported', view.title, 'it cannot be paused', 'Let it go on, or cancel it.')
    controls.pause()
  }

  unpause(id: number): void {
    this.#get(id).controls.unpause?.()
  }

  async cancel(id: number): Promise<void> {
    const { controls, view } = this.#get(id)
    if (!ENDED.has(view.state)) await controls.cancel()
  }

  #get(id: number): BoardJob {
    const job = this.#jobs.find(({ view }) => view.id === id)
    if (!job) throw new TaplineError('not-found', `job ${id}`, 'it is no longer listed', 'Look at the list of jobs.')
    return job
  }
}

export class BoardJob {
  readonly controls: JobControls
  /** Resolves when it has ended and all that follows from its end is done. */
  readonly settled: Promise<void>
  readonly #settle: () => void
  readonly #emit: Emit
  #view: JobView
  #sentAt = Number.NEGATIVE_INFINITY
  #late: NodeJS.Timeout | undefined

  constructor(view: JobView, controls: JobControls, emit: Emit) {
    this.#view = view
    this.controls = controls
    this.#emit = emit
    const { promise, resolve } = Promise.withResolvers<void>()
    this.settled = promise
    this.#settle = resolve
    emit({ kind: 'job', job: view })
  }

  get view(): JobView {
    return this.#view
  }

  update(patch: Partial<Pick<JobView, 'state' | 'error' | 'title' | 'video'>>): void {
    this.#view = { ...this.#view, ...patch }
    this.#emit({ kind: 'job', job: this.#view })
  }

  /** It goes on. The first message says that it runs. */
  tell(message: ProgressMessage): void {
    if (this.#view.state === 'queued') this.update({ state: 'running' })
    if (message.kind === 'paused') this.update({ state: 'paused' })
    if (message.kind === 'resumed' && this.#view.state !== 'running') this.update({ state: 'running' })
    // What was held back came before.
    if (message.kind !== 'progress' && message.kind !== 'step') this.#flush()
    if (message.kind === 'phase' || message.kind === 'progress' || message.kind === 'step') this.#view = { ...this.#view, last: message }
    if (message.kind !== 'progress' && message.kind !== 'step') {
      this.#send(message)
      return
    }
    const wait = PACE_MS - (performance.now() - this.#sentAt)
    if (wait <= 0) this.#send(message)
    else this.#late ??= setTimeout(() => this.#flush(), wait)
  }

  /** It has ended. `message`: as its listeners hear it. */
  end(state: 'done' | 'failed' | 'cancelled' | 'interrupted', patch: Partial<Pick<JobView, 'error' | 'title' | 'video'>> = {}): void {
    this.#flush()
    this.#view = { ...this.#view, ...patch, state }
    if (state === 'done') this.#send({ kind: 'done' })
    if (state === 'failed' && this.#view.error) this.#send({ kind: 'failed', error: this.#view.error })
    this.#emit({ kind: 'job', job: this.#view })
    this.#settle()
  }

  /** Sends what was held back. */
  #flush(): void {
    if (this.#late === undefined) return
    clearTimeout(this.#late)
    this.#late = undefined
    if (this.#view.last) this.#send(this.#view.last)
  }

  #send(message: ProgressMessage): void {
    if (message.kind === 'progress' || message.kind === 'step') {
      this.#sentAt = performance.now()
      clearTimeout(this.#late)
      this.#late = undefined
    }
    this.#emit({ kind: 'progress', job: this.#view.id, message })
  }
}
