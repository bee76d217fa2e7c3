/** Whose answer counts: takes the reference's positions and states, or records that ours stand, for tracks, a frame, or a stretch of frames. */
import { useState } from 'react'
import { Check, SkipForward, X } from 'lucide-react'
import type { ReferenceKind } from '../../../shared/studio/document.ts'
import type { ReviewMetrics } from '../../../shared/studio/review.ts'
import { Button } from '../../chrome/Button.tsx'
import { IconButton } from '../../chrome/IconButton.tsx'
import { Select } from '../../chrome/Select.tsx'
import { notify } from '../../state/appStore.ts'
import { useDocument } from '../../state/documentStore.ts'
import { applyGesture } from '../../state/session.ts'
import { useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { count, frameSpan } from '../wording.ts'
import { decisionSpans, nextStretch, type DecisionScope } from './decisionSpans.ts'
import { useDisagreements } from './useDisagreements.ts'

/** Of people and of the truth they are theirs, of a tracker its own. */
const words: Readonly<Record<'people' | 'tracker', { readonly accept: string; readonly taken: string }>> = {
  people: { accept: 'Accept theirs', taken: 'theirs taken' },
  tracker: { accept: 'Accept its answer', taken: 'its answer taken' },
}

export function Decide({ metrics, kind }: { readonly metrics: ReviewMetrics; readonly kind: ReferenceKind }) {
  const { record, decisions } = useDocument(state => state.document!)
  const frame = useView(view => view.frame)
  const selection = useView(view => view.selection)
  const laneSelection = useView(view => view.laneSelection)
  const range = useView(view => view.range)
  const disagreements = useDisagreements(metrics.reference)
  const [wanted, setScope] = useState<DecisionScope>('track')
  const isThere = { marked: laneSelection !== null, range: range !== null }
  const scope = (wanted === 'marked' || wanted === 'range') && !isThere[wanted] ? 'track' : wanted
  const matched = new Set(metrics.tracks.map(({ key }) => key))
  const place = { selection, laneSelection, range, frame, frames: record.frameCount, hasCounterpart: (key: number) => matched.has(key), disagreements }
  const spans = decisionSpans(scope, place)
  const stretch = decisionSpans('stretch', place)
  const { accept, taken } = words[kind === 'tracker' ? 'tracker' : 'people']
  const goOn = () => {
    const next = nextStretch([...selection].map(disagreements), frame)
    if (next !== null) useView.setState({ frame: next, playing: false })
    else notify({ tone: 'info', text: selection.size ? 'The selected tracks agree with the reference everywhere, or you have decided.' : 'Select a track first.' })
  }
  const decide = (verdict: 'accepted' | 'rejected') => void applyGesture({ kind: 'decide', reference: metrics.reference, spans, verdict })
  const options: { readonly value: DecisionScope; readonly label: string }[] = [
    { value: 'track', label: 'All frames of the selected tracks' },
    { value: 'frame', label: `Frame ${frame} of the selected tracks` },
    { value: 'stretch', label: stretch.length ? `This disagreement: frames ${stretch.map(({ first, last }) => frameSpan(first, last)).slice(0, 3).join(', ')}` : 'This disagreement: none in this frame' },
    ...(range ? [{ value: 'range' as const, label: `Range: frames ${frameSpan(range.first, range.last)}` }] : []),
    ...(laneSelection ? [{ value: 'marked' as const, label: `Marked: frames ${frameSpan(laneSelection.first, laneSelection.last)}` }] : []),
  ]
  const nothing = scope === 'stretch' && selection.size > 0 ? 'Go to a frame where they disagree' : 'Select a track that the reference has too'
  const here = decisions.filter(decision => decision.reference === metrics.reference && selection.has(decision.key))
  return (
    <Section title="Decide" aside={spans.length ? count(spans.length, 'track') : undefined}>
      <div className="decide-scope">
        <Select<DecisionScope> bare label="Decide about" value={scope} options={options} onChange={setScope} />
        <IconButton icon={SkipForward} size={14} label="Next disagreement" hint="Goes to the next frame where the selected tracks disagree with it" onClick={goOn} />
      </div>
      <div className="button-row">
        <Button icon={Check} disabled={spans.length === 0} hint={spans.length ? 'Takes the reference’s positions and states; can be undone' : nothing} onClick={() => decide('accepted')}>
          {accept}
        </Button>
        <Button icon={X} disabled={spans.length === 0} hint={spans.length ? 'Records that yours stand; can be undone' : nothing} onClick={() => decide('rejected')}>
          Keep mine
        </Button>
      </div>
      {here.length > 0 && (
        <ul className="plain-list small secondary" aria-label="Decisions">
          {here.slice(0, 6).map(({ key, first, last, verdict }) => (
            <li key={`${key} ${first} ${last}`}>
              Frames {frameSpan(first, last)}: {verdict === 'accepted' ? taken : 'yours kept'}
            </li>
          ))}
          {here.length > 6 && <li>and {here.length - 6} more</li>}
        </ul>
      )}
    </Section>
  )
}
