/** What the trackers of this folder share: progress of a stage, and tracks that begin as the interface wants them. Not here: any method. */
import { throwIfCancelled } from '../../shared/errors.ts'
import type { Phase } from '../../shared/progress.ts'
import { TrackState, emptyTracks } from '../../shared/tracks.ts'
import type { Query, TrackSet } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import type { SupervisionContext } from '../supervision/supervision.ts'
import type { TrackerInput } from './tracker.ts'

/** Opens a stage: says so, and returns what it works with; its cache lies in the folder of the phase. */
export function trackerStage(input: TrackerInput, phase: Phase, label: string): Required<SupervisionContext> {
  const { frames, threads, signal, progress } = input
  throwIfCancelled(signal, label.toLowerCase())
  progress({ kind: 'phase', phase, label })
  const started = performance.now()
  return {
    frames,
    cacheFolder: `${input.cacheFolder}/${phase}`,
    threads,
    signal,
    onProgress(done, total) {
      const etaS = done > 0 ? ((performance.now() - started) / 1000 / done) * (total - done) : null
      progress({ kind: 'progress', phase, done, total, etaS })
    },
  }
}

/** Tracks with their queries noted, every cell still unlabelled. */
export function tracksOf(queries: readonly Query[], frameCount: number, clip: Size): TrackSet {
  const tracks = emptyTracks(queries.map(query => query.id), frameCount, clip)
  queries.forEach((query, n) => {
    tracks.queryFrames[n] = query.frame
    tracks.queryPoints.set([query.x, query.y], 2 * n)
  })
  return tracks
}

/** Puts each track exactly on its query at the query's frame, visible; methods of their own grid come back a rounding off it. */
export function pinQueries(tracks: TrackSet, queries: readonly Query[]): TrackSet {
  queries.forEach((query, n) => {
    const k = n * tracks.frames + query.frame
    tracks.positions.set([query.x, query.y], 2 * k)
    tracks.states[k] = TrackState.visible
  })
  return tracks
}
