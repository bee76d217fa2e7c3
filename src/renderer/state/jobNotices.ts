/** Tells the end of long work in a quiet notice: what changed, or what went wrong. Not here: progress (chrome/JobLine.tsx). */
import type { JobView } from '../../shared/studio/document.ts'
import { chooseReference } from '../panels/reviewStore.ts'
import { notify, openDialog, useApp } from './appStore.ts'
import { currentDocument, useDocument } from './documentStore.ts'
import { isOver, useJobs, type JobState } from './jobStore.ts'
import { openVideo } from './session.ts'
import { useLayout } from './layoutStore.ts'
import { useView } from './viewStore.ts'

/** Until the returned function is called. */
export function startJobNotices(): () => void {
  const stopJobs = useJobs.subscribe((now, before) => {
    ended(now, before).forEach(tellEnd)
    lost(now, before).forEach(tellLost)
  })
  const stopImpact = useDocument.subscribe(({ document }, { document: before }) => {
    // A video that was just opened brings the impact of long ago.
    if (document?.impact && before && document.video === before.video && document.project === before.project && document.impact !== before.impact) tellImpact()
  })
  const stopVideos = useApp.subscribe(({ project }, { project: before }) => {
    if (!project || project.folder !== before?.folder) return
    const added = project.videos.find(video => !before.videos.some(({ id }) => id === video.id))
    if (!added) return
    const ref = { project: project.folder, video: added.id }
    const { document, opening } = useDocument.getState()
    if (!document && !opening) void openVideo(ref)
    else notify({ tone: 'done', text: `${added.name} was added: ${added.frameCount} frames.`, action: { label: 'Show it', run: () => void openVideo(ref) } })
  })
  return () => {
    stopJobs()
    stopImpact()
    stopVideos()
  }
}

/** Jobs that were under way before and are over now. */
function ended(now: JobState, before: JobState): JobView[] {
  if (now.jobs === before.jobs) return []
  return [...now.jobs.values()].map(({ job }) => job).filter(job => isOver(job) && before.jobs.has(job.id) && !isOver(before.jobs.get(job.id)!.job))
}

/** Jobs that were under way in a server that is gone. */
function lost(now: JobState, before: JobState): JobView[] {
  return [...before.jobs.values()].map(({ job }) => job).filter(job => !isOver(job) && !now.jobs.has(job.id))
}

function tellLost(job: JobView): void {
  const goesOn = job.runId !== null
  notify({ tone: 'info', text: `${job.title}: interrupted${goesOn ? '. It can go on from its last checkpoint.' : '. Start it again.'}`, ...(goesOn && { action: { label: 'Show run', run: showFit } }) })
}

function showFit(): void {
  useView.setState({ inspector: 'fit' })
  useLayout.setState({ panels: true })
}

function tellEnd(job: JobView): void {
  // The dialog of networks says it where it stands.
  if (job.kind === 'model' && useApp.getState().dialog === 'networks') return
  if (job.state === 'failed' && job.error) {
    notify({ tone: 'error', text: `${job.title}: ${job.error.reason}.`, error: job.error, ...(job.runId !== null && { action: { label: 'Show run', run: showFit } }) })
  } else if (job.state === 'cancelled') {
    notify({ tone: 'info', text: job.runId === null ? `${job.title}: cancelled.` : `${job.title}: cancelled. It can go on from where it was.` })
  } else if (job.state === 'done' && job.kind === 'export') notify({ tone: 'done', text: `${job.title}: done.` })
  else if (job.state === 'done' && job.kind === 'model') notify({ tone: 'done', text: `${job.title}.`, action: { label: 'Networks…', run: () => openDialog('networks') } })
  else if (job.state === 'done' && job.kind === 'tracker') notify({ tone: 'done', text: `${job.title}: done. Your tracks are as they were.`, action: { label: 'Compare', run: () => compare(job) } })
}

/** Shows the tracker's tracks beside ours, as far as its video is still the one that is open. */
function compare({ title, project, video }: JobView): void {
  const document = currentDocument()
  if (!document || document.project !== project || document.video !== video) return
  // Its reference has the tracker's name, with which the job's title ends.
  const ofTrackers = document.references.filter(({ kind }) => kind === 'tracker')
  const reference = ofTrackers.find(({ name }) => title.endsWith(name)) ?? ofTrackers.at(-1)
  if (reference) chooseReference(reference.id)
  useView.setState({ inspector: 'review', ...(reference && { reference: reference.id }) })
  useLayout.setState({ panels: true })
}

function tellImpact(): void {
  const impact = currentDocument()?.impact
  if (!impact) return
  const { moved, disagree, deltaPx } = impact
  const parts = [
    moved.length ? `${moved.length} ${moved.length === 1 ? 'track' : 'tracks'} moved by more than ${deltaPx} px` : `no track moved by more than ${deltaPx} px`,
    disagree.length ? `${disagree.length} of your keyframes now ${disagree.length === 1 ? 'disagrees' : 'disagree'}` : null,
  ]
  notify({ tone: 'done', text: `The field is fitted: ${parts.filter(Boolean).join('; ')}.`, action: { label: 'Show impact', run: showFit } })
}
