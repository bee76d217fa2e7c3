/** Where a reference disagrees with each track, whether or not it is drawn on the picture. Not here: the rule (state/disagreement.ts). */
import { useEffect, useMemo, useState } from 'react'
import type { Decision } from '../../../shared/studio/document.ts'
import type { ReferenceTracks } from '../../../shared/studio/review.ts'
import { disagreements } from '../../state/disagreement.ts'
import { currentDocument, shownOf, useDocument } from '../../state/documentStore.ts'
import { askTracks } from '../../state/referenceTracks.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'

/** [frames] 1 where it disagrees and nobody has decided, by key; null while its tracks are on their way, or where it has no counterpart. */
export function useDisagreements(reference: number): (key: number) => Uint8Array | null {
  const references = useDocument(state => state.document!.references)
  const decisions = useDocument(state => state.document!.decisions)
  const [tracks, setTracks] = useState<ReferenceTracks | null>(null)
  useEffect(() => {
    const document = currentDocument()
    let isPast = false
    setTracks(null)
    if (document && references.some(({ id }) => id === reference)) {
      // Whoever draws it says why it failed.
      void askTracks(document, reference).then(reply => {
        if (!isPast && reply.ok) setTracks(reply.value)
      })
    }
    return () => {
      isPast = true
    }
  }, [reference, references])
  return useMemo(() => {
    const known = new WeakMap<ShownTrack, Uint8Array>()
    return (key: number) => {
      const document = currentDocument()
      const ours = document && shownOf(document, key)
      if (!tracks || !ours) return null
      const found = known.get(ours)
      if (found) return found
      const row = tracks.keys.indexOf(key)
      if (row < 0) return null
      const flags = disagreements(ours, tracks, row, document.record, decided(decisions, reference, key))
      known.set(ours, flags)
      return flags
    }
  }, [tracks, decisions, reference])
}

const decided = (decisions: readonly Decision[], reference: number, key: number) => decisions.filter(decision => decision.reference === reference && decision.key === key)
