/** The pages Track, Fit, Review and Info of the open video. Composition only. */
import { useEffect } from 'react'
import { Tabs } from '../chrome/Tabs.tsx'
import { useDocument } from '../state/documentStore.ts'
import { useView, type InspectorPage } from '../state/viewStore.ts'
import { FitPage } from './inspector/FitPage.tsx'
import { InfoPage } from './inspector/InfoPage.tsx'
import { ReviewPage } from './inspector/ReviewPage.tsx'
import { TrackPage } from './inspector/TrackPage.tsx'
import { chooseReference, refreshReview, useReview } from './reviewStore.ts'
import './panels.css'

const pages = { track: TrackPage, fit: FitPage, review: ReviewPage, info: InfoPage } as const satisfies Record<InspectorPage, unknown>

export function Inspector() {
  const inspector = useView(view => view.inspector)
  const untaught = useDocument(state => state.document?.field.untaught ?? 0)
  const hasDocument = useDocument(state => state.document !== null)
  const Page = pages[inspector]
  useFreshScores()
  return (
    <section className="inspector" aria-label="Inspector">
      <Tabs label="Inspector" value={inspector} onChange={page => useView.setState({ inspector: page })} tabs={[
        { id: 'track', label: 'Track' },
        { id: 'fit', label: 'Fit', ...(untaught > 0 && { badge: untaught }) },
        { id: 'review', label: 'Review' },
        { id: 'info', label: 'Info' },
      ]}>
        {hasDocument ? <Page /> : <p className="panel-empty secondary">Facts about the video and its tracks appear here.</p>}
      </Tabs>
    </section>
  )
}

/** How long tracks must have rested before they are scored again, ms. */
const REST_MS = 400

/** Keeps the scores of the chosen reference in step with the tracks; lets go of a reference that is gone. */
function useFreshScores(): void {
  const chosen = useReview(review => review.reference)
  const revision = useDocument(state => state.document?.revision)
  const references = useDocument(state => state.document?.references)
  const isThere = references?.some(({ id }) => id === chosen) ?? false
  useEffect(() => {
    if (chosen !== null && !isThere) chooseReference(null)
  }, [chosen, isThere])
  useEffect(() => {
    if (chosen === null || !isThere || revision === undefined) return
    const { metrics } = useReview.getState()
    if (!metrics) return void refreshReview()
    useReview.setState({ stale: true })
    const timer = setTimeout(() => void refreshReview(), REST_MS)
    return () => clearTimeout(timer)
  }, [chosen, isThere, revision])
}
