/**
 * What supervises a field: dense flow pairs, sparse long-term matches, a depth prior. Interfaces and records only;
 * each has one implementation in a folder beside this file, and networks can replace it.
 * All coordinates are raster pixels of the working size.
 */
import type { FrameSource } from '../frames/frameSource.ts'
import type { FrameIndex, WorkXY } from '../../shared/units.ts'

/** What flow knows of a pixel of `from` seen in `to`. */
export const FlowStatus = {
  /** Nothing can be said. */
  unknown: 0,
  /** Forward-backward cycle agrees: visible in both frames, at p + flow. */
  visible: 1,
  /** The cycle fails but the double cycle agrees: the flow holds although the pixel is occluded in `to`. */
  occludedKnown: 2,
  /** The cycle fails and the target's own motion disagrees: occluded in `to`, place unknown. */
  occluded: 3,
  /** p + flow leaves the frame. */
  outOfFrame: 4,
} as const

/** Flow from one frame to another on a grid of nodes: node (i,j) describes the raster point ((i+.5)·stride, (j+.5)·stride). */
export interface FlowPair {
  readonly from: FrameIndex
  readonly to: FrameIndex
  readonly columns: number
  readonly rows: number
  /** Working pixels per node, 1 or 2. */
  readonly stride: number
  /** [rows, columns, 2] displacement in 1/32 working pixel. */
  readonly flow: Int16Array
  /** [rows, columns] FlowStatus. */
  readonly status: Uint8Array
}

export const FLOW_UNITS_PER_PIXEL = 32

/** Flow pairs of one clip, computed once and kept on disk. */
export interface FlowStore {
  /** Pairs that exist, in a fixed order: [from, to] each. */
  readonly pairs: readonly (readonly [FrameIndex, FrameIndex])[]
  /** Reads one pair (memory-cached within a budget); throws when it was never computed. */
  read(from: FrameIndex, to: FrameIndex): FlowPair
  has(from: FrameIndex, to: FrameIndex): boolean
}

export interface SupervisionContext {
  readonly frames: FrameSource
  /** Folder for the stage's own cache; made when missing. */
  readonly cacheFolder: string
  readonly threads: number
  readonly signal?: AbortSignal
  /** Fraction of the stage, 0..1. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface FlowProvider {
  /** Names the method and its settings; part of the cache's key. */
  readonly id: string
  /** Computes (or finds in the cache) flow, both ways, at every gap given, with statuses. */
  compute(context: SupervisionContext, gaps: readonly number[]): Promise<FlowStore>
}

/** Sparse matches between far frames. */
export interface LongMatches {
  /** [matches] */
  readonly frameA: Int32Array
  readonly frameB: Int32Array
  /** [matches, 2] */
  readonly a: WorkXY
  readonly b: WorkXY
  /** [matches] 0..1 */
  readonly confidence: Float32Array
}

export interface MatchProvider {
  readonly id: string
  compute(context: SupervisionContext, flow: FlowStore): Promise<LongMatches>
}

/** Initial depth of every frame. */
export interface DepthPrior {
  readonly width: number
  readonly height: number
  /** [frames, height, width] depth, positive, median 1 over the clip; corners aligned with the working raster's outer pixels' centres. */
  readonly depth: Float32Array
  /** How far the prior can be trusted: 0 = a guess (constant), 1 = metric. Scales the prior's loss. */
  readonly trust: number
}

export interface DepthProvider {
  readonly id: string
  compute(context: SupervisionContext, flow: FlowStore, size: { width: number; height: number }): Promise<DepthPrior>
}
