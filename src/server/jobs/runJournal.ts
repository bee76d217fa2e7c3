/**
 * What a project learns of a run under way: state, losses, checkpoint, times. Written when a checkpoint is, since a
 * resume does over what comes after it anyway; so the project is written a few times a minute, whatever the step rate.
 */
import type { Phase, ProgressMessage } from '../../shared/progress.ts'
import type { LossPoint, RunError, RunRecord } from '../../shared/projectRecords.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { ProjectWriter } from '../db/project.ts'
import type { RunPatch } from '../db/runs.ts'
import { CHECKPOINT_FILE, type SavedCheckpoint } from './checkpointFile.ts'

export type RunOutcome =
  | { readonly kind: 'done'; readonly tracks: TrackSet }
  | { readonly kind: 'failed'; readonly error: RunError }
  | { readonly kind: 'stopped'; readonly as: 'cancelled' | 'interrupted' }

export class RunJournal {
  readonly #project: ProjectWriter
  readonly #runId: number
  #run: RunRecord
  #losses: LossPoint[] = []
  #step: number
  /** When the stretch of running now under way began; null while paused or before the start. */
  #since: number | null = null
  #phase: Phase | null = null
  #activeMs: number
  #phaseMs: Partial<Record<Phase, number>>

  constructor(project: ProjectWriter, runId: number) {
    this.#project = project
    this.#runId = runId
    this.#run = project.runs.get(runId)
    this.#step = this.#run.step
    this.#activeMs = this.#run.activeMs
    this.#phaseMs = { ...this.#run.phaseMs }
  }

  /** The record as last written. */
  get run(): RunRecord {
    return this.#run
  }

  /** The run starts, or goes on from its checkpoint: the losses are those that stand there. */
  begin(checkpoint: SavedCheckpoint | null): void {
    const step = checkpoint?.step ?? 0
    this.#since = performance.now()
    this.#step = step
    this.#project.gesture(() => {
      this.#project.runs.replaceLosses(this.#runId, checkpoint?.losses ?? [])
      this.#write({ state: 'running', error: null, startedAt: this.#run.startedAt ?? Date.now(), endedAt: null, ...this.#checkpoint(step) })
    })
  }

  record(message: ProgressMessage): void {
    switch (message.kind) {
      case 'phase':
        this.#clock()
        this.#phase = message.phase
        break
      case 'step':
        this.#step = message.step
        this.#losses.push({ step: message.step, losses: message.losses })
        break
      case 'recovered':
        // The pipeline went back to an earlier step.
        this.#step = message.step
        this.#losses = this.#losses.filter((point) => point.step <= message.step)
        this.#project.runs.truncateLosses(this.#runId, message.step)
        break
      case 'checkpoint':
        this.#flush(this.#checkpoint(message.step))
        break
      case 'paused':
        this.#clock()
        this.#since = null
        this.#flush({ state: 'paused' })
        break
      case 'resumed':
        this.#since ??= performance.now()
        if (this.#run.state !== 'running') this.#flush({ state: 'running' })
    }
  }

  /** The run has ended; its result is saved in the same transaction. */
  finish(outcome: RunOutcome): RunRecord {
    this.#clock()
    this.#project.gesture(() => {
      if (outcome.kind === 'done') this.#project.predictions.save(this.#runId, outcome.tracks)
      const endedAt = Date.now()
      if (outcome.kind === 'done') this.#flush({ state: 'done', endedAt })
      else if (outcome.kind === 'failed') this.#flush({ state: 'failed', error: outcome.error, endedAt })
      else this.#flush({ state: outcome.as, endedAt })
    })
    return this.#run
  }

  #checkpoint(step: number): RunPatch {
    return step === 0 ? { checkpointPath: null, checkpointStep: null } : { checkpointPath: `runs/${this.#runId}/${CHECKPOINT_FILE}`, checkpointStep: step }
  }

  #flush(patch: RunPatch): void {
    this.#clock()
    this.#project.gesture(() => {
      this.#project.runs.appendLosses(this.#runId, this.#losses)
      this.#write(patch)
    })
    this.#losses = []
  }

  #write(patch: RunPatch): void {
    this.#run = this.#project.runs.update(this.#runId, { step: this.#step, activeMs: this.#activeMs, phaseMs: this.#phaseMs, ...patch })
  }

  /** Adds the time since the last call to the run's and the phase's. */
  #clock(): void {
    if (this.#since === null) return
    const now = performance.now()
    const ms = now - this.#since
    this.#since = now
    this.#activeMs += ms
    if (this.#phase) this.#phaseMs = { ...this.#phaseMs, [this.#phase]: Math.round((this.#phaseMs[this.#phase] ?? 0) + ms) }
  }
}
