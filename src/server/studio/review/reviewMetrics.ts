/** Scores of a video's tracks as they stand against a reference: of all together and of each, the worst first. Not here: the definitions (pipeline/evaluate). */
import { evaluateTracks, type Scores } from '../../../pipeline/evaluate/evaluateTracks.ts'
import { scoredCells } from '../../../pipeline/evaluate/evaluationQueries.ts'
import { applyEdits } from '../../../pipeline/edits/applyEdits.ts'
import type { VideoRecord } from '../../../shared/projectRecords.ts'
import type { ReviewMetrics, ReviewScores, TrackReview } from '../../../shared/studio/review.ts'
import { emptyTracks, TrackState, type TrackSet } from '../../../shared/tracks.ts'
import type { ProjectReader } from '../../db/project.ts'
import { liveTracks } from '../liveTracks.ts'
import { matchedReference } from './matchedReference.ts'

/** Each track of the reference that has a counterpart is scored from its first visible frame on. @throws TaplineError */
export async function reviewMetrics(project: ProjectReader, video: VideoRecord, referenceId: number): Promise<ReviewMetrics> {
  const { keys, tracks, evaluated } = await matchedReference(project, video, referenceId)
  const rows = [...keys.keys()].filter(row => keys[row] >= 0)
  const unmatched = tracks.ids.filter((_, row) => keys[row] < 0)
  const { frames } = tracks
  const theirs = rowsOf(tracks, rows)
  const mask = evaluated && pickRows(evaluated, rows, frames)
  const ours = ourTracks(project, video, rows.map(row => keys[row]))
  const scores = evaluateTracks(theirs, ours, { mode: 'first', evaluated: mask, match: 'order' })
  const scored = scoredCells(theirs, mask)
  const rowOfId = new Map(theirs.ids.map((id, k) => [id, k]))
  const reviews = scores.perTrack.map((track): TrackReview => {
    const k = rowOfId.get(track.id)!
    return { key: keys[rows[k]], referenceId: tracks.ids[rows[k]], ...scoresOf(track), ...apart(theirs, ours, k, scored) }
  })
  const rank = ({ aj }: TrackReview) => (Number.isNaN(aj) ? 2 : aj)
  return { reference: referenceId, ...scoresOf(scores), tracks: reviews.sort((a, b) => rank(a) - rank(b) || b.worstPx - a.worstPx), unmatched }
}

function scoresOf({ averageJaccard, deltaAvg, occlusionAccuracy, temporalCoherence, jaccard, delta }: Scores): ReviewScores {
  return { aj: averageJaccard, deltaAvg, oa: occlusionAccuracy, tc: temporalCoherence, jaccard, delta }
}

/** Where both see the point and are furthest apart (frame -1: nowhere), in px of the clip; frames of which exactly one sees it. */
function apart(theirs: TrackSet, ours: TrackSet, row: number, scored: Uint8Array): Pick<TrackReview, 'worstFrame' | 'worstPx' | 'visibilityDisagrees'> {
  let [worstFrame, worstPx, visibilityDisagrees] = [-1, 0, 0]
  for (let t = 0; t < theirs.frames; t++) {
    const cell = row * theirs.frames + t
    if (!scored[cell]) continue
    const [seen, weSee] = [theirs.states[cell] === TrackState.visible, ours.states[cell] === TrackState.visible]
    visibilityDisagrees += Number(seen !== weSee)
    if (!seen || !weSee) continue
    const px = Math.hypot(theirs.positions[2 * cell] - ours.positions[2 * cell], theirs.positions[2 * cell + 1] - ours.positions[2 * cell + 1])
    if (worstFrame < 0 || px > worstPx) [worstPx, worstFrame] = [px, t]
  }
  return { worstFrame, worstPx, visibilityDisagrees }
}

/** Our tracks as they are shown, row by row; unlabelled everywhere where there is no path. */
function ourTracks(project: ProjectReader, video: VideoRecord, keys: readonly number[]): TrackSet {
  const live = liveTracks(project, video, keys)
  const tracks = emptyTracks(keys.map(String), video.frameCount, video)
  live.forEach(({ path }, row) => {
    if (!path) return
    tracks.positions.set(path.positions, row * video.frameCount * 2)
    tracks.states.set(path.states, row * video.frameCount)
  })
  return applyEdits(tracks, live.map(track => track.edits))
}

/** Rows of a set under ids of their own: files may name two tracks alike. */
function rowsOf(tracks: TrackSet, rows: readonly number[]): TrackSet {
  const set = emptyTracks(rows.map(String), tracks.frames, tracks)
  set.positions.set(pickRows(tracks.positions, rows, tracks.frames * 2))
  set.states.set(pickRows(tracks.states, rows, tracks.frames))
  return set
}

function pickRows<T extends Float32Array | Uint8Array>(from: T, rows: readonly number[], cells: number): T {
  const to = from.slice(0, rows.length * cells) as T
  rows.forEach((row, k) => to.set(from.subarray(row * cells, (row + 1) * cells), k * cells))
  return to
}
