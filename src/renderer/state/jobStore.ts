/** Long work as it goes: each job, its losses, its preview tracks. Fed by events (session.ts). */
import { create } from 'zustand'
import type { ProgressMessage, StepLosses } from '../../shared/progress.ts'
import type { LossPoint } from '../../shared/projectRecords.ts'
import type { JobView } from '../../shared/studio/document.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { measured, type Amount } from './amount.ts'

export interface JobProgress {
  readonly job: JobView
  /** By ascending step. */
  readonly losses: readonly LossPoint[]
  readonly pointsPerSecond: number | null
  readonly etaS: number | null
  /** 0..1 of the phase under way; null where it does not say. */
  readonly share: number | null
  /** What the phase under way counts, and how fast it goes; null where it does not count. */
  readonly amount: Amount | null
  /** What it is doing, in words. */
  readonly label: string
  /** Tracks as the field sees them now; ids are those of the tracks. */
  readonly preview: TrackSet | null
  /** Notes on the way: recoveries, what was left out. */
  readonly notes: readonly string[]
}

export interface JobState {
  /** By id; the newest last. */
  readonly jobs: ReadonlyMap<number, JobProgress>
}

export const useJobs = create<JobState>(() => ({ jobs: new Map() }))

export const isOver = ({ state }: JobView): boolean => state === 'done' || state === 'failed' || state === 'cancelled' || state === 'interrupted'

/** The job under way or waiting that was added first; null where there is none. */
export function activeJob({ jobs }: JobState): JobProgress | null {
  for (const progress of jobs.values()) if (!isOver(progress.job)) return progress
  return null
}

export function jobsOf({ jobs }: JobState, project: string, video: number): JobProgress[] {
  return [...jobs.values()].filter(({ job }) => job.project === project && job.video === video)
}

const fresh = (job: JobView): JobProgress => ({ job, losses: [], pointsPerSecond: null, etaS: null, share: null, amount: null, label: job.title, preview: null, notes: [] })

/** The server's whole list, the newest last: jobs of a server that is gone are gone; those that go on keep what was heard of them. */
export function setJobs(list: readonly JobView[]): void {
  const { jobs } = useJobs.getState()
  // A server numbers its jobs from 1: the same number may be another job's.
  const goesOn = (before: JobView, now: JobView) => before.project === now.project && before.kind === now.kind && before.runId === now.runId && before.title === now.title
  useJobs.setState({ jobs: new Map(list.flatMap(now => {
    const before = jobs.get(now.id)
    return before && goesOn(before.job, now) ? [[now.id, before] as const] : []
  })) })
  list.forEach(putJob)
}

export function putJob(job: JobView): void {
  useJobs.setState(({ jobs }) => {
    const before = jobs.get(job.id) ?? fresh(job)
    let next: JobProgress = { ...before, job }
    if (job.last && before.job.last === null) next = { ...advance(next, job.last), job }
    if (isOver(job)) next = { ...next, preview: null, etaS: null }
    return { jobs: new Map(jobs).set(job.id, next) }
  })
}

export function putProgress(id: number, message: ProgressMessage): void {
  useJobs.setState(({ jobs }) => {
    const before = jobs.get(id)
    return before ? { jobs: new Map(jobs).set(id, advance(before, message)) } : {}
  })
}

/** Losses of a run that went on from a checkpoint, or that another window started. */
export function putLosses(id: number, losses: readonly LossPoint[]): void {
  useJobs.setState(({ jobs }) => {
    const before = jobs.get(id)
    return before ? { jobs: new Map(jobs).set(id, { ...before, losses: [...losses.filter(point => point.step < (before.losses[0]?.step ?? Infinity)), ...before.losses] }) } : {}
  })
}

function advance(before: JobProgress, message: ProgressMessage): JobProgress {
  switch (message.kind) {
    case 'phase':
      return { ...before, label: message.label, share: null, amount: null, etaS: null }
    case 'progress':
      return { ...before, share: message.total ? message.done / message.total : null, amount: measured(before.amount, message, performance.now()), etaS: message.etaS }
    case 'step':
      return {
        ...before,
        losses: withPoint(before.losses, message.step, message.losses),
        pointsPerSecond: message.pointsPerSecond,
        etaS: message.etaS,
        share: message.steps ? message.step / message.steps : null,
      }
    case 'preview':
      return { ...before, preview: message.tracks }
    case 'recovered':
      return { ...before, losses: before.losses.filter(point => point.step <= message.step), notes: [...before.notes, message.reason] }
    case 'note':
      return { ...before, notes: [...before.notes, message.text] }
    default:
      return before
  }
}

function withPoint(losses: readonly LossPoint[], step: number, values: StepLosses): readonly LossPoint[] {
  const last = losses.at(-1)
  return last && last.step >= step ? losses : [...losses, { step, losses: values }]
}
