/** The chosen reference's tracks, asked for once whoever draws them, and where they disagree with ours. Not here: the rule (disagreement.ts), scores (panels). */
import type { Decision } from '../../shared/studio/document.ts'
import type { ReferenceTracks } from '../../shared/studio/review.ts'
import { TrackState } from '../../shared/tracks.ts'
import { notifyError } from './appStore.ts'
import { disagreementAt, disagreements } from './disagreement.ts'
import { currentDocument, isSameVideo, useDocument, type OpenDocument } from './documentStore.ts'
import { tell } from './session.ts'
import type { ShownTrack } from './shownTrack.ts'
import { useView } from './viewStore.ts'

/** What the reference says of a track at a frame. */
export interface ReferenceSign {
  /** Clip px; null where it has no place in the picture. */
  readonly place: { readonly x: number; readonly y: number } | null
  /** What it differs from ours in; null also where a person has decided. */
  readonly differs: 'position' | 'visibility' | null
}

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
        else if (document?.decisions !== before.document?.decisions) {
          this.#flags = new WeakMap()
          this.#changed()
        }
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
      flags = disagreements(track, this.#tracks, row, document.record, decisionsOf(document, track.record.key))
      this.#flags.set(track, flags)
    }
    return flags
  }

  /** At one frame; null where none is chosen, or it says nothing of the track there. */
  at(track: Pick<ShownTrack, 'record' | 'positions' | 'states'>, frame: number): ReferenceSign | null {
    const document = currentDocument()
    const row = this.#rows.get(track.record.key)
    if (!this.#tracks || !document || row === undefined || frame >= this.#tracks.tracks.frames) return null
    const { frames, positions, states } = this.#tracks.tracks
    const cell = row * frames + frame
    if (states[cell] === TrackState.unlabelled) return null
    const isDecided = decisionsOf(document, track.record.key).some(({ first, last }) => first <= frame && frame <= last)
    return {
      place: states[cell] === TrackState.outOfFrame ? null : { x: positions[2 * cell], y: positions[2 * cell + 1] },
      differs: isDecided ? null : disagreementAt(track, this.#tracks, row, frame, document.record),
    }
  }

  async #load(): Promise<void> {
    const { reference } = useView.getState()
    const document = currentDocument()
    this.#keep(null)
    if (reference === null || !document) return
    const video = { project: document.project, video: document.video }
    const reply = await askTracks(document, reference)
    if (useView.getState().reference !== reference || !isSameVideo(currentDocument(), video)) return
    if (reply.ok) this.#keep(reply.value)
    else notifyError(reply.error)
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

/** The last request: picture, timeline and review want the same tracks at the same moment. */
let asked: { readonly of: readonly unknown[]; readonly reply: ReturnType<typeof tell<'review.tracks'>> } | null = null

export function askTracks({ project, video, references }: OpenDocument, reference: number): ReturnType<typeof tell<'review.tracks'>> {
  const of = [project, video, references, reference]
  if (asked && of.every((value, k) => value === asked?.of[k])) return asked.reply
  const reply = tell('review.tracks', { video: { project, video }, reference })
  const mine = (asked = { of, reply })
  // What failed may work when it is chosen again.
  void reply.then(({ ok }) => {
    if (!ok && asked === mine) asked = null
  })
  return reply
}

/** What people decided of the chosen reference. */
function decisionsOf({ decisions }: OpenDocument, key: number): readonly Decision[] {
  if (decisions.length === 0) return decisions
  const { reference } = useView.getState()
  return decisions.filter(decision => decision.reference === reference && decision.key === key)
}
