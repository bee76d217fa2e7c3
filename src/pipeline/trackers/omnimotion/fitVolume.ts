/**
 * The steps that fit a volume to its clip: what weighs how much when, Adam, progress, cancel, and recovery from divergence. Not here: a step's
 * arithmetic (rayLoss.ts), its rays (raySampler.ts).
 */
import { clipScale, initMoments, squaredNorm, updateAdam, type Moments } from '../../../engine/optim/adam.ts'
import { TaplineError, throwIfCancelled } from '../../../shared/errors.ts'
import type { Progress, StepLosses } from '../../../shared/progress.ts'
import type { RayGroup, RayLosses, RayWeights } from './rayLoss.ts'
import { volumeGroups, type Volume } from './volume.ts'
import { VolumePool } from './volumePool.ts'

export interface FitSettings {
  readonly steps: number
  readonly groupsPerStep: number
  readonly raysPerGroup: number
  /** Learning rates of the three groups at the start; they fall exponentially to `finalRate` of that. */
  readonly rates: Readonly<Record<(typeof volumeGroups)[number], number>>
  readonly finalRate: number
  /** The gradient's norm is clipped at this. */
  readonly clip: number
  /** Largest weight of the distortion term (published: 10). */
  readonly distortion: number
}

export interface FitInput {
  readonly volume: Volume
  readonly settings: FitSettings
  /** Groups of `settings.raysPerGroup` rays; none at all is an error. */
  draw(groups: number, maxGap: number): readonly RayGroup[]
  readonly threads: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

const REPORT_EVERY = 10
/** Steps between copies of the values that a divergence falls back to. */
const GOOD_EVERY = 100
const MAX_RECOVERIES = 4

/** The published weights, with ramps by share of the run for its 100,000 steps: colour to half the run, distortion from 0.4 to 0.6 of it. */
export function weightsAt(share: number, distortion: number): RayWeights {
  const ramp = (from: number, to: number) => Math.min(Math.max((share - from) / (to - from), 0), 1)
  return { flow: 1, photometric: 10 * ramp(0, 0.5), smoothness: 20, depthRange: 10, distortion: distortion * ramp(0.4, 0.6) }
}

/** Pairs of any gap from a fifth of the run on; before, of gaps that grow to that. */
const maxGapAt = (share: number) => (share < 0.2 ? 2 + 70 * share : Number.POSITIVE_INFINITY)

/** @throws TaplineError 'diverged', or 'cancelled' between steps */
export async function fitVolume(input: FitInput): Promise<void> {
  const pool = new VolumePool(input.volume, input.settings.raysPerGroup, input.threads)
  try {
    await fitWith(pool, input)
  } finally {
    await pool.close()
  }
}

async function fitWith(pool: VolumePool, { volume, settings, draw, progress, signal }: FitInput): Promise<void> {
  const updater = new VolumeUpdater(volume, settings)
  const watch = new DivergenceWatch()
  let good = { step: 0, values: volume.values.slice() }
  let rateScale = 1
  let recoveries = 0
  let meter = { started: performance.now(), steps: 0 }
  for (let step = 0; step < settings.steps; ) {
    // Others' turn: an abort comes by the event loop.
    await new Promise(resolve => setImmediate(resolve))
    throwIfCancelled(signal, 'OmniMotion')
    const share = step / settings.steps
    const groups = draw(settings.groupsPerStep, maxGapAt(share))
    if (!groups.length) throw failure('no motion could be followed from any frame to another', 'Check that the clip shows one continuous shot.')
    const losses = await pool.differentiate(groups, weightsAt(share, settings.distortion))
    const updated = updater.update(losses, pool.gradients, rateScale * settings.finalRate ** share)
    const trouble = updated ? watch.see(losses.pixel) : 'a loss or gradient was not finite'
    if (trouble) {
      if (++recoveries > MAX_RECOVERIES) throw failure(`${trouble}, ${recoveries} times`, 'Try another seed, or another tracker.')
      volume.values.set(good.values)
      updater.restart()
      step = good.step
      rateScale *= 0.5
      watch.reset()
      meter = { started: performance.now(), steps: 0 }
      progress({ kind: 'recovered', step, reason: `${trouble}; went back to step ${step} with half the learning rate` })
      continue
    }
    step++
    meter.steps++
    if (step % REPORT_EVERY === 0 || step === settings.steps) {
      const perStepS = (performance.now() - meter.started) / 1000 / meter.steps
      progress({
        kind: 'step', step, steps: settings.steps, losses: stepLosses(losses),
        pointsPerSecond: (groups.length * settings.raysPerGroup) / perStepS, etaS: perStepS * (settings.steps - step),
      })
    }
    if (step % GOOD_EVERY === 0) good = { step, values: volume.values.slice() }
  }
}

/** Smoothness goes as prior; colour is in the total alone. */
function stepLosses({ flow, photometric, smoothness, depthRange, distortion, pixel }: RayLosses): StepLosses {
  const depth = depthRange + distortion
  return { total: flow + photometric + smoothness + depth, pixel, depth, prior: smoothness, occlusion: 0, longTerm: 0 }
}

const failure = (reason: string, next: string) => new TaplineError('diverged', 'OmniMotion', reason, next)

/** Clipping and Adam on the pool's gradients. */
class VolumeUpdater {
  readonly #volume: Volume
  readonly #settings: FitSettings
  #moments: readonly Moments[]
  #updates = 0

  constructor(volume: Volume, settings: FitSettings) {
    this.#volume = volume
    this.#settings = settings
    this.#moments = this.#freshMoments()
  }

  /** False when a loss or a gradient is not finite: then nothing is updated. */
  update(losses: RayLosses, gradients: Float64Array, rateScale: number): boolean {
    const norm = Math.sqrt(squaredNorm(gradients))
    if (!Number.isFinite(Object.values(losses).reduce((sum, term) => sum + term, norm))) return false
    this.#updates++
    const scale = clipScale(norm, this.#settings.clip)
    volumeGroups.forEach((group, k) => {
      const [values, own] = [this.#volume.values, gradients].map(all => all.subarray(...this.#volume.ranges[group]))
      updateAdam(values, own, this.#moments[k], this.#updates, rateScale * this.#settings.rates[group], scale)
    })
    return true
  }

  /** Adam starts afresh. */
  restart(): void {
    this.#updates = 0
    this.#moments = this.#freshMoments()
  }

  #freshMoments(): readonly Moments[] {
    return volumeGroups.map(group => initMoments(this.#volume.ranges[group][1] - this.#volume.ranges[group][0]))
  }
}

/** Says when the pixel loss has run away from the best that it was. */
class DivergenceWatch {
  #mean = 0
  #best = Number.POSITIVE_INFINITY
  #seen = 0

  see(pixelLoss: number): string | null {
    this.#mean = this.#seen++ ? 0.95 * this.#mean + 0.05 * pixelLoss : pixelLoss
    if (this.#seen < 50) return null
    this.#best = Math.min(this.#best, this.#mean)
    return this.#mean > 8 * this.#best + 20 ? `the pixel loss rose from ${this.#best.toFixed(1)} to ${this.#mean.toFixed(1)}` : null
  }

  reset(): void {
    this.#seen = 0
    this.#best = Number.POSITIVE_INFINITY
  }
}
