/** The page of review: references, how well the tracks agree with one, and whose answer counts where they do not. Composition only. */
import { FileInput } from 'lucide-react'
import { Button } from '../../chrome/Button.tsx'
import { runCommand } from '../../commands/registry.ts'
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
  if (references.length === 0) {
    return (
      <div className="panel-page panel-empty">
        <p>Compare your tracks with ground truth or with another annotator: scores, the worst tracks first, and what to accept.</p>
        <Button icon={FileInput} kind="primary" onClick={() => runCommand('review.import')}>
          Import tracks…
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
            <ScoreTable scores={metrics} />
          </Section>
          <ReviewTracks metrics={metrics} />
          <Decide metrics={metrics} />
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
