/** Scores of a whole data set: predicted videos paired with those of the truth, each scored, and their mean. Not here: reading files, tables. */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { EvaluateOptions, VideoScores } from './evaluateTracks.ts'
import { evaluateTracks } from './evaluateTracks.ts'
import type { DatasetScores } from './meanScores.ts'
import { meanScores } from './meanScores.ts'

/** A video of a track file; ReadVideo fits. */
export interface ScoredVideo {
  readonly name: string
  readonly tracks: TrackSet
  /** Of the truth: [tracks, frames] cells to score. */
  readonly evaluated?: Uint8Array
}

export interface VideoResult {
  readonly name: string
  readonly scores: VideoScores
}

/**
 * Scores each video of the truth against the predicted one of the same name; one video on each side is a pair whatever the names.
 * Throws TaplineError 'bad-file' where a video has no prediction, and evaluateTracks' errors with the video's name.
 */
export function scoreVideos(
  truth: readonly ScoredVideo[],
  predicted: readonly ScoredVideo[],
  options: Omit<EvaluateOptions, 'evaluated'>,
): { readonly videos: readonly VideoResult[]; readonly mean: DatasetScores } {
  const byName = new Map(predicted.map((video) => [video.name, video]))
  const alone = truth.length === 1 && predicted.length === 1
  const missing = alone ? [] : truth.filter((video) => !byName.has(video.name)).map((video) => video.name)
  if (missing.length > 0) {
    const list = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ` and ${missing.length - 5} more` : '')
    throw new TaplineError('bad-file', 'predicted tracks', `there is no video named ${list}`, 'Name the videos as in the truth.')
  }
  const videos = truth.map(({ name, tracks, evaluated }): VideoResult => {
    const found = alone ? predicted[0] : byName.get(name)!
    try {
      return { name, scores: evaluateTracks(tracks, found.tracks, { ...options, evaluated }) }
    } catch (error) {
      if (!(error instanceof TaplineError)) throw error
      throw new TaplineError(error.code, `${error.subject} of ${name}`, error.reason, error.next, { cause: error })
    }
  })
  return { videos, mean: meanScores(videos) }
}
