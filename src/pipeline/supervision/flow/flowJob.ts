/** The messages between builtinFlow and its workers: plain records. */
import type { FlowOptions } from '../../../engine/flow/flowKernel.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'

export interface FlowWorkerData {
  readonly size: Size
  readonly stride: number
  readonly folder: string
  readonly options: Partial<FlowOptions>
}

/** Computes flow between frames a and b, both ways, and writes both files. */
export interface FlowJob {
  readonly a: number
  readonly b: number
  /** Luma [height, width] in shared memory. */
  readonly lumaA: Float32Array
  readonly lumaB: Float32Array
  /** A frame between: flow a→via→b is the start; null for none. */
  readonly via: number | null
}

export type FlowReply = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: ErrorRecord }
