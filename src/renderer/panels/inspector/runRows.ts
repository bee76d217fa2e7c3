/** The runs of a video as the Fit page lists them: those that the document came with, kept in step by the jobs of this window. Pure. */
import type { RunError, RunRecord, RunState } from '../../../shared/projectRecords.ts'
import type { PresetName } from '../../../shared/presets.ts'
import { isOver, type JobProgress } from '../../state/jobStore.ts'

export interface RunRow {
  readonly runId: number
  readonly preset: PresetName
  readonly kind: 'optimise' | 'refit' | null
  readonly state: RunState
  readonly step: number
  readonly steps: number
  /** Null where a job of this window is all that is known of it. */
  readonly activeMs: number | null
  readonly startedAt: number | null
  readonly error: RunError | null
  readonly canResume: boolean
}

const resumable = new Set<RunState>(['interrupted', 'cancelled', 'failed'])

/** Newest first. Takes the document's runs and the jobs of its video. */
export function runRows(runs: readonly RunRecord[], jobs: readonly JobProgress[]): RunRow[] {
  const rows = new Map<number, RunRow>()
  for (const run of runs) {
    const { id, preset, state, step, settings, activeMs, startedAt, error } = run
    rows.set(id, { runId: id, preset, kind: null, state, step, steps: settings.steps, activeMs, startedAt, error, canResume: resumable.has(state) })
  }
  const stored = new Map(rows)
  // A run that went on has a job for each stretch: the newest tells how it stands.
  for (const { job, losses } of [...jobs].sort((a, b) => a.job.id - b.job.id)) {
    if (job.runId === null || job.settings === null || (job.kind !== 'optimise' && job.kind !== 'refit')) continue
    const before = rows.get(job.runId)
    const step = job.state === 'done' ? job.settings.steps : Math.max(before?.step ?? 0, losses.at(-1)?.step ?? 0)
    rows.set(job.runId, {
      runId: job.runId,
      preset: job.settings.preset,
      kind: job.kind,
      state: job.state,
      step,
      steps: job.settings.steps,
      activeMs: isOver(job) && stored.get(job.runId)?.state === job.state ? stored.get(job.runId)!.activeMs : null,
      startedAt: before?.startedAt ?? null,
      error: job.error ?? (job.state === 'failed' ? (stored.get(job.runId)?.error ?? null) : null),
      canResume: resumable.has(job.state),
    })
  }
  return [...rows.values()].sort((a, b) => b.runId - a.runId)
}

export const runStateWords: Readonly<Record<RunState, string>> = {
  queued: 'waiting',
  running: 'running',
  paused: 'paused',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
}
