/** The score of a data set: the plain mean over its videos. Not here: the score of one video (evaluateTracks.ts). */
import type { Scores } from './evaluateTracks.ts'

export interface DatasetScores extends Scores {
  readonly videos: number
  /** Names of videos left out of some mean because they had nothing to score there (their score is NaN). */
  readonly incomplete: readonly string[]
}

/** Mean of each score over videos; a video whose score is NaN (nothing to score) is left out of that score's mean and named. */
export function meanScores(videos: readonly { readonly name: string; readonly scores: Scores }[]): DatasetScores {
  const mean = (of: (scores: Scores) => number) => {
    const values = videos.map((video) => of(video.scores)).filter((value) => !Number.isNaN(value))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const each = (of: (scores: Scores) => readonly number[]) =>
    videos[0] ? of(videos[0].scores).map((_, k) => mean((scores) => of(scores)[k])) : []
  const whole = (scores: Scores) => ![scores.averageJaccard, scores.deltaAvg, scores.occlusionAccuracy].some(Number.isNaN)
  return {
    videos: videos.length,
    incomplete: videos.filter((video) => !whole(video.scores)).map((video) => video.name),
    averageJaccard: mean((scores) => scores.averageJaccard),
    deltaAvg: mean((scores) => scores.deltaAvg),
    occlusionAccuracy: mean((scores) => scores.occlusionAccuracy),
    temporalCoherence: mean((scores) => scores.temporalCoherence),
    jaccard: each((scores) => scores.jaccard),
    delta: each((scores) => scores.delta),
  }
}
