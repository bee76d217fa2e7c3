/**
 * Which queries a benchmark mode asks of a clip, and which frames each is scored on (TAP-Vid, FORMATS.md).
 * Not here: the scores, which are in evaluateTracks.ts.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { Query, TrackSet } from '../../shared/tracks.ts'
import { TrackState } from '../../shared/tracks.ts'

export type EvaluationMode = 'first' | 'strided'

export const evaluationModes: readonly EvaluationMode[] = ['first', 'strided']

/** Frames between the queries of one track in strided mode. */
export const QUERY_STRIDE = 5

export interface EvaluationQuery extends Query {
  /** Index of the truth track that it is asked of. */
  readonly track: number
}

/**
 * Cells of the truth that may be scored, [tracks, frames] 0/1: labelled, and set in `evaluated` where that is given.
 * Throws TaplineError 'bad-file' where the mask has another shape.
 */
export function scoredCells(truth: TrackSet, evaluated?: Uint8Array): Uint8Array {
  if (evaluated && evaluated.length !== truth.states.length) {
    throw new TaplineError(
      'bad-file',
      'evaluated',
      `the mask has ${evaluated.length} cells, but ${truth.ids.length} tracks × ${truth.frames} frames have ${truth.states.length}`,
      'Give a mask of shape [tracks, frames].',
    )
  }
  return truth.states.map((state, cell) => Number(state !== TrackState.unlabelled && (!evaluated || evaluated[cell] !== 0)))
}

/**
 * The queries of a mode, in the order in which predictions without ids must come.
 *
 * `first`: one for each track, at its first visible frame, with the track's own id; tracks that are never visible have none.
 * `strided`: at frames 0, 5, 10, …, each track visible there, with the id `<track>@<frame>`; frame by frame, as TAP-Vid's reader.
 */
export function evaluationQueries(truth: TrackSet, mode: EvaluationMode, evaluated?: Uint8Array): EvaluationQuery[] {
  const scored = scoredCells(truth, evaluated)
  const { frames } = truth
  const visible = (track: number, frame: number) =>
    scored[track * frames + frame] === 1 && truth.states[track * frames + frame] === TrackState.visible
  const query = (track: number, frame: number, id: string): EvaluationQuery => {
    const k = (track * frames + frame) * 2
    return { id, track, frame, x: truth.positions[k], y: truth.positions[k + 1] }
  }
  const queries: EvaluationQuery[] = []
  if (mode === 'first') {
    truth.ids.forEach((id, track) => {
      for (let frame = 0; frame < frames; frame++) {
        if (!visible(track, frame)) continue
        queries.push(query(track, frame, id))
        break
      }
    })
  } else {
    for (let frame = 0; frame < frames; frame += QUERY_STRIDE) {
      truth.ids.forEach((id, track) => {
        if (visible(track, frame)) queries.push(query(track, frame, `${id}@${frame}`))
      })
    }
  }
  return queries
}
