/** A gate that long work passes at each step: open, or closed while a person pauses it. Not here: who opens it (server/jobs). */

/** What the work sees. */
export interface PauseGate {
  readonly paused: boolean
  /** Resolves when the work may go on; at once when it is not paused. */
  wait(): Promise<void>
}

/** A gate that its owner closes and opens; open at first. */
export class PauseSwitch implements PauseGate {
  #waiting: PromiseWithResolvers<void> | null = null

  get paused(): boolean {
    return this.#waiting !== null
  }

  wait(): Promise<void> {
    return this.#waiting?.promise ?? Promise.resolve()
  }

  pause(): void {
    this.#waiting ??= Promise.withResolvers<void>()
  }

  resume(): void {
    this.#waiting?.resolve()
    this.#waiting = null
  }
}
