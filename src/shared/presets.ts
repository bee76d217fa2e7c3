/** Settings of one tracking run, and presets: whole named values. Only what differs from its preset is stored. */

export const couplings = ['cadex', 'affine'] as const
/** Coupling layers of the field: cadex = CaDeX++'s monotone piecewise-linear functions; affine = scale and shift (RealNVP), for ablations. */
export type Coupling = (typeof couplings)[number]

export type PresetName = 'draft' | 'standard' | 'fine'

export interface TrackSettings {
  readonly preset: PresetName
  readonly seed: number
  /** Long side of the working size, in pixels; never above the clip's own. */
  readonly longSide: number
  /** Frame gaps at which dense flow is computed, ascending from 1. */
  readonly flowGaps: readonly number[]
  readonly steps: number
  /** Frame pairs drawn in a step, and points in each. */
  readonly pairsPerStep: number
  readonly pointsPerPair: number
  readonly learningRate: { readonly network: number; readonly depth: number }
  /** Learning rates are multiplied by `decay` every `decaySteps` steps. */
  readonly decay: number
  readonly decaySteps: number
  /** Largest weight of the flow-gradient term (the paper: at most 0.1); 0 leaves it out. */
  readonly flowGradient: number
  readonly useLongTerm: boolean
  readonly useDepthPrior: boolean
  readonly coupling: Coupling
  /** Control points B of a piecewise-linear coupling, even, 2 to 16; the paper: 4. */
  readonly controlPoints: number
}

const paper = {
  seed: 0,
  longSide: 512,
  flowGaps: [1, 2, 3, 4, 6, 8, 12, 16],
  learningRate: { network: 3e-3, depth: 5e-3 },
  decay: 0.33,
  flowGradient: 0,
  useLongTerm: true,
  useDepthPrior: true,
  coupling: 'cadex',
  controlPoints: 4,
} as const

export const presets: Readonly<Record<PresetName, TrackSettings>> = {
  /** A first look in about a minute. */
  draft: { ...paper, preset: 'draft', longSide: 384, flowGaps: [1, 2, 4, 8], steps: 600, pairsPerStep: 32, pointsPerPair: 64, decaySteps: 200 },
  /** Minutes on a laptop: the default. */
  standard: { ...paper, preset: 'standard', steps: 4_000, pairsPerStep: 32, pointsPerPair: 64, decaySteps: 1_350 },
  /** The paper's length and batch: for a GPU, or for a night. */
  fine: { ...paper, preset: 'fine', longSide: 854, steps: 22_000, pairsPerStep: 96, pointsPerPair: 256, decaySteps: 5_000 },
}

export const presetNames = Object.keys(presets) as PresetName[]
