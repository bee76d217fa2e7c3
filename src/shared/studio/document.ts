/**
 * What the studio shows of a project: a video with its tracks as they stand, and the changes that keep every open window
 * in step. Not here: what a person asks for (gestures.ts), how it is stored (server/db). All coordinates are raster
 * pixels of the clip.
 */
import type { ErrorRecord } from '../errors.ts'
import type { TrackSettings } from '../presets.ts'
import type { ProgressMessage } from '../progress.ts'
import type { ProjectInfo, RunRecord, RunState, TrackEdits, TrackRecord, VideoRecord } from '../projectRecords.ts'
import type { ClipXY, FrameIndex } from '../units.ts'

/** One video of one project. */
export interface VideoRef {
  /** Absolute path of the project's folder. */
  readonly project: string
  readonly video: number
}

/** Where a path came from: chained flow while no field is fitted, the field, a repair between keyframes, a file. */
export type PathSource = 'flow' | 'field' | 'repaired' | 'imported' | 'accepted'

/** A track's predicted path, before people's keyframes and labels are laid over it. */
export interface TrackPath {
  /** [frames, 2] */
  readonly positions: ClipXY
  /** [frames] TrackState */
  readonly states: Uint8Array
  /** [frames] standard deviation in px; NaN where unknown. */
  readonly uncertainty: Float32Array
  readonly source: PathSource
}

export interface TrackView {
  readonly record: TrackRecord
  readonly edits: TrackEdits
  /** Null while nothing has been predicted. */
  readonly path: TrackPath | null
}

export interface Marker {
  readonly frame: FrameIndex
  readonly text: string
}

/** What undo and redo would do next, as the menu names it; null when there is nothing. */
export interface HistoryState {
  readonly undo: string | null
  readonly redo: string | null
}

/** The field of a video: none, its flow only (enough for provisional tracks), or fitted. */
export interface FieldView {
  readonly state: 'none' | 'flow' | 'fitted'
  /** True while it is being loaded: tracks asked for now wait for it. */
  readonly loading: boolean
  /** How far the loading is, 0..1, where that takes long (the first flow of a clip); null otherwise. */
  readonly share: number | null
  /** Run that fitted it; null unless fitted. */
  readonly runId: number | null
  /** Human keyframes that the field was taught as corrections. */
  readonly corrections: number
  /** Human keyframes and occlusion labels set since: what Refit would teach it. */
  readonly untaught: number
  /** Why it could not be loaded. */
  readonly problem: ErrorRecord | null
}

/** What tracks are compared with: the truth, another person's, another tracker's. */
export type ReferenceKind = 'truth' | 'annotator' | 'tracker'

export interface ReferenceSummary {
  readonly id: number
  readonly name: string
  readonly kind: ReferenceKind
  readonly tracks: number
  /** Tracks of the video that it has a counterpart of. */
  readonly matched: number
}

/** All that the studio needs to show one video. */
export interface VideoDocument extends VideoRef {
  readonly record: VideoRecord
  /** [frames] presentation times in seconds. */
  readonly timesS: Float64Array
  /** Frames in which the decoder concealed damage. */
  readonly damagedFrames: readonly FrameIndex[]
  /** In the order of the list. */
  readonly tracks: readonly TrackView[]
  readonly markers: readonly Marker[]
  readonly history: HistoryState
  readonly field: FieldView
  /** Newest first. */
  readonly runs: readonly RunRecord[]
  readonly references: readonly ReferenceSummary[]
  readonly decisions: readonly Decision[]
  /** Counts changes of this video; a change with the next number follows on from it. */
  readonly revision: number
}

/** A person's verdict on a stretch where a reference disagrees: theirs was taken, or ours stands. */
export interface Decision {
  readonly reference: number
  readonly key: number
  readonly first: FrameIndex
  readonly last: FrameIndex
  readonly verdict: 'accepted' | 'rejected'
}

/** What a gesture, an undo or a finished job changed. Absent fields did not change. */
export interface DocumentChange {
  readonly revision: number
  /** Added or changed tracks, whole; keys name them. Added ones belong by `record.order`. */
  readonly tracks: readonly TrackView[]
  /** Keys of tracks that are gone. */
  readonly removed: readonly number[]
  readonly history: HistoryState
  readonly markers?: readonly Marker[]
  readonly references?: readonly ReferenceSummary[]
  readonly decisions?: readonly Decision[]
}

/** Outcome of a fit or a refit: what moved on the screen of the person who asked for it. */
export interface Impact {
  readonly runId: number
  readonly deltaPx: number
  /** Tracks that moved by more than `deltaPx` somewhere, the furthest first. */
  readonly moved: readonly { readonly key: number; readonly maxPx: number; readonly meanPx: number; readonly frame: FrameIndex; readonly frames: number }[]
  /** Human keyframes from which the field, read from the track's other keyframes, differs by more than `deltaPx`. */
  readonly disagree: readonly { readonly key: number; readonly frame: FrameIndex; readonly px: number }[]
}

export interface ProjectView extends ProjectInfo {
  readonly folder: string
  readonly videos: readonly VideoRecord[]
}

export type JobKind = 'import' | 'optimise' | 'refit' | 'export' | 'tracker' | 'model'

/** A piece of long work, as the status bar and the Fit page list it. */
export interface JobView {
  readonly id: number
  readonly kind: JobKind
  /** Null for work on no project: a network that is fetched or added. */
  readonly project: string | null
  readonly video: number | null
  readonly runId: number | null
  /** What it works on, in words. */
  readonly title: string
  readonly state: RunState
  readonly error: ErrorRecord | null
  readonly settings: TrackSettings | null
  /** The last message that tells how far it is: 'phase', 'progress' or 'step'. */
  readonly last: ProgressMessage | null
}
