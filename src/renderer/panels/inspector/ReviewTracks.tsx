/** Tracks against their reference, worst first: a click selects the track and goes to the frame where the two are furthest apart. */
import type { ReferenceKind } from '../../../shared/studio/document.ts'
import type { ReviewMetrics } from '../../../shared/studio/review.ts'
import { useDocument } from '../../state/documentStore.ts'
import { select, useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { VirtualRows } from '../VirtualRows.tsx'
import { pixels, score } from '../wording.ts'

export function ReviewTracks({ metrics, kind }: { readonly metrics: ReviewMetrics; readonly kind: ReferenceKind }) {
  // Only against the truth is a difference a fault of ours.
  const title = kind === 'truth' ? 'Tracks, worst first' : 'Tracks, least agreement first'
  const tracks = useDocument(state => state.document!.tracks)
  const selection = useView(view => view.selection)
  const rows = metrics.tracks.filter(({ key }) => tracks.has(key))
  return (
    <Section title={title} aside={rows.length}>
      <div className="review-head secondary" aria-hidden="true">
        <span>AJ</span>
        <span title="Where both see the point and are furthest apart">furthest</span>
      </div>
      <VirtualRows label={title} items={rows} idOf={({ key }) => key} most={10} renderRow={({ key, aj, worstFrame, worstPx, visibilityDisagrees }) => {
        const { name, colour } = tracks.get(key)!.record
        return (
          <button type="button" className="row-main" aria-current={selection.has(key) || undefined} aria-label={`Go to ${name}: AJ ${score(aj)}, ${worstFrame < 0 ? 'never seen by both' : `${pixels(worstPx)} apart at frame ${worstFrame}`}`}
            title={visibilityDisagrees ? `Visibility differs in ${visibilityDisagrees} frames` : undefined}
            onClick={() => {
              select([key])
              // Never seen by both: there is no worst place to go to.
              if (worstFrame >= 0) useView.setState({ frame: worstFrame })
            }}>
            <span className="dot" style={{ background: colour }} />
            <span className="row-name">{name}</span>
            <span className="secondary numbers">{worstFrame < 0 ? '–' : pixels(worstPx)}</span>
            <span className="numbers aj">{score(aj)}</span>
          </button>
        )
      }} />
    </Section>
  )
}
