/** The server's side of one tracking process: requests to it, its progress, how it ended. Not here: the project's records (jobQueue.ts). */
import type { JobRequest, JobResponse } from '../../shared/jobs.ts'
import type { Progress } from '../../shared/progress.ts'
import type { RunError } from '../../shared/projectRecords.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { JobLink, ProcessExit } from './jobChannel.ts'

/** What a process is given to do. */
export type JobStart = Extract<JobRequest, { kind: 'start' | 'track' }>

export type JobEnd = { readonly kind: 'done'; readonly tracks: TrackSet } | { readonly kind: 'failed'; readonly error: RunError } | { readonly kind: 'stopped' }

/** How long a process told to stop may take to save its checkpoint before it is killed. The checkpoint before stays. */
export interface StopGrace {
  /** A person waits: the whole takes less than a second. */
  readonly cancelMs: number
  /** The program ends: steps already done are worth some seconds. */
  readonly interruptMs: number
}
export const defaultGrace: StopGrace = { cancelMs: 800, interruptMs: 10_000 }

export class RunningJob {
  /** How it ended, once its process is gone. */
  readonly end: Promise<JobEnd>
  readonly #link: JobLink
  #last: Exclude<JobResponse, { kind: 'progress' }> | undefined
  #stopping = false
  #killer: NodeJS.Timeout | undefined
  #killAt = Number.POSITIVE_INFINITY

  constructor(link: JobLink, start: JobStart, progress: Progress) {
    this.#link = link
    link.onResponse((response) => {
      if (response.kind === 'progress') progress(response.message)
      else {
        this.#last = response
        // Its work is done; it may not linger.
        this.#killIn(defaultGrace.cancelMs)
      }
    })
    this.end = new Promise((resolve) =>
      link.onExit((exit) => {
        clearTimeout(this.#killer)
        resolve(this.#endOf(exit, start))
      }),
    )
    link.send(start)
  }

  get pid(): number | undefined {
    return this.#link.pid
  }

  pause(): void {
    this.#link.send({ kind: 'pause' })
  }

  resume(): void {
    this.#link.send({ kind: 'resume' })
  }

  /** Stops, with a checkpoint where the process gets to it in that time. A second call may shorten the time. */
  stop(graceMs: number): Promise<JobEnd> {
    this.#stopping = true
    this.#link.send({ kind: 'cancel' })
    this.#killIn(graceMs)
    return this.end
  }

  #killIn(ms: number): void {
    const at = performance.now() + ms
    if (at >= this.#killAt) return
    this.#killAt = at
    clearTimeout(this.#killer)
    this.#killer = setTimeout(() => this.#link.kill(), ms)
  }

  #endOf(exit: ProcessExit, start: JobStart): JobEnd {
    const last = this.#last
    if (last?.kind === 'result') return { kind: 'done', tracks: last.tracks }
    if (last?.kind === 'failed') return last
    if (last?.kind === 'stopped' && this.#stopping) return last
    if (this.#stopping) return { kind: 'stopped' }
    return { kind: 'failed', error: deathOf(exit, start) }
  }
}

/** What is known of a process that died without a word. */
function deathOf({ exitCode, signal, stderr }: ProcessExit, start: JobStart): RunError {
  const outOfMemory = /heap out of memory|Cannot allocate memory|memory access out of bounds|Array buffer allocation failed/i.test(stderr)
  const how = signal ? `was ended by ${signal}` : exitCode === null ? 'could not be started' : `ended with exit code ${exitCode}`
  const why = outOfMemory ? ': it ran out of memory' : signal === 'SIGKILL' ? ': killed from outside, or the system ran out of memory' : ''
  return {
    code: 'internal',
    subject: subjectOf(start),
    reason: `its tracking process ${how}${why}`,
    next: `${start.kind === 'start' ? 'Resume it to go on from its last checkpoint' : 'Run it again'}; if it dies again, try a smaller preset, and report it with the details.`,
    ...(exitCode !== null && { exitCode }),
    ...(signal !== null && { signal }),
    details: stderr,
  }
}

export const subjectOf = (start: JobStart): string => (start.kind === 'start' ? `run ${start.job.runId}` : start.job.tracker)
