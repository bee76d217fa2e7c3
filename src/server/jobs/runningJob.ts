/** The server's side of one tracking process: requests to it, its progress, how it ended. Not here: the project's records (jobQueue.ts). */
import type { JobInput, JobResponse } from '../../shared/jobs.ts'
import type { Progress } from '../../shared/progress.ts'
import type { RunError } from '../../shared/projectRecords.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { JobExit, JobLink } from './jobChannel.ts'

export type JobEnd = { readonly kind: 'done'; readonly tracks: TrackSet } | { readonly kind: 'failed'; readonly error: RunError } | { readonly kind: 'stopped' }

/** A cancelled process that has not ended by then is killed, so that cancelling takes less than a second. */
export const CANCEL_GRACE_MS = 800

export class RunningJob {
  /** How it ended, once its process is gone. */
  readonly end: Promise<JobEnd>
  readonly #link: JobLink
  readonly #graceMs: number
  #last: Exclude<JobResponse, { kind: 'progress' }> | undefined
  #stopping = false
  #killer: NodeJS.Timeout | undefined

  constructor(link: JobLink, job: JobInput, progress: Progress, graceMs = CANCEL_GRACE_MS) {
    this.#link = link
    this.#graceMs = graceMs
    link.onResponse((response) => {
      if (response.kind === 'progress') progress(response.message)
      else {
        this.#last = response
        // Its work is done; it may not linger.
        this.#killSoon()
      }
    })
    this.end = new Promise((resolve) =>
      link.onExit((exit) => {
        clearTimeout(this.#killer)
        resolve(this.#endOf(exit, job.runId))
      }),
    )
    link.send({ kind: 'start', job })
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

  /** Stops within a second, with a checkpoint where the process gets to it in that time. */
  stop(): Promise<JobEnd> {
    this.#stopping = true
    this.#link.send({ kind: 'cancel' })
    this.#killSoon()
    return this.end
  }

  #killSoon(): void {
    this.#killer ??= setTimeout(() => this.#link.kill(), this.#graceMs)
  }

  #endOf(exit: JobExit, runId: number): JobEnd {
    const last = this.#last
    if (last?.kind === 'result') return { kind: 'done', tracks: last.tracks }
    if (last?.kind === 'failed') return last
    if (last?.kind === 'stopped' && this.#stopping) return last
    if (this.#stopping) return { kind: 'stopped' }
    return { kind: 'failed', error: deathOf(exit, runId) }
  }
}

/** What is known of a process that died without a word. */
function deathOf({ exitCode, signal, stderr }: JobExit, runId: number): RunError {
  const outOfMemory = /heap out of memory|Cannot allocate memory|memory access out of bounds|Array buffer allocation failed/i.test(stderr)
  const how = signal ? `was ended by ${signal}` : exitCode === null ? 'could not be started' : `ended with exit code ${exitCode}`
  const why = outOfMemory ? ': it ran out of memory' : signal === 'SIGKILL' ? ': killed from outside, or the system ran out of memory' : ''
  return {
    code: 'internal',
    subject: `run ${runId}`,
    reason: `its tracking process ${how}${why}`,
    next: 'Resume it to go on from its last checkpoint; if it dies again, try a smaller preset, and report it with the details.',
    ...(exitCode !== null && { exitCode }),
    ...(signal !== null && { signal }),
    details: stderr,
  }
}
