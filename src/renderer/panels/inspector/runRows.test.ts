import { expect, test } from 'vitest'
import { presets } from '../../../shared/presets.ts'
import type { RunRecord, RunState } from '../../../shared/projectRecords.ts'
import type { JobKind, JobView } from '../../../shared/studio/document.ts'
import type { JobProgress } from '../../state/jobStore.ts'
import { runRows } from './runRows.ts'

function run(id: number, state: RunState, step: number): RunRecord {
  return {
    id, videoId: 1, preset: 'draft', settingsDiff: {}, settings: presets.draft, seed: 0, codeVersion: '0', state, step, error: null, checkpointPath: null,
    checkpointStep: null, createdAt: id, startedAt: id, endedAt: null, activeMs: 1000 * id, phaseMs: {},
  }
}

function job(runId: number | null, state: RunState, at: { id?: number; kind?: JobKind; step?: number; error?: JobView['error'] } = {}): JobProgress {
  const { id = 9, kind = 'optimise', step, error = null } = at
  const losses = step === undefined ? [] : [{ step, losses: { total: 1, pixel: 1, depth: 0, prior: 0, occlusion: 0, longTerm: 0 } }]
  return {
    job: { id, kind, project: '/p', video: 1, runId, title: 'clip', state, error, settings: presets.draft, last: null },
    losses, pointsPerSecond: null, etaS: null, share: null, amount: null, label: '', preview: null, notes: [],
  }
}

test('runs are listed newest first; those that did not reach their end can go on', () => {
  const rows = runRows([run(1, 'done', 600), run(3, 'interrupted', 40), run(2, 'failed', 7)], [])
  expect(rows.map(({ runId, canResume }) => [runId, canResume])).toEqual([[3, true], [2, true], [1, false]])
})

test('a job brings its run up to date', () => {
  const [row] = runRows([run(1, 'interrupted', 40)], [job(1, 'running', { step: 90 })])
  expect(row).toMatchObject({ state: 'running', step: 90, steps: 600, canResume: false })
})

test('a run that the document does not know yet is listed from its job', () => {
  const rows = runRows([run(1, 'done', 600)], [job(2, 'done', { step: 590, kind: 'refit' })])
  expect(rows.map(({ runId, kind, step }) => ({ runId, kind, step }))).toEqual([{ runId: 2, kind: 'refit', step: 600 }, { runId: 1, kind: null, step: 600 }])
})

test('of the jobs of a run that went on, the newest counts, whatever order they come in', () => {
  const jobs = [job(1, 'done', { id: 12 }), job(1, 'cancelled', { id: 11, step: 40 })]
  expect(runRows([run(1, 'done', 600)], jobs)).toMatchObject([{ state: 'done', step: 600, activeMs: 1000, canResume: false }])
})

test('a failure of this session shows its error and can go on', () => {
  const error = { code: 'diverged', subject: 'Run 1', reason: 'losses are not numbers', next: 'Try another seed.' } as const
  expect(runRows([run(1, 'running', 5)], [job(1, 'failed', { error })])[0]).toMatchObject({ state: 'failed', error, canResume: true, step: 5 })
})

test('imports and exports are no runs', () => {
  expect(runRows([], [job(null, 'running', { kind: 'import' }), job(null, 'done', { kind: 'export' })])).toEqual([])
})
