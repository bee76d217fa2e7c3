/**
 * TAP-Vid's scores of predicted tracks against the truth of one clip: AJ, δavg, OA and each threshold, and OmniMotion's
 * temporal coherence, by the definitions of FORMATS.md. Proved against values that NumPy computed on its own
 * (test/golden/make_metrics.py). Not here: reading files, tables, and the queries themselves (evaluationQueries.ts).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { EvaluationMode, EvaluationQuery } from './evaluationQueries.ts'
import { evaluationQueries, scoredCells } from './evaluationQueries.ts'

/** Distances in pixels of a frame rescaled to 256×256. */
export const THRESHOLDS: readonly number[] = [1, 2, 4, 8, 16]
/** Side of the square that both axes are rescaled to. */
export const EVALUATION_SIDE = 256

export interface Scores {
  /** AJ: mean of `jaccard`. 0..1; NaN where there is nothing to score, like every score but the last. */
  readonly averageJaccard: number
  /** δavg: mean of `delta`. */
  readonly deltaAvg: number
  /** OA: share of scored cells whose visibility is right. */
  readonly occlusionAccuracy: number
  /** TC: mean error of acceleration in 256² px over triples visible in the truth; 0 where there are none. */
  readonly temporalCoherence: number
  /** [5] Jaccard at each of THRESHOLDS. */
  readonly jaccard: readonly number[]
  /** [5] share of visible truth within each of THRESHOLDS, whatever the predicted visibility. */
  readonly delta: readonly number[]
}

export interface TrackScores extends Scores {
  /** Id of the query: the track's own, with `@frame` in strided mode. */
  readonly id: string
  readonly queryFrame: number
  /** Frames that were scored. */
  readonly scoredFrames: number
}

export interface VideoScores extends Scores {
  readonly mode: EvaluationMode
  /** Ids of truth tracks that no query could be made of: never visible. */
  readonly dropped: readonly string[]
  /**
   * Strided mode only: true where the prediction has one track for each point, used for every query of that point. Such a score is of an
   * annotation, not of a tracker that is asked one query at a time; tables must say so.
   */
  readonly oneTrackPerPoint: boolean
  /** One for each query, in the order of evaluationQueries. */
  readonly perTrack: readonly TrackScores[]
}

export interface EvaluateOptions {
  readonly mode: EvaluationMode
  /** [tracks, frames] of the truth: cells to score (non-zero). Cells that the truth calls unlabelled are never scored. */
  readonly evaluated?: Uint8Array
  /** How predictions are found: by id where ids agree, else by order ('auto', the default); or only as told. */
  readonly match?: 'auto' | 'id' | 'order'
}

/** Plain sums, so that a video's score pools its tracks' cells. */
class Tally {
  cells = 0
  right = 0
  visible = 0
  readonly within = new Float64Array(THRESHOLDS.length)
  readonly truePositives = new Float64Array(THRESHOLDS.length)
  readonly falsePositives = new Float64Array(THRESHOLDS.length)
  accelerations = 0
  accelerationError = 0

  add(other: Tally): void {
    this.cells += other.cells
    this.right += other.right
    this.visible += other.visible
    this.accelerations += other.accelerations
    this.accelerationError += other.accelerationError
    for (let k = 0; k < THRESHOLDS.length; k++) {
      this.within[k] += other.within[k]
      this.truePositives[k] += other.truePositives[k]
      this.falsePositives[k] += other.falsePositives[k]
    }
  }

