/** Where everything that the studio tells its windows passes: each listener hears every event, in order. */
import type { StudioEvent } from '../../shared/rpc.ts'

export type Emit = (event: StudioEvent) => void

export class EventHub {
  readonly #listeners = new Set<(event: StudioEvent) => void>()

  readonly emit: Emit = event => {
    for (const listener of this.#listeners) listener(event)
  }

  subscribe(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
