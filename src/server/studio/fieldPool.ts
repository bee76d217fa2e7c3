/**
 * The fields that can be asked now: at most a few at a time, each loaded when it is first needed; the one that was not asked for the
 * longest time makes room. Not here: which field a video has (videoField.ts).
 */
export interface Loadable {
  close(): Promise<void>
}

export class FieldPool {
  readonly #limit: number
  /** The last used at the end. */
  #alive: Loadable[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Notes that a field is used, and closes those that have to make room. */
  async use(field: Loadable): Promise<void> {
    this.#alive = [...this.#alive.filter(other => other !== field), field]
    const gone = this.#alive.splice(0, Math.max(0, this.#alive.length - this.#limit))
    await Promise.allSettled(gone.map(other => other.close()))
  }

  leave(field: Loadable): void {
    this.#alive = this.#alive.filter(other => other !== field)
  }
}
