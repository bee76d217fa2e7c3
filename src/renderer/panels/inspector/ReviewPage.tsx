/** The page of review: references, how well the tracks agree with one, and whose answer counts where they do not. Composition only. */
import { FileInput, Spline } from 'lucide-react'
import { Button } from '../../chrome/Button.tsx'
import { isEnabled, runCommand } from '../../commands/registry.ts'
import { useDocument } from '../../state/documentStore.ts'
import { ErrorDetails } from '../ErrorDetails.tsx'
import { Section } from '../Section.tsx'
import { refreshReview, useReview } from '../reviewStore.ts'
import { count } from '../wording.ts'
import { Decide } from './Decide.tsx'
import { References } from './References.tsx'
import { ReviewTracks } from './ReviewTracks.tsx'
import { ScoreTable } from './ScoreTable.tsx'
import './review.css'

export function ReviewPage() {
  const references = useDocument(state => state.document!.references)
  const { reference, metrics, problem, stale } = useReview()
  const kind = references.find(({ id }) => id === reference)?.kind ?? 'annotator'
  if (references.length === 0) {
    return (
      <div className="panel-page panel-empty">
        <p>Compare your tracks with ground truth, with another annotator or another tracker: scores, the worst tracks first, and what to accept.</p>
        <Button icon={FileInput} kind="primary" onClick={() => runCommand('review.import')}>
          Import tracks…
        </Button>
        <Button icon={Spline} disabled={!isEnabled('tracker.run')} hint={isEnabled('tracker.run') ? undefined : 'Add points first: they are what it tracks'} onClick={() => runCommand('tracker.run')}>
          Track with another tracker…
        </Button>
      </div>
    )
  }
  return (
    <div className="panel-page">
      <References references={references} chosen={reference} />
      {problem && (
        <div className="panel-section">
          <ErrorDetails error={problem} />
          <Button onClick={() => void refreshReview()}>Try again</Button>
        </div>
      )}
      {reference !== null && !metrics && !problem && <p className="panel-section secondary" role="status">Scoring…</p>}
      {metrics && (
        <>
          <Section title="Scores" aside={stale ? 'being updated…' : undefined}>
            {kind !== 'truth' && <p className="secondary small">{kind === 'tracker' ? 'How far your tracks and the tracker’s agree; neither is the truth.' : 'How far the two of you agree; neither is the truth.'}</p>}
            <ScoreTable scores={metrics} />
          </Section>
          <ReviewTracks metrics={metrics} kind={kind} />
          <Decide metrics={metrics} kind={kind} />
          {metrics.unmatched.length > 0 && (
            <Section title="Without a counterpart" aside={metrics.unmatched.length}>
              <p className="secondary small" title={metrics.unmatched.join(', ')}>
                {count(metrics.unmatched.length, 'track')} of the reference: {metrics.unmatched.slice(0, 12).join(', ')}
                {metrics.unmatched.length > 12 && ' …'}
              </p>
            </Section>
          )}
        </>
      )}
    </div>
  )
}
