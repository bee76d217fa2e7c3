/**
 * What a step teaches: loss weights, learning rates and the window of frame gaps, as functions of the step.
 * The paper's numbers stand for its 22,000 steps; shorter runs scale the time axis, not the weights.
 */
import type { LossWeights, StepRates } from '../../engine/backend.ts'
import type { TrackSettings } from '../../shared/presets.ts'

const PAPER_STEPS = 22_000

/** A refit begins where a fit ended: its rates are this share of the first ones of a fit. */
const REFIT_RATE = 0.3
/**
 * Weight of a correction beside a flow correspondence. Hundreds are drawn in each step, from a few tracks: more weight bends the field for
 * them alone. Measured on synthetic scenes: 1 to 4 cost other tracks more than they gained.
 */
const CORRECTION = 0.3

export interface Lesson {
  readonly weights: LossWeights
  readonly rates: StepRates
  /** Largest gap between the frames of a flow pair. */
  readonly maxGap: number
  readonly longTerm: boolean
  /** Drop long-term outliers after this step? */
  readonly trim: boolean
}

/** The lesson of step `step` of `settings.steps`; `priorTrust` (0..1) scales the depth prior's terms; `refit`: the field was fitted before. */
export function lessonAt(step: number, settings: TrackSettings, priorTrust: number, refit = false): Lesson {
  // The paper's schedule compressed to this run's length; a fitted field has it behind it.
  const paperStep = refit ? PAPER_STEPS : (step * PAPER_STEPS) / Math.max(1, settings.steps)
  // The paper falls to 0.01 since its matches are of patch size and partly wrong; ours are sub-pixel and filtered.
  const longTerm = paperStep < 2_000 ? 1 : 0.3
  const decay = settings.decay ** Math.floor(step / settings.decaySteps)
  // A few cautious steps: Adam's second moments are estimates of nothing at first.
  const warmUp = Math.min(1, (step + 1) / 20) * (refit ? REFIT_RATE : 1)
  return {
    weights: {
      pixel: 1,
      longTerm: settings.useLongTerm ? longTerm : 0,
      correction: CORRECTION,
      depth: 100,
      prior: priorTrust,
      priorLongTerm: 10 * priorTrust,
      priorGradient: priorTrust,
      priorGradientLongTerm: 100 * priorTrust,
      occlusion: 10,
      occlusionMargin: 0.08,
      flowGradient: settings.flowGradient * Math.min(1, paperStep / 10_000),
    },
    rates: {
      network: settings.learningRate.network * decay * warmUp,
      depth: settings.learningRate.depth * decay * warmUp,
      clipDepth: 10,
      clipNetwork: Number.POSITIVE_INFINITY,
    },
    // The paper opens the window from 12 by 20 frames every hundred steps; we begin nearer, since flow at gap 1 is the best taught.
    maxGap: 4 + 20 * Math.floor(paperStep / 100),
    longTerm: settings.useLongTerm,
    trim: paperStep > 2_000,
  }
}
