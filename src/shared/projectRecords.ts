/**
 * What a project holds, as records that every process may pass on: the store gives them, the studio shows them.
 * Not here: how they are stored (server/db) or edited (pipeline/edits). Times of day are milliseconds since 1970, UTC.
 */
import type { ErrorRecord } from './errors.ts'
import type { PresetName, TrackSettings } from './presets.ts'
import type { Phase, StepLosses } from './progress.ts'
import type { FrameIndex, Size } from './units.ts'

export interface ProjectInfo {
  readonly name: string
  readonly createdAt: number
  /** Version of Tapline that made the project. */
  readonly appVersion: string
}

export interface VideoRecord extends Size {
  readonly id: number
  /** The file's stem: key of the clip in a DAVIS pickle. */
  readonly name: string
  /** Where the video was when it was imported: a hint only, the project does not need it. */
  readonly sourcePath: string
  readonly frameCount: number
  /** Folder of the cached frames, relative to the project's folder, with forward slashes. */
  readonly cacheFolder: string
  readonly addedAt: number
}

export interface TrackQuery {
  readonly frame: FrameIndex
  /** Raster pixels of the clip. */
  readonly x: number
  readonly y: number
}

export interface TrackRecord {
  /** Names the track within the project; never reused. */
  readonly key: number
  readonly videoId: number
  /** Names the track within its video, as in a queries file. */
  readonly id: string
  readonly name: string
  /** #rrggbb, lower case. */
  readonly colour: string
  readonly query: TrackQuery
  /** Place in the list of tracks, ascending; gaps mean nothing. */
  readonly order: number
  readonly notes: string
  readonly hidden: boolean
  readonly locked: boolean
}

/** A position set by a person, exact to the bit (float64). Raster pixels of the clip; may lie outside the frame. */
export interface Keyframe {
  readonly frame: FrameIndex
  readonly x: number
  readonly y: number
}

export const labelKinds = ['visible', 'occluded', 'outOfFrame'] as const
export type LabelKind = (typeof labelKinds)[number]

/** Frames first..last, both included, that a person gave one label. Ranges of a track never overlap. */
export interface LabelRange {
  readonly kind: LabelKind
  readonly first: FrameIndex
  readonly last: FrameIndex
}

/** All that people did to one track. */
export interface TrackEdits {
  /** By ascending frame. */
  readonly keyframes: readonly Keyframe[]
  readonly labels: readonly LabelRange[]
}

export const runStates = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const
export type RunState = (typeof runStates)[number]

/** Why a run failed; what its process left behind when it died without a word. */
export interface RunError extends ErrorRecord {
  readonly exitCode?: number
  readonly signal?: string
  /** End of what the process wrote to standard error, or the stack of the error. */
  readonly details?: string
}

export interface RunRecord {
  readonly id: number
  readonly videoId: number
  readonly preset: PresetName
  /** What differs from the preset. */
  readonly settingsDiff: Partial<TrackSettings>
  /** The preset with what differs: what the run works with. */
  readonly settings: TrackSettings
  readonly seed: number
  readonly codeVersion: string
  readonly state: RunState
  /** Last step known; 0 before the first. */
  readonly step: number
  readonly error: RunError | null
  /** Relative to the project's folder; null before the first checkpoint. */
  readonly checkpointPath: string | null
  readonly checkpointStep: number | null
  readonly createdAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** Time spent running, without pauses and without the time between an interruption and the resume. */
  readonly activeMs: number
  /** Time spent in each phase. */
  readonly phaseMs: Readonly<Partial<Record<Phase, number>>>
}

export interface LossPoint {
  readonly step: number
  readonly losses: StepLosses
}

export interface VideoSummary extends VideoRecord {
  readonly durationS: number
  readonly tracks: number
  readonly keyframes: number
  readonly labels: number
}

export interface ProjectDetails extends ProjectInfo {
  readonly folder: string
  readonly videos: readonly VideoSummary[]
  /** Newest first. */
  readonly runs: readonly RunRecord[]
}
