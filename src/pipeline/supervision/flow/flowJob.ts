/** The messages between pairedFlow and its workers: plain records. */
import type { FlowOptions } from '../../../engine/flow/flowKernel.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'
import type { FlowBothWays } from './blendFlow.ts'

export interface FlowWorkerData {
  readonly size: Size
  readonly stride: number
  readonly folder: string
  readonly options: Partial<FlowOptions>
}

/** Computes flow and cycles between frames a and b, both ways, and writes both raw files. */
export interface MatchJob {
  readonly kind: 'match'
  readonly a: number
  readonly b: number
  /** RGB [height, width, 3] in shared memory. */
  readonly rgbA: Uint8Array
  readonly rgbB: Uint8Array
  /** A frame between: flow a→via→b is the start; null for none. */
  readonly via: number | null
  /** A network's flow of the pair, which helps ours; null for none. */
  readonly network: FlowBothWays | null
}

/** Another pair of the same first frame that tells surfaces apart. `raw`: not completed yet. */
export interface WitnessRef {
  readonly to: number
  readonly scale: number
  readonly raw: boolean
}

/** Completes the raw pairs of a and b, both ways, and writes the final files. */
export interface CompleteJob {
  readonly kind: 'complete'
  readonly a: number
  readonly b: number
  readonly witnessesA: readonly WitnessRef[]
  readonly witnessesB: readonly WitnessRef[]
}

export type FlowJob = MatchJob | CompleteJob

export type FlowReply = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: ErrorRecord }
