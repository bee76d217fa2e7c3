/** The one message stream of long work, the same for the command line, the studio and tests. */
import type { ErrorRecord } from './errors.ts'
import type { TrackSet } from './tracks.ts'

export type Phase = 'import' | 'flow' | 'matches' | 'depth' | 'optimise' | 'readout' | 'export'

export interface StepLosses {
  readonly total: number
  /** Mean |p̂_j − p_j|₁ in working pixels over flow correspondences. */
  readonly pixel: number
  readonly depth: number
  readonly prior: number
  readonly occlusion: number
  readonly longTerm: number
}

export type ProgressMessage =
  | { readonly kind: 'phase'; readonly phase: Phase; readonly label: string }
  | { readonly kind: 'progress'; readonly phase: Phase; readonly done: number; readonly total: number; readonly etaS: number | null }
  | {
      readonly kind: 'step'
      readonly step: number
      readonly steps: number
      readonly losses: StepLosses
      readonly pointsPerSecond: number
      readonly etaS: number
    }
  | { readonly kind: 'preview'; readonly step: number; readonly tracks: TrackSet }
  | { readonly kind: 'checkpoint'; readonly step: number }
  | { readonly kind: 'paused'; readonly step: number }
  | { readonly kind: 'resumed'; readonly step: number }
  | { readonly kind: 'recovered'; readonly step: number; readonly reason: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }
  | { readonly kind: 'done' }

export type Progress = (message: ProgressMessage) => void
