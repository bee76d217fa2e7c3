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
import { defaultPutativeOptions, type FrameMatches } from '../supervision/matches/putativeMatches.ts'
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
      // A pair serves the queries of both its frames.
      const pairs = new Map(starts.flatMap(start => looked(start).map(target => [key(start, target), [Math.min(start, target), Math.max(start, target)] as const])))
      const total = used.length * FEATURES_COST + pairs.size
      const data: MatchWorkerData = { size: work, putative: defaultPutativeOptions, agreement: defaultAgreementOptions }
      const pool = new WorkerPool<MatchJob, MatchResult>(new URL('../supervision/matches/matchWorker.ts', import.meta.url), Math.min(stage.threads, used.length), data, SUBJECT, signal)
      const matches = new Map<string, FrameMatches>()
      try {
        const features = new Map<number, FrameFeatures>()
        const found = await pool.map(used, async (frame): Promise<MatchJob> => ({ kind: 'detect', luma: lumaOf(await frames.workRgb(frame)) }), done => stage.onProgress(done * FEATURES_COST, total))
        found.forEach((result, k) => result.kind === 'features' && features.set(used[k], result.frame))
        const matched = await pool.map([...pairs.values()], ([a, b]): MatchJob => ({ kind: 'match', a: features.get(a)!, b: features.get(b)! }), done => stage.onProgress(used.length * FEATURES_COST + done, total))
        const keys = [...pairs.keys()]
        matched.forEach((result, k) => result.kind === 'matches' && matches.set(keys[k], result.matches))
      } finally {
        await pool.close()
      }
      const scale = [work.width / clip.width, work.height / clip.height]
      for (const start of starts) {
        throwIfCancelled(signal, SUBJECT)
        const seen = looked(start).map(target => ({ target, matches: from(start, target, matches.get(key(start, target))!) }))
        queries.forEach((query, n) => {
          if (query.frame !== start) return
          const places = new Map<number, readonly [number, number]>([[start, [query.x, query.y]]])
          for (const { target, matches: here } of seen) {
            const place = placeFromMatches(here, query.x * scale[0], query.y * scale[1])
            if (place) places.set(target, [place[0] / scale[0], place[1] / scale[1]])
          }
          const [first, end] = [n * clip.frameCount, (n + 1) * clip.frameCount]
          supportedTrack(places, clip, { positions: tracks.positions.subarray(2 * first, 2 * end), states: tracks.states.subarray(first, end) })
        })
        // Others may run, and an abort be heard.
        await new Promise(resolve => setImmediate(resolve))
      }
      return pinQueries(tracks, queries)
    },
  }
}

const all = (count: number): FrameIndex[] => Array.from({ length: count }, (_, t) => t)

const key = (a: FrameIndex, b: FrameIndex): string => `${Math.min(a, b)},${Math.max(a, b)}`

/** Matches of a pair as seen from one of its frames. */
function from(start: FrameIndex, target: FrameIndex, matches: FrameMatches): FrameMatches {
  return start < target ? matches : { ...matches, a: matches.b, b: matches.a }
}
