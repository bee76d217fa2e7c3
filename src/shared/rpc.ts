/**
 * What a front end may ask of the server, and what the server tells by itself: one entry per request, named group.verb.
 * The same contract serves the Electron window and a browser; everything in it survives structured cloning, typed arrays
 * included. Not here: how it travels (wire.ts, server/transports, main), and who answers (server/handlers).
 */
import { type ErrorRecord, TaplineError } from './errors.ts'
import type { PresetName, TrackSettings } from './presets.ts'
import type { ProgressMessage } from './progress.ts'
import type { LossPoint } from './projectRecords.ts'
import type { CommandId } from './commands.ts'
import type { DeviceInfo, DeviceName, StudioDevices } from './devices.ts'
import type { ModelHints, ModelRole, ModelsView } from './models.ts'
import type { UserSettings } from './settings.ts'
import type { DocumentChange, FieldView, Impact, JobView, ProjectView, ReferenceSummary, TrackPath, VideoDocument, VideoRef } from './studio/document.ts'
import type { Gesture, GestureResult } from './studio/gestures.ts'
import type { ExportRequest, ExportSummary, ReferenceImport, ReferenceTracks, ReviewMetrics } from './studio/review.ts'
import type { TrackerInfo } from './trackers.ts'
import type { FrameIndex, Size } from './units.ts'

/** One project as the start window lists it. */
export interface ProjectSummary {
  /** Absolute path of the project folder. */
  readonly path: string
  readonly name: string
  /** Size of its first video in pixels; null while none has been imported. */
  readonly video: Size | null
  /** Of all its videos. */
  readonly frames: number
  readonly tracks: number
  /** Milliseconds since 1970. */
  readonly lastOpenedMs: number
  /** Why it cannot be opened (moved, deleted, damaged); null when it can. */
  readonly problem: ErrorRecord | null
}

export interface AppInfo {
  readonly version: string
  /** The CPU in words, with its threads: what fits run on unless 'device.list' says otherwise. */
  readonly device: string
  /** Folder that the file picker starts in. */
  readonly home: string
  readonly separator: '/' | '\\'
  readonly platform: string
}

export interface FolderEntry {
  readonly name: string
  readonly path: string
  readonly kind: 'folder' | 'video' | 'tracks' | 'project' | 'other'
  readonly bytes: number
  readonly modifiedMs: number
}

/** A folder of the server's machine, for the picker of the browser shell. Folders first, then by name; hidden files left out. */
export interface FolderListing {
  readonly path: string
  readonly parent: string | null
  readonly entries: readonly FolderEntry[]
}

/** What supervises a fit. */
export interface SupervisionChoice {
  /** builtin: no network; learned: the networks installed now, the rest built in; folder: a sequence folder of OmniTrackFast or OmniMotion. */
  readonly by: 'builtin' | 'learned' | 'folder'
  /** Absolute path on the server's machine, for `folder`. */
  readonly folder?: string
  /** Depth maps of the person's own, one a frame: absolute path. */
  readonly depthFolder?: string
  /** References of the video whose tracks are taught as matches, by id. */
  readonly references?: readonly number[]
}

/** What a run was supervised by: its choice, and the networks that it was given then. */
export interface RunSupervision extends SupervisionChoice {
  readonly networks: readonly { readonly role: ModelRole; /** Null: it is no longer installed. */ readonly name: string | null; readonly sha256: string }[]
}

/** The requests: parameters in, result out. */
export interface Rpc {
  'app.info': { params: null; result: AppInfo }
  'settings.read': { params: null; result: UserSettings }
  /** Replaces the entries given; returns them all. Every window hears of it. */
  'settings.write': { params: Partial<UserSettings>; result: UserSettings }
  /** What fits can run on here, and which is taken. The first time it looks for each, which takes a second or two. */
  'device.list': { params: null; result: StudioDevices }
  /** Tests a device against the reference and times it, for some seconds. @throws 'busy' while jobs run that would falsify the figure */
  'device.measure': { params: { readonly device: DeviceName }; result: DeviceInfo }
  'files.list': { params: { readonly folder: string | null }; result: FolderListing }

