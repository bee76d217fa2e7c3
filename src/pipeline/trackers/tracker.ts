/**
 * The one interface of other trackers beside the field: queries in, tracks with visibility out. Their tracks are shown beside ours, compared,
 * accepted, taught. Not here: the trackers themselves (files beside this one; those of networks in server/trackers).
 */
import type { Progress } from '../../shared/progress.ts'
import type { Query, TrackSet } from '../../shared/tracks.ts'
import type { FrameSource } from '../frames/frameSource.ts'

export interface TrackerInput {
  readonly frames: FrameSource
  /** Raster pixels of the clip. */
  readonly queries: readonly Query[]
  /** Folder of the clip's caches, shared with the field's runs: flow in `flow`, matches in `matches`; a tracker's own under its name. */
  readonly cacheFolder: string
  readonly threads: number
  readonly seed: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

export interface Tracker {
  /** Names the method, its settings and its weights: part of cache keys and reports. */
  readonly id: string
  readonly title: string
  /**
   * Tracks in the order of the queries, with their ids, in raster pixels of the clip: every frame has a position; states are visible, occluded or
   * outOfFrame; uncertainty is NaN where the method has none. At its own frame a track stands exactly on its query, visible.
   * @throws TaplineError; 'cancelled' within a second of an abort.
   */
  track(input: TrackerInput): Promise<TrackSet>
}
