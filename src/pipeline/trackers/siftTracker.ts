/**
 * SIFT matches as a tracker: the surroundings of a query are matched with other frames, and its place there follows from theirs. The
 * baseline of the literature: finds a point again after any gap, knows nothing of what lies between. Not here: features and matches
 * (supervision/matches), the place (placeFromMatches.ts), the frames between (supportedTrack.ts).
 */
import { throwIfCancelled } from '../../shared/errors.ts'
import type { FrameIndex } from '../../shared/units.ts'
import { lumaOf } from '../frames/frameSource.ts'
import { defaultAgreementOptions } from '../supervision/matches/localAgreement.ts'
import type { FrameFeatures, MatchJob, MatchResult, MatchWorkerData } from '../supervision/matches/matchJob.ts'
import { defaultPutativeOptions } from '../supervision/matches/putativeMatches.ts'
import { WorkerPool } from '../supervision/workerPool.ts'
import { placeFromMatches } from './placeFromMatches.ts'
import { supportedTrack } from './supportedTrack.ts'
import type { Tracker } from './tracker.ts'
import { pinQueries, trackerStage, tracksOf } from './trackerStage.ts'

const SUBJECT = 'SIFT matches'
/** Pairs of frames that are matched; beyond it only some of the far frames are looked at. */
const MOST_PAIRS = 12_000
/** Frames so near the query's are always looked at. */
const NEAR_FRAMES = 8
/** A frame's features take about as long as a dozen pairs. */
const FEATURES_COST = 12

export function siftTracker(): Tracker {
  return {
    id: 'sift-1',
    title: 'SIFT matches',
    async track(input) {
      const { frames, queries, signal } = input
      const { clip, work } = frames
      const stage = trackerStage(input, 'matches', 'Matching features')
      const tracks = tracksOf(queries, clip.frameCount, clip)
      if (queries.length === 0) return tracks
      const starts = [...new Set(queries.map(query => query.frame))].sort((a, b) => a - b)
      const step = Math.ceil((starts.length * clip.frameCount) / MOST_PAIRS)
      const looked = (start: FrameIndex) => all(clip.frameCount).filter(t => t !== start && (Math.abs(t - start) <= NEAR_FRAMES || (t - start) % step === 0))
      const used = [...new Set(starts.flatMap(start => [start, ...looked(start)]))].sort((a, b) => a - b)
      const total = used.length * FEATURES_COST + starts.reduce((sum, start) => sum + looked(start).length, 0)
      const data: MatchWorkerData = { size: work, putative: defaultPutativeOptions, agreement: defaultAgreementOptions }
      const pool = new WorkerPool<MatchJob, MatchResult>(new URL('../supervision/matches/matchWorker.ts', import.meta.url), Math.min(stage.threads, used.length), data, SUBJECT, signal)
      try {
        const features = new Map<number, FrameFeatures>()
        const found = await pool.map(used, async (frame): Promise<MatchJob> => ({ kind: 'detect', luma: lumaOf(await frames.workRgb(frame)) }), done => stage.onProgress(done * FEATURES_COST, total))
        found.forEach((result, k) => result.kind === 'features' && features.set(used[k], result.frame))
        let done = used.length * FEATURES_COST
        for (const start of starts) {
          const targets = looked(start)
          const results = await pool.map(targets, (target): MatchJob => ({ kind: 'match', a: features.get(start)!, b: features.get(target)! }), count => stage.onProgress(done + count, total))
          done += targets.length
          throwIfCancelled(signal, SUBJECT)
          queries.forEach((query, n) => {
            if (query.frame !== start) return
            const places = new Map<number, readonly [number, number]>([[start, [query.x, query.y]]])
            results.forEach((result, k) => {
              const place = result.kind === 'matches' ? placeFromMatches(result.matches, (query.x * work.width) / clip.width, (query.y * work.height) / clip.height) : null
              if (place) places.set(targets[k], [(place[0] * clip.width) / work.width, (place[1] * clip.height) / work.height])
            })
            const [from, to] = [n * clip.frameCount, (n + 1) * clip.frameCount]
            supportedTrack(places, clip, { positions: tracks.positions.subarray(2 * from, 2 * to), states: tracks.states.subarray(from, to) })
          })
        }
      } finally {
        await pool.close()
      }
      return pinQueries(tracks, queries)
    },
  }
}

const all = (count: number): FrameIndex[] => Array.from({ length: count }, (_, t) => t)
