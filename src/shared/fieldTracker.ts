/**
 * The live side of a video's field: whatever can be asked of it between runs, in milliseconds. The server talks to it through this
 * interface; it runs in a process of its own. Not here: fitting (jobs.ts). Coordinates are raster pixels of the clip.
 */
import type { UserSupervision } from './jobs.ts'
import type { TrackSettings } from './presets.ts'
import type { Progress } from './progress.ts'
import type { Keyframe, LabelRange } from './projectRecords.ts'
import type { ImageKind } from './studio/images.ts'
import type { TrackPath } from './studio/document.ts'
import type { FrameIndex } from './units.ts'

/** One track to read: from one click, or through many keyframes. */
export interface TrackAsk {
  /** Human positions, by ascending frame, at least one: the path passes through each exactly. */
  readonly nodes: readonly Keyframe[]
  /** Labels that people gave: frames called occluded are not followed by flow. */
  readonly labels: readonly LabelRange[]
  /** Only these frames (both included) are wanted anew; the others are taken from `base`. Everything when absent. */
  readonly span?: { readonly first: FrameIndex; readonly last: FrameIndex }
  readonly base?: TrackPath
}

export interface FieldTrackerInput extends UserSupervision {
  readonly framesFolder: string
  readonly cacheFolder: string
  /** Of the run whose field it is; presets.draft while there is none. */
  readonly settings: TrackSettings
  /** Folder of the finished run; null: flow only. */
  readonly runFolder: string | null
  readonly threads: number
  /** Where installed networks lie; in the user's data folder when absent. */
  readonly modelsFolder?: string
}

export interface Picture {
  readonly width: number
  readonly height: number
  /** [height, width, 4] */
  readonly rgba: Uint8Array
}

export interface FieldTracker {
  readonly kind: 'flow' | 'fitted'
  /** Paths in the order of the asks; `source` says what each came from. */
  track(asks: readonly TrackAsk[]): Promise<readonly TrackPath[]>
  /** The track of any pixel at once, coarser than `track` would give it. */
  preview(frame: FrameIndex, x: number, y: number): Promise<TrackPath | null>
  image(kind: Exclude<ImageKind, 'frame' | 'thumb'>, frame: FrameIndex): Promise<Picture | null>
  close(): Promise<void>
}

/** Resolves when it can be asked. Rejects with TaplineError; aborting gives 'cancelled'. */
export type OpenFieldTracker = (input: FieldTrackerInput, options: { readonly signal: AbortSignal; readonly progress: Progress }) => Promise<FieldTracker>
