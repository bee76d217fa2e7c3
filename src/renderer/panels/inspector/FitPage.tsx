/** The page of the field: how it stands, what is running, what waits, what ran, what the last fit changed. Composition only. */
import { useShallow } from 'zustand/react/shallow'
import { useDocument } from '../../state/documentStore.ts'
import { isOver, jobsOf, useJobs } from '../../state/jobStore.ts'
import { FieldStatus } from './FieldStatus.tsx'
import { ImpactView } from './ImpactView.tsx'
import { JobQueue } from './JobQueue.tsx'
import { PastRuns } from './PastRuns.tsx'
import { RunningJob } from './RunningJob.tsx'
import { useFreshRuns } from './useFreshRuns.ts'
import './fit.css'

export function FitPage() {
  const document = useDocument(state => state.document)!
  const { project, video } = document
  const jobs = useJobs(useShallow(state => jobsOf(state, project, video)))
  const fits = jobs.filter(({ job }) => job.kind === 'optimise' || job.kind === 'refit')
  useFreshRuns(fits)
  const running = fits.find(({ job }) => !isOver(job) && job.state !== 'queued')
  return (
    <div className="panel-page">
      <FieldStatus field={document.field} isBusy={fits.some(({ job }) => !isOver(job))} />
      {running && <RunningJob key={running.job.id} progress={running} />}
      <JobQueue />
      {document.impact && <ImpactView key={document.impact.runId} impact={document.impact} />}
      <PastRuns runs={document.runs} jobs={fits} />
    </div>
  )
}