  /** Recent projects, the last opened first; those that cannot be opened say why. */
  'project.list': { params: null; result: readonly ProjectSummary[] }
  /** Makes an empty project; folder null: in the user's data folder, by its name. */
  'project.create': { params: { readonly name: string; readonly folder: string | null }; result: ProjectView }
  /** Opens for writing (one server at a time); a project that this server has open already is returned as it is. */
  'project.open': { params: { readonly folder: string }; result: ProjectView }
  /** Interrupts its jobs (they go on when asked) and lets go of it. */
  'project.close': { params: { readonly folder: string }; result: null }
  'project.rename': { params: { readonly folder: string; readonly name: string }; result: ProjectView }
  /** Takes it off the list of recent projects; the folder stays. */
  'project.forget': { params: { readonly folder: string }; result: null }

  /** Imports a video, image folder or GIF as a job; a 'project' event tells when it is in. */
  'video.add': { params: { readonly project: string; readonly path: string }; result: JobView }
  'video.remove': { params: VideoRef; result: ProjectView }
  /** Everything to show it; its field starts loading, a 'field' event tells when it can be asked. */
  'video.open': { params: VideoRef; result: VideoDocument }

  'edit.apply': { params: { readonly video: VideoRef; readonly gesture: Gesture }; result: GestureResult }
  /** Null when there is nothing to undo. */
  'edit.undo': { params: VideoRef; result: GestureResult | null }
  'edit.redo': { params: VideoRef; result: GestureResult | null }
  /** The track of any pixel of any frame, not kept: what hovering shows. Null where nothing can say. A newer request overtakes an older one, which then returns null. */
  'track.preview': { params: { readonly video: VideoRef; readonly frame: FrameIndex; readonly x: number; readonly y: number }; result: TrackPath | null }

  /** Fits the field of a video, with all its keyframes and labels, and reads its tracks anew. */
  'run.start': { params: { readonly video: VideoRef; readonly preset: PresetName; readonly settings?: Partial<TrackSettings>; readonly supervision?: SupervisionChoice }; result: JobView }
  /** Goes on from the fitted field for some seconds, with the corrections made since. @throws 'unsupported' while no field is fitted. */
  'run.refit': { params: { readonly video: VideoRef }; result: JobView }
  /** Goes on with an interrupted, cancelled or failed run from its last checkpoint. */
  'run.resume': { params: { readonly video: VideoRef; readonly runId: number }; result: JobView }
  /** @throws TaplineError 'not-found' where the video has no such run. */
  'run.supervision': { params: { readonly video: VideoRef; readonly runId: number }; result: RunSupervision }
  'run.losses': { params: { readonly video: VideoRef; readonly runId: number }; result: readonly LossPoint[] }
  /** The impact of the newest fit or refit of the video; null before the first. */
  'run.impact': { params: VideoRef; result: Impact | null }
  /** Jobs that have not ended, the active one first, then those that ended since the server started. */
  'job.list': { params: null; result: readonly JobView[] }
  'job.pause': { params: { readonly id: number }; result: null }
  'job.unpause': { params: { readonly id: number }; result: null }
  'job.cancel': { params: { readonly id: number }; result: null }

  /** Other trackers, those that cannot run here with the reason. */
  'tracker.list': { params: null; result: readonly TrackerInfo[] }
  /** Tracks the queries of these tracks (null: of all) with another tracker, as a job; its tracks become a reference of the video, in place of what this tracker gave before. */
  'tracker.run': { params: { readonly video: VideoRef; readonly tracker: string; readonly keys: readonly number[] | null }; result: JobView }

  'models.list': { params: null; result: ModelsView }
  /** Downloads a known network, as a job: nothing is fetched unless the person has agreed to its licence. Goes on where an earlier download broke off. */
  'models.pull': { params: { readonly name: string; readonly agreed: boolean; readonly mirror: string | null; readonly sha256: string | null }; result: JobView }
  /** Copies a file of the server's machine in, tests it and finds its conventions, as a job. */
  'models.add': { params: { readonly path: string; readonly role: ModelRole; readonly name: string | null; readonly hints: ModelHints }; result: JobView }
  /** Compares the file with its record: null when it is whole. */
  'models.verify': { params: { readonly name: string }; result: { readonly fault: string | null } }
  'models.remove': { params: { readonly name: string }; result: ModelsView }

