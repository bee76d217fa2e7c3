/** Whose answer counts: takes the reference's positions and states, or records that ours stand, for tracks, a frame, or what is marked. */
import { useState } from 'react'
import { Check, X } from 'lucide-react'
import type { ReviewMetrics } from '../../../shared/studio/review.ts'
import { Button } from '../../chrome/Button.tsx'
import { Select } from '../../chrome/Select.tsx'
import { useDocument } from '../../state/documentStore.ts'
import { applyGesture } from '../../state/session.ts'
import { useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { count, frameSpan } from '../wording.ts'
import { decisionSpans, type DecisionScope } from './decisionSpans.ts'

export function Decide({ metrics }: { readonly metrics: ReviewMetrics }) {
  const { record, decisions } = useDocument(state => state.document!)
  const frame = useView(view => view.frame)
  const selection = useView(view => view.selection)
  const laneSelection = useView(view => view.laneSelection)
  const [wanted, setScope] = useState<DecisionScope>('track')
  const scope = wanted === 'marked' && !laneSelection ? 'track' : wanted
  const matched = new Set(metrics.tracks.map(({ key }) => key))
  const spans = decisionSpans(scope, { selection, laneSelection, frame, frames: record.frameCount, hasCounterpart: key => matched.has(key) })
  const decide = (verdict: 'accepted' | 'rejected') => void applyGesture({ kind: 'decide', reference: metrics.reference, spans, verdict })
  const options: { readonly value: DecisionScope; readonly label: string }[] = [
    { value: 'track', label: 'All frames of the selected tracks' },
    { value: 'frame', label: `Frame ${frame} of the selected tracks` },
    ...(laneSelection ? [{ value: 'marked' as const, label: `Marked: frames ${frameSpan(laneSelection.first, laneSelection.last)}` }] : []),
  ]
  const here = decisions.filter(decision => decision.reference === metrics.reference && selection.has(decision.key))
  return (
    <Section title="Decide" aside={spans.length ? count(spans.length, 'track') : undefined}>
      <Select<DecisionScope> bare label="Decide about" value={scope} options={options} onChange={setScope} />
      <div className="button-row">
        <Button icon={Check} disabled={spans.length === 0} hint={spans.length ? 'Takes the reference’s positions and states; can be undone' : 'Select a track that the reference has too'} onClick={() => decide('accepted')}>
          Accept theirs
        </Button>
        <Button icon={X} disabled={spans.length === 0} hint={spans.length ? 'Records that yours stand; can be undone' : 'Select a track that the reference has too'} onClick={() => decide('rejected')}>
          Keep mine
        </Button>
      </div>
      {here.length > 0 && (
        <ul className="plain-list small secondary" aria-label="Decisions">
          {here.slice(0, 6).map(({ key, first, last, verdict }) => (
            <li key={`${key} ${first} ${last}`}>
              Frames {frameSpan(first, last)}: {verdict === 'accepted' ? 'theirs taken' : 'yours kept'}
            </li>
          ))}
          {here.length > 6 && <li>and {here.length - 6} more</li>}
        </ul>
      )}
    </Section>
  )
}
