/**
 * Worker threads that answer one job at a time, in the order in which jobs come. A job's error rejects its promise; an
 * abort or close ends all threads at once. Not here: what the jobs are.
 */
import { Worker } from 'node:worker_threads'
import { TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/errors.ts'

export type PoolReply<Result> = { readonly kind: 'done'; readonly result: Result } | { readonly kind: 'failed'; readonly error: ErrorRecord }

export class WorkerPool<Job, Result> {
  readonly #subject: string
  readonly #workers: Worker[]
  readonly #idle: Worker[]
  readonly #waiting: ((worker: Worker) => void)[] = []
  readonly #pending = new Set<(error: Error) => void>()
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => void this.#end(new TaplineError('cancelled', this.#subject, 'cancelled on request', 'Run it again to go on from the last checkpoint.'))
  #ended: Error | null = null

  /** @param subject what the work is, for error messages */
  constructor(script: URL, threads: number, workerData: unknown, subject: string, signal?: AbortSignal) {
    throwIfCancelled(signal, subject)
    this.#subject = subject
    this.#workers = Array.from({ length: Math.max(1, threads) }, () => new Worker(script, { workerData }))
    this.#idle = [...this.#workers]
    this.#signal = signal
    for (const worker of this.#workers) worker.on('error', error => void this.#end(error as Error))
    signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  get threads(): number {
    return this.#workers.length
  }

  async run(job: Job): Promise<Result> {
    if (this.#ended) throw this.#ended
    return new Promise<Result>((resolve, reject) => {
      this.#pending.add(reject)
      const serve = (worker: Worker): void => {
        worker.once('message', (reply: PoolReply<Result>) => {
          this.#pending.delete(reject)
          const next = this.#waiting.shift()
          if (next) next(worker)
          else this.#idle.push(worker)
          if (reply.kind === 'done') resolve(reply.result)
          else reject(TaplineError.fromRecord(reply.error))
        })
        worker.postMessage(job)
      }
      const worker = this.#idle.pop()
      if (worker) serve(worker)
      else this.#waiting.push(serve)
    })
  }

  /** Runs all, with at most two jobs a thread prepared at once; results in the order of the items. */
  async map<Item>(items: readonly Item[], prepare: (item: Item) => Promise<Job> | Job, onDone?: (done: number) => void): Promise<Result[]> {
    const results = new Array<Result>(items.length)
    let next = 0
    let done = 0
    const lane = async (): Promise<void> => {
      while (next < items.length) {
        const at = next++
        results[at] = await this.run(await prepare(items[at]))
        onDone?.(++done)
      }
    }
    await Promise.all(Array.from({ length: this.threads * 2 }, lane))
    return results
  }

  async #end(error: Error): Promise<void> {
    this.#ended ??= error
    for (const reject of this.#pending) reject(this.#ended)
    this.#pending.clear()
    this.#waiting.length = 0
    await Promise.all(this.#workers.map(worker => worker.terminate()))
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    await this.#end(new Error(`the threads of ${this.#subject} are closed`))
  }
}
