import { afterEach, expect, test } from 'vitest'
import type { JobView } from '../../shared/studio/document.ts'
import { activeJob, putJob, putProgress, setJobs, useJobs } from './jobStore.ts'

const job = (id: number, more: Partial<JobView> = {}): JobView => ({ id, kind: 'optimise', project: '/p', video: 1, runId: id, title: `Optimise ${id}`, state: 'running', error: null, settings: null, last: null, ...more })

afterEach(() => useJobs.setState({ jobs: new Map() }))

test('jobs of a server that is gone do not stay under way', () => {
  putJob(job(1))
  setJobs([])
  expect(activeJob(useJobs.getState())).toBeNull()
})

test('a job that goes on keeps what was heard of it', () => {
  putJob(job(1))
  putProgress(1, { kind: 'progress', phase: 'flow', done: 1, total: 4, etaS: 9 })
  setJobs([job(1), job(2, { state: 'queued' })])
  expect([...useJobs.getState().jobs.values()].map(({ job, share }) => [job.id, share])).toEqual([[1, 0.25], [2, null]])
})

test('another job of the same number starts anew', () => {
  putJob(job(1))
  putProgress(1, { kind: 'progress', phase: 'flow', done: 1, total: 4, etaS: 9 })
  setJobs([job(1, { kind: 'import', runId: null, title: 'Import a.mp4' })])
  expect(useJobs.getState().jobs.get(1)).toMatchObject({ share: null, etaS: null, label: 'Import a.mp4' })
})
