/** Records of export, import and review as they cross between studio and server. Not here: formats and scores (pipeline). */
import type { TrackSet } from '../tracks.ts'
import type { FrameIndex } from '../units.ts'
import type { VideoRef } from './document.ts'

/** Formats of the command line (pipeline/export), and the video with the tracks drawn over it. */
export const exportFormats = ['davis', 'rgb-stacking', 'robotap', 'kinetics-pickle', 'kinetics-csv', 'csv', 'csv-long', 'npz', 'json', 'mp4'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportRequest {
  readonly project: string
  /** Ids of videos. */
  readonly videos: readonly number[]
  readonly format: ExportFormat
  /** Absolute path on the server's machine; null: in the project's own folder `exports`, named for project and format. */
  readonly path: string | null
  /** Keys of the tracks to write; null: all that are not hidden. */
  readonly keys: readonly number[] | null
  /** Unlabelled frames: written as occluded (TAP-Vid has no other word), or tracks that have some are left out. */
  readonly unlabelled: 'occluded' | 'leaveOut'
  /** Pickles carry the frames too. */
  readonly withVideo: boolean
}

export interface ExportSummary {
  readonly path: string
  readonly exists: boolean
  readonly tracks: number
  readonly leftOut: number
  readonly frames: number
  /** Cells by state. */
  readonly visible: number
  readonly occluded: number
  readonly outOfFrame: number
  readonly unlabelled: number
  /** Tracks without an answer yet, provisional tracks, states that the format cannot hold: in sentences. */
  readonly warnings: readonly string[]
}

export interface ReviewScores {
  /** 0..1; NaN where nothing could be scored. */
  readonly aj: number
  readonly deltaAvg: number
  readonly oa: number
  /** Temporal coherence, px of 256²; lower is better. */
  readonly tc: number
  /** [5] at 1, 2, 4, 8, 16 px of 256². */
  readonly jaccard: readonly number[]
  readonly delta: readonly number[]
}

export interface TrackReview extends ReviewScores {
  readonly key: number
  readonly referenceId: string
  /** Where they are furthest apart among frames that both see (-1: there is none), and by how much (clip px). */
  readonly worstFrame: FrameIndex
  readonly worstPx: number
  /** Frames where exactly one of the two sees the point. */
  readonly visibilityDisagrees: number
}

export interface ReviewMetrics extends ReviewScores {
  readonly reference: number
  /** Worst AJ first. */
  readonly tracks: readonly TrackReview[]
  /** Reference tracks without a counterpart among ours. */
  readonly unmatched: readonly string[]
}

/** A reference's tracks, for drawing: row by row the key of our counterpart, -1 where there is none. */
export interface ReferenceTracks {
  readonly keys: Int32Array
  readonly tracks: TrackSet
}

export interface ReferenceImport extends VideoRef {
  readonly path: string
  readonly kind: 'truth' | 'annotator'
  /** The file's name when absent. */
  readonly name?: string
  /** Adds its tracks to the project as tracks of its own instead (predictions that people can correct). */
  readonly asTracks?: boolean
}
