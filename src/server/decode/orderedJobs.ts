/** A few jobs at once, their results taken in the order in which the jobs began. */
import { availableParallelism } from 'node:os'

/** Enough to keep decoder, encoder and disk busy; each job holds a frame or two in memory. */
const DEPTH = Math.min(4, availableParallelism()) + 1

export class OrderedJobs<T> {
  readonly #take: (result: T) => Promise<void>
  readonly #running: Promise<T>[] = []

  constructor(take: (result: T) => Promise<void>) {
    this.#take = take
  }

  /** Adds a job that has begun; waits while too many are under way. Throws what an earlier job threw. */
  async add(job: Promise<T>): Promise<void> {
    // Awaited in its turn; until then its failure must not count as unhandled.
    job.catch(() => undefined)
    this.#running.push(job)
    if (this.#running.length >= DEPTH) await this.#takeOldest()
  }

  async finish(): Promise<void> {
    while (this.#running.length > 0) await this.#takeOldest()
  }

  /** Waits for jobs under way, whatever becomes of them. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#running)
  }

  async #takeOldest(): Promise<void> {
    const oldest = this.#running.shift()
    if (oldest) await this.#take(await oldest)
  }
}