  scores(): Scores {
    const delta = Array.from(this.within, (n) => n / this.visible)
    const jaccard = Array.from(this.truePositives, (n, k) => n / (this.visible + this.falsePositives[k]))
    return {
      averageJaccard: mean(jaccard),
      deltaAvg: mean(delta),
      occlusionAccuracy: this.right / this.cells,
      temporalCoherence: this.accelerations === 0 ? 0 : this.accelerationError / this.accelerations,
      jaccard,
      delta,
    }
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * Scores `predicted` against `truth`. Each may have its own frame size: both are rescaled to 256×256, axis by axis.
 *
 * In `first` mode `predicted` has a track for each truth track (or for each that is ever visible). In `strided` mode it has a
 * track for each of `evaluationQueries(truth, 'strided')`; where it has one for each truth track instead, that one
 * serves all the queries of its point, and the result says so (`oneTrackPerPoint`).
 *
 * Throws TaplineError 'bad-file' where frame counts differ or tracks cannot be matched.
 */
export function evaluateTracks(truth: TrackSet, predicted: TrackSet, options: EvaluateOptions): VideoScores {
  const { mode, evaluated } = options
  if (predicted.frames !== truth.frames) {
    throw new TaplineError(
      'bad-file',
      'predicted tracks',
      `they have ${predicted.frames} frames, the truth has ${truth.frames}`,
      'Compare tracks of the same clip, whole.',
    )
  }
  const scored = scoredCells(truth, evaluated)
  const queries = evaluationQueries(truth, mode, evaluated)
  const { rows, oneTrackPerPoint } = matchPredictions(truth, predicted, queries, options)
  const total = new Tally()
  const perTrack = queries.map((query, k): TrackScores => {
    const tally = tallyQuery(truth, predicted, query, rows[k], mode, scored)
    total.add(tally)
    return { id: query.id, queryFrame: query.frame, scoredFrames: tally.cells, ...tally.scores() }
  })
  const asked = new Set(queries.map((query) => query.track))
  return { mode, ...total.scores(), dropped: truth.ids.filter((_, track) => !asked.has(track)), oneTrackPerPoint, perTrack }
}

function tallyQuery(
  truth: TrackSet,
  predicted: TrackSet,
  query: EvaluationQuery,
  row: number,
  mode: EvaluationMode,
  scored: Uint8Array,
): Tally {
  const { frames } = truth
  const tally = new Tally()
  const t0 = query.track * frames
  const p0 = row * frames
  const scaleX = EVALUATION_SIDE / truth.width
  const scaleY = EVALUATION_SIDE / truth.height
  const predictedScaleX = EVALUATION_SIDE / predicted.width
  const predictedScaleY = EVALUATION_SIDE / predicted.height
  // [frames, 2] p̂ − p in 256² px. Acceleration is linear, so its error is the acceleration of this.
  const error = new Float64Array(frames * 2)
  const seen = new Uint8Array(frames)
  for (let t = 0; t < frames; t++) {
    error[t * 2] = predicted.positions[(p0 + t) * 2] * predictedScaleX - truth.positions[(t0 + t) * 2] * scaleX
    error[t * 2 + 1] = predicted.positions[(p0 + t) * 2 + 1] * predictedScaleY - truth.positions[(t0 + t) * 2 + 1] * scaleY
    seen[t] = Number(scored[t0 + t] === 1 && truth.states[t0 + t] === TrackState.visible)
  }
  for (let t = 0; t < frames; t++) {
    const inMode = mode === 'first' ? t > query.frame : t !== query.frame
    if (!inMode || scored[t0 + t] === 0) continue
    const visible = seen[t] === 1
    const predictedVisible = predicted.states[p0 + t] === TrackState.visible
    tally.cells++
    tally.right += Number(visible === predictedVisible)
    tally.visible += Number(visible)
    const squared = error[t * 2] ** 2 + error[t * 2 + 1] ** 2
    for (let k = 0; k < THRESHOLDS.length; k++) {
      // A position that is NaN is within nothing.
      const within = squared < THRESHOLDS[k] ** 2
      if (within && visible) tally.within[k]++
      if (within && visible && predictedVisible) tally.truePositives[k]++
      if (predictedVisible && (!visible || !within)) tally.falsePositives[k]++
    }
  }
  for (let t = 0; t + 2 < frames; t++) {
    if (!(seen[t] && seen[t + 1] && seen[t + 2])) continue
    const ax = error[t * 2 + 4] - 2 * error[t * 2 + 2] + error[t * 2]
    const ay = error[t * 2 + 5] - 2 * error[t * 2 + 3] + error[t * 2 + 1]
    tally.accelerations++
    tally.accelerationError += Math.hypot(ax, ay)
  }
  return tally
}

/** For each query, the row of `predicted` that answers it. */
function matchPredictions(
  truth: TrackSet,
  predicted: TrackSet,
  queries: readonly EvaluationQuery[],
  { mode, match = 'auto' }: EvaluateOptions,
): { rows: number[]; oneTrackPerPoint: boolean } {
  const rowOf = new Map(predicted.ids.map((id, row) => [id, row]))
  const unique = rowOf.size === predicted.ids.length && new Set(truth.ids).size === truth.ids.length
  const rows = (pick: (query: EvaluationQuery, k: number) => number, oneTrackPerPoint = false) => ({
    rows: queries.map(pick),
    oneTrackPerPoint,
  })
  const pointId = (query: EvaluationQuery) => truth.ids[query.track]

  if (match !== 'order' && unique) {
    if (queries.every((query) => rowOf.has(query.id))) return rows((query) => rowOf.get(query.id)!)
    if (mode === 'strided' && queries.every((query) => rowOf.has(pointId(query)))) return rows((query) => rowOf.get(pointId(query))!, true)
  }
  const missing = queries.filter((query) => !rowOf.has(query.id) && !rowOf.has(pointId(query)))
  const sharesIds = unique && missing.length < queries.length
  if (match === 'order' || (match === 'auto' && !sharesIds)) {
    if (predicted.ids.length === queries.length && (mode === 'strided' || predicted.ids.length !== truth.ids.length))
      return rows((_, k) => k)
    if (predicted.ids.length === truth.ids.length) return rows((query) => query.track, mode === 'strided')
    const wanted =
      mode === 'strided'
        ? `${queries.length} queries (or ${truth.ids.length} points)`
        : `${truth.ids.length} tracks, ${queries.length} of them ever visible`
    throw new TaplineError(
      'bad-file',
      'predicted tracks',
      `there are ${predicted.ids.length}, but the truth has ${wanted}`,
      'Give a prediction for each, in the same order or with the same ids.',
    )
  }
  const names =
    missing.length > 0 ? missing.map((query) => query.id) : queries.filter((query) => !rowOf.has(query.id)).map((query) => query.id)
  const list = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
  throw new TaplineError(
    'bad-file',
    'predicted tracks',
    unique ? `there is none for ${list}` : 'ids occur twice, so tracks cannot be matched by id',
    'Give a prediction for each truth track, with its id; or match them by order.',
  )
}
