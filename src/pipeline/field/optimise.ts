/**
 * The test-time optimisation of one field: steps, progress, previews, pause, cancel, checkpoints, and recovery from
 * divergence. Not here: what a step teaches (curriculum.ts), what it draws (sampler.ts), or its arithmetic (engine).
 */
import type { FieldEngine, FieldState, StepResult } from '../../engine/backend.ts'
import { TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { HumanTrack } from '../../shared/jobs.ts'
import type { PauseGate } from '../../shared/pauseGate.ts'
import type { TrackSettings } from '../../shared/presets.ts'
import type { Progress, StepLosses } from '../../shared/progress.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { lessonAt } from './curriculum.ts'
import type { Sampler, SamplerState } from './sampler.ts'

export interface OptimiseInput {
  readonly engine: FieldEngine
  readonly sampler: Sampler
  readonly settings: TrackSettings
  readonly priorTrust: number
  readonly runKey: string
  /** Kept in the checkpoints, for those who read tracks from the field later. */
  readonly humans?: readonly HumanTrack[]
  /** The engine holds a fitted field, which goes on being fitted. */
  readonly refit?: boolean
  readonly checkpoint?: Uint8Array
  readonly saveCheckpoint: (bytes: Uint8Array, step: number) => Promise<void>
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly pause: PauseGate
  /** Tracks as the field sees them now; called a few times a minute. */
  readonly preview?: () => Promise<TrackSet>
  readonly checkpointEveryMs?: number
  readonly previewEveryMs?: number
}

export const LOSS_COLUMNS = 8
const REPORT_EVERY = 10
/** Steps between copies of the state that a divergence falls back to. */
const GOOD_EVERY = 250
const MAX_RECOVERIES = 4

interface Good {
  readonly step: number
  readonly field: FieldState
  readonly sampler: SamplerState
}

/** Runs the remaining steps. Returns the losses [rows, LOSS_COLUMNS]: step, total, pixel, depth, prior, occlusion, longTerm, points/s. */
export async function optimise(input: OptimiseInput): Promise<Float32Array> {
  const { engine, sampler, settings, progress, signal, pause } = input
  let step = 0
  let rateScale = 1
  let recoveries = 0
  const losses: number[] = []
  if (input.checkpoint) {
    const saved = decodeCheckpoint(input.checkpoint, input.runKey)
    await engine.importState(saved.field)
    sampler.restore(saved.sampler)
    ;({ step, rateScale, recoveries } = saved)
    losses.push(...saved.losses)
    progress({ kind: 'resumed', step })
  }
  const save = async () => {
    const field = await engine.exportState()
    const bytes = encodeCheckpoint({
      runKey: input.runKey, shape: engine.shape, humans: input.humans ?? [], step, rateScale, recoveries, losses: Float32Array.from(losses), field, sampler: sampler.save(),
    })
    await input.saveCheckpoint(bytes, step)
    progress({ kind: 'checkpoint', step })
  }
  let good: Good = { step, field: await engine.exportState(), sampler: sampler.save() }
  const watch = new DivergenceWatch()
  const meter = new Meter(step)
  let lastSave = performance.now()
  let lastPreview = performance.now()
  // Something to look at soon, however fast the steps are.
  const firstPreview = Math.ceil(settings.steps / 10)

  while (step < settings.steps) {
    if (signal.aborted) {
      await save()
      throwIfCancelled(signal, 'optimisation')
    }
    if (pause.paused) {
      await save()
      progress({ kind: 'paused', step })
      await Promise.race([pause.wait(), aborted(signal)])
      if (!signal.aborted) progress({ kind: 'resumed', step })
      meter.restart(step)
      continue
    }
    const lesson = lessonAt(step, settings, input.priorTrust, input.refit)
    const batch = sampler.next(lesson.maxGap, lesson.longTerm)
    if (!batch.groups.length)
      throw new TaplineError('diverged', 'optimisation', 'no motion could be followed from any frame to another', 'Check that the clip shows one continuous shot.')
    const { network, depth } = lesson.rates
    const result = await engine.step(batch, lesson.weights, { ...lesson.rates, network: network * rateScale, depth: depth * rateScale })
    const trouble = result.finite ? watch.see(result.losses.pixel) : 'a loss or gradient was not finite'
    if (trouble) {
      if (++recoveries > MAX_RECOVERIES)
        throw new TaplineError('diverged', 'optimisation', `${trouble}, ${recoveries} times`, 'Try another seed, or the draft preset.')
      await engine.importState(good.field)
      sampler.restore(good.sampler)
      step = good.step
      rateScale *= 0.5
      // Those steps will be done again.
      while (losses.length && losses[losses.length - LOSS_COLUMNS] > step) losses.length -= LOSS_COLUMNS
      watch.reset()
      progress({ kind: 'recovered', step, reason: `${trouble}; went back to step ${step} with half the learning rate` })
      continue
    }
    sampler.report(result.residuals)
    if (lesson.trim) sampler.trimLongTerm(result.residuals, 2)
    step++
    meter.add(batch.kind.length)
    if (step % REPORT_EVERY === 0 || step === settings.steps) {
      const row = stepLosses(result)
      const rate = meter.pointsPerSecond()
      losses.push(step, row.total, row.pixel, row.depth, row.prior, row.occlusion, row.longTerm, rate)
      progress({ kind: 'step', step, steps: settings.steps, losses: row, pointsPerSecond: rate, etaS: meter.etaS(step, settings.steps) })
    }
    if (step % GOOD_EVERY === 0) good = { step, field: await engine.exportState(), sampler: sampler.save() }
    const now = performance.now()
    if (now - lastSave > (input.checkpointEveryMs ?? 15_000)) {
      await save()
      lastSave = performance.now()
    }
    if (input.preview && (step === firstPreview || now - lastPreview > (input.previewEveryMs ?? 5_000))) {
      // Stopped on the way through a preview, the steps done are still saved, above.
      const tracks = await input.preview().catch((error: unknown) => {
        if (signal.aborted) return null
        throw error
      })
      if (tracks) progress({ kind: 'preview', step, tracks })
      lastPreview = performance.now()
    }
  }
  await save()
  return Float32Array.from(losses)
}

function stepLosses(result: StepResult): StepLosses {
  const l = result.losses
  return { total: l.total, pixel: l.pixel, depth: l.depth, prior: l.prior + l.priorGradient, occlusion: l.occlusion, longTerm: l.longTerm }
}

/** Says when the pixel loss has run away from the best that it was. */
class DivergenceWatch {
  private mean = 0
  private best = Number.POSITIVE_INFINITY
  private seen = 0

  see(pixelLoss: number): string | null {
    this.mean = this.seen++ ? 0.95 * this.mean + 0.05 * pixelLoss : pixelLoss
    if (this.seen < 50) return null
    this.best = Math.min(this.best, this.mean)
    return this.mean > 8 * this.best + 20 ? `the pixel loss rose from ${this.best.toFixed(1)} to ${this.mean.toFixed(1)}` : null
  }

  reset(): void {
    this.seen = 0
    this.best = Number.POSITIVE_INFINITY
  }
}

/** Points per second over the steps since the last (re)start, and the time to go. */
class Meter {
  private started = performance.now()
  private first: number
  private points = 0

  constructor(step: number) {
    this.first = step
  }

  restart(step: number): void {
    this.started = performance.now()
    this.first = step
    this.points = 0
  }

  add(points: number): void {
    this.points += points
  }

  pointsPerSecond(): number {
    return (this.points * 1000) / Math.max(1, performance.now() - this.started)
  }

  etaS(step: number, steps: number): number {
    const perStep = (performance.now() - this.started) / 1000 / Math.max(1, step - this.first)
    return perStep * (steps - step)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