  'export.summary': { params: ExportRequest; result: ExportSummary }
  /** As a job; its last message is 'done', and its title then names the file. */
  'export.write': { params: ExportRequest; result: JobView }
  'review.import': { params: ReferenceImport; result: ReferenceSummary | null }
  'review.remove': { params: { readonly video: VideoRef; readonly reference: number }; result: null }
  'review.metrics': { params: { readonly video: VideoRef; readonly reference: number }; result: ReviewMetrics }
  'review.tracks': { params: { readonly video: VideoRef; readonly reference: number }; result: ReferenceTracks }
}

export type RpcId = keyof Rpc

/** Every id at run time, for those who must refuse unknown ones. */
const known: Readonly<Record<RpcId, true>> = {
  'app.info': true, 'settings.read': true, 'settings.write': true, 'device.list': true, 'device.measure': true, 'files.list': true,
  'project.list': true, 'project.create': true, 'project.open': true, 'project.close': true, 'project.rename': true, 'project.forget': true,
  'video.add': true, 'video.remove': true, 'video.open': true,
  'edit.apply': true, 'edit.undo': true, 'edit.redo': true, 'track.preview': true,
  'run.start': true, 'run.refit': true, 'run.resume': true, 'run.supervision': true, 'run.losses': true, 'run.impact': true,
  'job.list': true, 'job.pause': true, 'job.unpause': true, 'job.cancel': true,
  'tracker.list': true, 'tracker.run': true,
  'models.list': true, 'models.pull': true, 'models.add': true, 'models.verify': true, 'models.remove': true,
  'export.summary': true, 'export.write': true, 'review.import': true, 'review.remove': true, 'review.metrics': true, 'review.tracks': true,
}

export function isRpcId(id: unknown): id is RpcId {
  return typeof id === 'string' && Object.hasOwn(known, id)
}

/** What the server tells every window by itself, in the order in which it happened. */
export type StudioEvent =
  | ({ readonly kind: 'document'; readonly change: DocumentChange } & VideoRef)
  | ({ readonly kind: 'field'; readonly field: FieldView } & VideoRef)
  | ({ readonly kind: 'impact'; readonly impact: Impact } & VideoRef)
  /** A job is new, or changed state. */
  | { readonly kind: 'job'; readonly job: JobView }
  /** Progress of a job; previews come as its 'preview' messages. */
  | { readonly kind: 'progress'; readonly job: number; readonly message: ProgressMessage }
  | { readonly kind: 'project'; readonly project: ProjectView }
  | { readonly kind: 'settings'; readonly settings: UserSettings }
  /** Another device was chosen; one is being measured, or was. */
  | { readonly kind: 'devices'; readonly devices: StudioDevices }
  /** A network was installed or removed. */
  | { readonly kind: 'models'; readonly models: ModelsView }
  /** Of the shell: a menu entry was chosen; a file was opened with the app or dropped on its icon. */
  | { readonly kind: 'command'; readonly id: CommandId }
  | { readonly kind: 'openFile'; readonly path: string }

/** The server's side of the contract. */
export type RpcHandlers = { readonly [Id in RpcId]: (params: Rpc[Id]['params']) => Promise<Rpc[Id]['result']> }

/** What travels back: errors as records, since classes do not survive the way. */
export type RpcReply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorRecord }

/** The front end's side; each shell has one (renderer/client). */
export interface RpcClient {
  call<Id extends RpcId>(id: Id, params: Rpc[Id]['params']): Promise<RpcReply<Rpc[Id]['result']>>
  /** Hears every event until the returned function is called. */
  subscribe(listener: (event: StudioEvent) => void): () => void
}

/** Asks a handler and wraps the answer; nothing is thrown, whatever the handler does. */
export async function answer<Id extends RpcId>(handlers: Partial<RpcHandlers>, id: Id, params: Rpc[Id]['params']): Promise<RpcReply<Rpc[Id]['result']>> {
  try {
    const handler = handlers[id]
    if (!handler) throw new TaplineError('unsupported', id, 'this window’s server does not answer it', 'Update Tapline.')
    return { ok: true, value: await handler(params) }
  } catch (error) {
    if (error instanceof TaplineError) return { ok: false, error: error.toRecord() }
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, error: { code: 'internal', subject: id, reason, next: 'Try again; if it stays, report it with this text.' } }
  }
}
