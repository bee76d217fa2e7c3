/** Brings the document's runs up to date when a fit ends: how long it took is known to the server alone. */
import { useEffect } from 'react'
import { currentDocument, isSameVideo, useDocument } from '../../state/documentStore.ts'
import { isOver, type JobProgress } from '../../state/jobStore.ts'
import { tell } from '../../state/session.ts'

/** `fits`: the fits of the open video that this window has heard of. */
export function useFreshRuns(fits: readonly JobProgress[]): void {
  const ended = fits.filter(({ job }) => isOver(job)).map(({ job }) => job.id).join(' ')
  useEffect(() => {
    const document = currentDocument()
    if (!document || ended === '') return
    const { project, video } = document
    void tell('video.open', { project, video }).then(reply => {
      // The rest of the answer may be older than what events have told since.
      if (reply.ok && isSameVideo(currentDocument(), { project, video })) useDocument.setState(state => ({ document: state.document && { ...state.document, runs: reply.value.runs } }))
    })
  }, [ended])
}
