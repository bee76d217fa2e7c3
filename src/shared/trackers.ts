/**
 * Other trackers beside the field, as records: what can be asked of them and which there are. Not here: the trackers
 * (pipeline/trackers, server/trackers), what becomes of their tracks (server/studio).
 */
import type { Query } from './tracks.ts'

/** Trackers that need no network; those of installed networks go by the network's name. */
export const builtinTrackers = ['chained', 'sift', 'omnimotion'] as const
export type BuiltinTracker = (typeof builtinTrackers)[number]

export interface TrackerInfo {
  /** Names it in requests and on the command line. */
  readonly name: string
  readonly title: string
  /** What it does and what it is good for, in a sentence or two. */
  readonly text: string
  /** Why it cannot run here, and what to do; null when it can. */
  readonly problem: string | null
  /** sha256 of the network that it runs; null for those built in. */
  readonly network: string | null
}

/** All that a process needs to run another tracker; paths are absolute. */
export interface TrackerJob {
  readonly tracker: string
  readonly framesFolder: string
  /** Caches of this clip (flow, matches), shared with runs of the field. */
  readonly cacheFolder: string
  readonly queries: readonly Query[]
  /** Long side of the frames that it sees, in pixels. */
  readonly longSide: number
  readonly seed: number
  readonly threads: number
  /** Where installed networks lie; in the user's data folder when absent. */
  readonly modelsFolder?: string
}
