/** The chosen reference's tracks, asked for once, and where they disagree with ours. Not here: the rule (disagreement.ts), scores (panels). */
import type { ReferenceTracks } from '../../shared/studio/review.ts'
import { currentDocument, isSameVideo, useDocument } from '../state/documentStore.ts'
import { ask } from '../state/session.ts'
import type { ShownTrack } from '../state/shownTrack.ts'
import { useView } from '../state/viewStore.ts'
import { disagreements } from './disagreement.ts'

export class ChosenReference {
  readonly #changed: () => void
  readonly #stops: (() => void)[]
  #tracks: ReferenceTracks | null = null
  #rows = new Map<number, number>()
  #flags = new WeakMap<ShownTrack, Uint8Array>()

  constructor(changed: () => void) {
    this.#changed = changed
    this.#stops = [
      useView.subscribe((view, before) => {
        if (view.reference !== before.reference) void this.#load()
      }),
      useDocument.subscribe(({ document }, before) => {
        if (document?.references !== before.document?.references) void this.#load()
        else if (document?.decisions !== before.document?.decisions) this.#flags = new WeakMap()
      }),
    ]
    void this.#load()
  }

  dispose(): void {
    for (const stop of this.#stops) stop()
  }

  /** [frames] 1 where it disagrees; null where none is chosen or it has no counterpart of the track. */
  disagreements(track: ShownTrack): Uint8Array | null {
    const document = currentDocument()
    const row = this.#rows.get(track.record.key)
    if (!this.#tracks || !document || row === undefined) return null
    let flags = this.#flags.get(track)
    if (!flags) {
      const { reference } = useView.getState()
      const decided = document.decisions.filter(decision => decision.reference === reference && decision.key === track.record.key)
      flags = disagreements(track, this.#tracks, row, document.record, decided)
      this.#flags.set(track, flags)
    }
    return flags
  }

  async #load(): Promise<void> {
    const { reference } = useView.getState()
    const document = currentDocument()
    this.#keep(null)
    if (reference === null || !document) return
    const video = { project: document.project, video: document.video }
    const tracks = await ask('review.tracks', { video, reference })
    if (tracks && useView.getState().reference === reference && isSameVideo(currentDocument(), video)) this.#keep(tracks)
  }

  #keep(tracks: ReferenceTracks | null): void {
    if (!tracks && !this.#tracks) return
    this.#tracks = tracks
    this.#rows = new Map()
    tracks?.keys.forEach((key, row) => {
      if (key >= 0) this.#rows.set(key, row)
    })
    this.#flags = new WeakMap()
    this.#changed()
  }
}
