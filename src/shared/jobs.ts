/**
 * What passes between the server and the process that runs one tracking job: plain values that survive structured
 * cloning. The same over a forked process and an Electron utility process. Not here: how they travel (server/jobs).
 */
import type { InspectJob, Inspection, LearnedSupervision } from './models.ts'
import type { DeviceName } from './devices.ts'
import type { Keyframe, LabelRange, RunError } from './projectRecords.ts'
import type { TrackSettings } from './presets.ts'
import type { ProgressMessage } from './progress.ts'
import type { TrackerJob } from './trackers.ts'
import type { Query, TrackSet } from './tracks.ts'

/** Supervision that the person brings, in place of what is built in; paths are absolute. */
export interface UserSupervision {
  /** Depth maps, one a frame. */
  readonly depthFolder?: string
  /** A sequence folder of OmniTrackFast or OmniMotion: flow, matches and depth. */
  readonly sequenceFolder?: string
  /** Installed networks, where they take the built-in parts' places. */
  readonly learned?: LearnedSupervision
  /** Files of tracks (tracks.json) of this clip, by other trackers or people: taught as long-term matches, which are trimmed where they disagree. */
  readonly extraTracks?: readonly string[]
}

/** What people set on one track, for the field to learn: never trimmed, never moved. */
export interface HumanTrack {
  readonly id: string
  /** Its keyframes, the query among them, by ascending frame. */
  readonly nodes: readonly Keyframe[]
  readonly labels: readonly LabelRange[]
}

/** All that a tracking process needs to know; paths are absolute. */
export interface JobInput extends UserSupervision {
  readonly runId: number
  /** Folder of the imported clip's frames. */
  readonly framesFolder: string
  /** Folder for caches of this clip (flow, matches), shared by its runs. */
  readonly cacheFolder: string
  /** Folder of this run alone: its checkpoint. */
  readonly runFolder: string
  readonly queries: readonly Query[]
  readonly settings: TrackSettings
  readonly threads: number
  /** What the field is fitted on; the CPU when absent. Not part of a run's identity: every device goes on from any other's checkpoint. */
  readonly device?: DeviceName
  /** Where installed networks lie; in the user's data folder when absent. */
  readonly modelsFolder?: string
  /** Corrections and occlusion labels; none when absent. */
  readonly humans?: readonly HumanTrack[]
  /** Folder of a finished run: its field is where this run starts (a refit). Its own checkpoint, where it has one, comes first. */
  readonly refitOf?: string
  /** Queries shown in previews; none when absent. */
  readonly previewQueries?: readonly Query[]
}

/** To the process. One 'start', 'track' or 'inspect' first; a start goes on from the run's checkpoint where there is one. */
export type JobRequest =
  | { readonly kind: 'start'; readonly job: JobInput }
  /** Run another tracker. */
  | { readonly kind: 'track'; readonly job: TrackerJob }
  /** Look at a network's file. */
  | { readonly kind: 'inspect'; readonly job: InspectJob }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Stop, saving a checkpoint. Whoever waits longer than a second may kill the process: the last checkpoint stays. */
  | { readonly kind: 'cancel' }

/** From the process: any number of 'progress', then one of the others, then it ends. */
export type JobResponse =
  | { readonly kind: 'progress'; readonly message: ProgressMessage }
  | { readonly kind: 'result'; readonly tracks: TrackSet }
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'failed'; readonly error: RunError }
  | { readonly kind: 'stopped' }
