/**
 * One cell of a benchmark (a method on a video with a seed): what its process is told, what it answers, and what is kept of it as
 * JSON. Not here: running it (runCell.ts, forkCell.ts), files (cellStore.ts).
 */
import type { EvaluationMode } from '../../pipeline/evaluate/evaluationQueries.ts'
import type { Scores, VideoScores } from '../../pipeline/evaluate/evaluateTracks.ts'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { Phase, ProgressMessage } from '../../shared/progress.ts'
import type { MethodRun } from './methods.ts'

/** All that the process needs; paths are absolute. */
export interface CellJob {
  readonly run: MethodRun
  readonly seed: number
  readonly mode: EvaluationMode
  readonly threads: number
  readonly framesFolder: string
  readonly truthFile: string
  /** Where the predicted tracks go, an .npz: whole or not at all. */
  readonly tracksFile: string
  /** Caches of this cell alone: every cell pays for its own supervision. */
  readonly cacheFolder: string
  /** Cache of the flow that all methods of the video are compared with, and the long side at which it is computed. */
  readonly referenceFolder: string
  readonly referenceLongSide: number
}

export type CellRequest = { readonly kind: 'start'; readonly job: CellJob }
export type CellResponse =
  | { readonly kind: 'progress'; readonly message: ProgressMessage }
  | { readonly kind: 'result'; readonly measures: CellMeasures }
  | { readonly kind: 'failed'; readonly error: ErrorRecord; readonly details?: string }

/** A picture of a failure: one frame with the truth and the prediction. */
export interface FailurePicture {
  readonly frame: number
  /** Distance in 256² px; null where the prediction is no number. */
  readonly errorPx: number | null
  readonly truthVisible: boolean
  readonly predictedVisible: boolean
  /** base64 */
  readonly jpeg: string
}

export interface Failure {
  /** Id of the query. */
  readonly id: string
  readonly averageJaccard: number
  readonly pictures: readonly FailurePicture[]
}

/** What is measured of a cell. Numbers that are not there (NaN) are null, so that JSON holds them. */
export interface CellMeasures {
  readonly frames: number
  readonly queries: number
  /** Names of truth tracks that are never visible. */
  readonly dropped: readonly string[]
  readonly averageJaccard: number | null
  readonly deltaAvg: number | null
  readonly occlusionAccuracy: number | null
  readonly temporalCoherence: number | null
  readonly jaccard: readonly (number | null)[]
  readonly delta: readonly (number | null)[]
  /** In 256² px (docs/metrics.md). */
  readonly flowInconsistency: number | null
  readonly flowSteps: number
  readonly flowStepsWithoutFlow: number
  /** From frames in memory to tracks, supervision included. */
  readonly seconds: number
  /** Of these: the field's flow, matches and depth; null of other trackers, whose own work these are. */
  readonly supervisionSeconds: number | null
  readonly phaseSeconds: Readonly<Partial<Record<Phase, number>>>
  /** Largest resident memory of the process until the tracks were there; Node and the frames at working size included. */
  readonly peakBytes: number
  /** Remarks of the run: which network did what, on which device. */
  readonly notes: readonly string[]
  /** The worst tracks, the worst first. */
  readonly worst: readonly Failure[]
}

export interface CellEnvironment {
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly threads: number
}

/** A finished cell, as its file holds it. */
export interface CellRecord {
  readonly format: 'tapline-benchmark-cell'
  readonly version: 1
  /** Everything that decides the result: a cell of another key is not this one. */
  readonly key: string
  readonly video: string
  readonly method: string
  readonly seed: number
  readonly measures: CellMeasures
  readonly environment: CellEnvironment
  /** Milliseconds since 1970. */
  readonly finishedAt: number
}

const number = (value: number) => (Number.isFinite(value) ? value : null)

/** Scores as JSON holds them. */
export function plainScores(scores: VideoScores): Pick<CellMeasures, 'averageJaccard' | 'deltaAvg' | 'occlusionAccuracy' | 'temporalCoherence' | 'jaccard' | 'delta' | 'queries' | 'dropped'> {
  const { averageJaccard, deltaAvg, occlusionAccuracy, temporalCoherence, jaccard, delta, perTrack, dropped } = scores
  return {
    queries: perTrack.length, dropped,
    averageJaccard: number(averageJaccard), deltaAvg: number(deltaAvg), occlusionAccuracy: number(occlusionAccuracy),
    temporalCoherence: number(temporalCoherence), jaccard: jaccard.map(number), delta: delta.map(number),
  }
}

/** The same back, for means. */
export function scoresOf(measures: CellMeasures): Scores {
  const back = (value: number | null) => value ?? Number.NaN
  const { averageJaccard, deltaAvg, occlusionAccuracy, temporalCoherence, jaccard, delta } = measures
  return {
    averageJaccard: back(averageJaccard), deltaAvg: back(deltaAvg), occlusionAccuracy: back(occlusionAccuracy), temporalCoherence: back(temporalCoherence),
    jaccard: jaccard.map(back), delta: delta.map(back),
  }
}
