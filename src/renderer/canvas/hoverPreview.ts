/** Asks for the track of the pixel under the pointer before it is clicked: one request at a time, always for the newest place. */
import type { TrackPath } from '../../shared/studio/document.ts'
import { currentDocument } from '../state/documentStore.ts'
import { tell } from '../state/session.ts'
import type { Point } from './viewport.ts'

interface Place extends Point {
  readonly frame: number
}

export class HoverPreview {
  /** Of the place that was asked for last and answered. */
  path: TrackPath | null = null
  #wanted: Place | null = null
  #asking = false
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** Null: no place. */
  want(place: Place | null): void {
    this.#wanted = place
    if (!place && this.path) {
      this.path = null
      this.#changed()
    }
    void this.#ask()
  }

  async #ask(): Promise<void> {
    const place = this.#wanted
    const document = currentDocument()
    if (this.#asking || !place || !document || document.field.state === 'none' || document.field.loading) return
    this.#asking = true
    const { project, video } = document
    const reply = await tell('track.preview', { video: { project, video }, ...place })
    this.#asking = false
    if (!this.#wanted) return
    // Where nothing can say, the pointer shows nothing: no error of the person's making.
    this.path = reply.ok ? reply.value : null
    this.#changed()
    if (this.#wanted !== place) void this.#ask()
  }
}
