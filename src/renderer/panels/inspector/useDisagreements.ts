/** Where a reference disagrees with each track, whether or not it is drawn on the picture. Not here: the rule (state/disagreement.ts). */
import { useEffect, useMemo, useState } from 'react'
import type { Decision, ReferenceSummary } from '../../../shared/studio/document.ts'
import type { ReferenceTracks } from '../../../shared/studio/review.ts'
import { disagreements } from '../../state/disagreement.ts'
import { currentDocument, shownOf, useDocument } from '../../state/documentStore.ts'
import { askTracks } from '../../state/referenceTracks.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'

export type DisagreementsOf = (key: number) => Uint8Array | null

interface Loaded {
  readonly reference: number
  readonly references: readonly ReferenceSummary[]
  readonly tracks: ReferenceTracks
}

/** [frames] 1 where it disagrees and nobody has decided, by key; null while its tracks are on their way, or where it has no counterpart. */
export function useDisagreements(reference: number): DisagreementsOf {
  const references = useDocument(state => state.document!.references)
  const decisions = useDocument(state => state.document!.decisions)
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  useEffect(() => {
    const document = currentDocument()
    let isPast = false
    if (document && references.some(({ id }) => id === reference)) {
      // Whoever draws it says why it failed.
      void askTracks(document, reference).then(reply => {
        if (!isPast && reply.ok) setLoaded({ reference, references, tracks: reply.value })
      })
    }
    return () => {
      isPast = true
    }
  }, [reference, references])
  const tracks = loaded?.reference === reference && loaded.references === references ? loaded.tracks : null
  return useMemo(() => remembered(tracks, decisions.filter(decision => decision.reference === reference)), [tracks, decisions, reference])
}

function remembered(tracks: ReferenceTracks | null, decisions: readonly Decision[]): DisagreementsOf {
  const known = new WeakMap<ShownTrack, Uint8Array>()
  return key => {
    const document = currentDocument()
    const ours = document && shownOf(document, key)
    const row = tracks ? tracks.keys.indexOf(key) : -1
    if (!tracks || !ours || row < 0) return null
    const flags = known.get(ours) ?? disagreements(ours, tracks, row, document.record, decisions.filter(decision => decision.key === key))
    known.set(ours, flags)
    return flags
  }
}
