/** Tracking runs: what each was asked, how far it is, its losses over time. Not here: running them (server/jobs). */
import { TaplineError } from '../../shared/errors.ts'
import { presets, type PresetName, type TrackSettings } from '../../shared/presets.ts'
import type { LossPoint, RunError, RunRecord, RunState } from '../../shared/projectRecords.ts'
import type { Phase } from '../../shared/progress.ts'
import type { Query } from '../../shared/tracks.ts'
import type { Connection } from './connection.ts'
import { decodeLosses, encodeLosses } from './lossBlob.ts'
import { insidePath } from './projectPath.ts'

export interface NewRun {
  readonly videoId: number
  readonly settings: TrackSettings
  readonly queries: readonly Query[]
  readonly codeVersion: string
}

export type RunPatch = Partial<
  Pick<RunRecord, 'state' | 'step' | 'error' | 'checkpointPath' | 'checkpointStep' | 'startedAt' | 'endedAt' | 'activeMs' | 'phaseMs'>
>

interface Row {
  id: number
  video_id: number
  preset: PresetName
  settings_diff: string
  seed: number
  code_version: string
  state: RunState
  step: number
  error: string | null
  checkpoint_path: string | null
  checkpoint_step: number | null
  created_at: number
  started_at: number | null
  ended_at: number | null
  active_ms: number
  phase_ms: string
}

function recordOf(row: Row): RunRecord {
  const settingsDiff = JSON.parse(row.settings_diff) as Partial<TrackSettings>
  return {
    id: row.id,
    videoId: row.video_id,
    preset: row.preset,
    settingsDiff,
    settings: { ...presets[row.preset], ...settingsDiff, seed: row.seed },
    seed: row.seed,
    codeVersion: row.code_version,
    state: row.state,
    step: row.step,
    error: row.error === null ? null : (JSON.parse(row.error) as RunError),
    checkpointPath: row.checkpoint_path,
    checkpointStep: row.checkpoint_step,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    activeMs: row.active_ms,
    phaseMs: JSON.parse(row.phase_ms) as Partial<Record<Phase, number>>,
  }
}

/** What differs from the preset that the settings name; the seed is kept apart. */
export function settingsDiff(settings: TrackSettings): Partial<TrackSettings> {
  const preset = presets[settings.preset] as unknown as Record<string, unknown>
  const same = ([key, value]: [string, unknown]) => key === 'seed' || JSON.stringify(preset[key]) === JSON.stringify(value)
  return Object.fromEntries(Object.entries(settings).filter((entry) => !same(entry)))
}

export class RunReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** Runs of a video, or of all, newest first. */
  list(videoId?: number): RunRecord[] {
    const rows =
      videoId === undefined
        ? this.connection.all<Row>('SELECT * FROM run ORDER BY id DESC')
        : this.connection.all<Row>('SELECT * FROM run WHERE video_id = ? ORDER BY id DESC', videoId)
    return rows.map(recordOf)
  }

  /** @throws Error when there is none. */
  get(runId: number): RunRecord {
    const row = this.connection.get<Row>('SELECT * FROM run WHERE id = ?', runId)
    if (!row) throw new Error(`no run ${runId} in ${this.connection.folder}`)
    return recordOf(row)
  }

  /** What the run was asked, in the order asked. */
  queries(runId: number): Query[] {
    return this.connection.all<Query>('SELECT track_id AS id, frame, x, y FROM run_query WHERE run_id = ? ORDER BY ordinal', runId)
  }

  /** Losses over time, by ascending step. */
  losses(runId: number): LossPoint[] {
    return this.connection
      .all<{ data: Buffer }>('SELECT data FROM run_losses WHERE run_id = ? ORDER BY first_step', runId)
      .flatMap((row) => decodeLosses(row.data))
  }
}

export class RunWriter extends RunReader {
  /** A queued run. @throws TaplineError 'bad-query' when two queries have one id. */
  create(run: NewRun): RunRecord {
    const ids = new Set<string>()
    for (const { id } of run.queries) {
      if (ids.has(id)) throw new TaplineError('bad-query', `query ${id}`, 'its id occurs twice', 'Give each query an id of its own.')
      ids.add(id)
    }
    return this.connection.transaction(() => {
      const { id } = this.connection.run(
        `INSERT INTO run (video_id, preset, settings_diff, seed, code_version, state, created_at) VALUES (?, ?, ?, ?, ?, 'queued', ?)`,
        run.videoId,
        run.settings.preset,
        JSON.stringify(settingsDiff(run.settings)),
        run.settings.seed,
        run.codeVersion,
        Date.now(),
      )
      run.queries.forEach((query, ordinal) =>
        this.connection.run('INSERT INTO run_query (run_id, ordinal, track_id, frame, x, y) VALUES (?, ?, ?, ?, ?, ?)', id, ordinal, query.id, query.frame, query.x, query.y),
      )
      return this.get(id)
    })
  }

  update(runId: number, patch: RunPatch): RunRecord {
    return this.connection.transaction(() => {
      const run = { ...this.get(runId), ...patch }
      this.connection.run(
        `UPDATE run SET state = ?, step = ?, error = ?, checkpoint_path = ?, checkpoint_step = ?, started_at = ?, ended_at = ?, active_ms = ?, phase_ms = ?
         WHERE id = ?`,
        run.state,
        run.step,
        run.error === null ? null : JSON.stringify(run.error),
        run.checkpointPath === null ? null : insidePath(run.checkpointPath),
        run.checkpointStep,
        run.startedAt,
        run.endedAt,
        Math.round(run.activeMs),
        JSON.stringify(run.phaseMs),
        runId,
      )
      return this.get(runId)
    })
  }

  /** Appends losses by ascending step, all after those stored. */
  appendLosses(runId: number, points: readonly LossPoint[]): void {
    if (points.length === 0) return
    this.connection.run('INSERT INTO run_losses (run_id, first_step, data) VALUES (?, ?, ?)', runId, points[0].step, encodeLosses(points))
  }

  /** Forgets all losses of a run, and stores these. */
  replaceLosses(runId: number, points: readonly LossPoint[]): void {
    this.connection.transaction(() => {
      this.connection.run('DELETE FROM run_losses WHERE run_id = ?', runId)
      this.appendLosses(runId, points)
    })
  }

  /** Forgets the losses after a step: the run went back to it. */
  truncateLosses(runId: number, step: number): void {
    this.connection.transaction(() => {
      const kept = this.losses(runId).filter((point) => point.step <= step)
      this.replaceLosses(runId, kept)
    })
  }

  /** Runs that say they run or pause although no process runs them (the writer that ran them is gone) become 'interrupted'. */
  markInterrupted(): number {
    return this.connection.run(`UPDATE run SET state = 'interrupted', ended_at = ? WHERE state IN ('running', 'paused')`, Date.now()).changes
  }

  /** Removes a run with its predictions. Files in its folder are the caller's to delete. */
  remove(runId: number): void {
    this.connection.run('DELETE FROM run WHERE id = ?', runId)
  }
}
