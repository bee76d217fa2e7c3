/**
 * The page's talk with the server: opens projects and videos, sends gestures, and feeds events into the stores. Errors become notices
 * unless the caller takes them. Not here: what is shown (the stores), how messages travel (client/).
 */
import type { ErrorRecord } from '../../shared/errors.ts'
import { defaultSettings, type UserSettings } from '../../shared/settings.ts'
import type { Rpc, RpcId, StudioEvent } from '../../shared/rpc.ts'
import type { ProjectView, VideoRef } from '../../shared/studio/document.ts'
import type { Gesture, GestureResult } from '../../shared/studio/gestures.ts'
import type { StudioClient } from '../client/studioClient.ts'
import { isCommandId, type CommandId } from '../../shared/commands.ts'
import { notifyError, useApp } from './appStore.ts'
import { changedDocument, currentDocument, isSameVideo, openedDocument, setField, useDocument } from './documentStore.ts'
import { setDevices, useDevices } from './deviceStore.ts'
import { setNetworks } from './networkStore.ts'
import { putJob, putProgress, setJobs } from './jobStore.ts'
import { resetView } from './viewStore.ts'

let connected: StudioClient | null = null
let onCommand: (id: CommandId) => void = () => {}
let onFile: (path: string) => void = () => {}

/** The shell's client. @throws Error before `startSession`. */
export function client(): StudioClient {
  if (!connected) throw new Error('the page has no connection yet')
  return connected
}

export interface SessionHooks {
  /** A command chosen in a native menu. */
  onCommand(id: CommandId): void
  /** A file opened with the app. */
  onFile(path: string): void
}

/** Takes the client into use; returns what undoes it. */
export function startSession(studio: StudioClient, hooks: SessionHooks): () => void {
  connected = studio
  onCommand = hooks.onCommand
  onFile = hooks.onFile
  const stops = [studio.subscribe(hear), studio.onState(connection => useApp.setState({ connection }))]
  // After a restart of the server nothing of before can be taken for granted.
  let state = 'connected'
  stops.push(studio.onState(next => {
    if (next === 'connected' && state !== 'connected') void reload()
    state = next
  }))
  void welcome()
  return () => stops.forEach(stop => stop())
}

async function welcome(): Promise<void> {
  const [info, settings, jobs] = await Promise.all([ask('app.info', null), ask('settings.read', null), ask('job.list', null)])
  // At once: what waits for the info finds the settings.
  useApp.setState({ ...(info && { info }), ...(settings && { settings: { ...defaultSettings, ...settings } }) })
  if (jobs) setJobs(jobs.toReversed())
  // Looking for devices takes the server a while: until then the CPU stands in their place.
  void loadDevices()
}

/** What fits can run on. Whoever shows it says why it is not known. */
export async function loadDevices(): Promise<void> {
  const reply = await tell('device.list', null)
  if (reply.ok) setDevices(reply.value)
  else useDevices.setState({ problem: reply.error })
}

async function reload(): Promise<void> {
  await welcome()
  const { project } = useApp.getState()
  if (project) {
    const again = await ask('project.open', { folder: project.folder })
    if (again) useApp.setState({ project: again })
  }
  const document = currentDocument()
  if (document) await openVideo(document, { keepView: true })
}

/** Calls the server; an error becomes a notice and null. */
export async function ask<Id extends RpcId>(id: Id, params: Rpc[Id]['params']): Promise<Rpc[Id]['result'] | null> {
  const reply = await tell(id, params)
  if (reply.ok) return reply.value
  notifyError(reply.error)
  return null
}

/** Calls the server; the caller shows the error. Never rejects. */
export async function tell<Id extends RpcId>(id: Id, params: Rpc[Id]['params']): Promise<{ ok: true; value: Rpc[Id]['result'] } | { ok: false; error: ErrorRecord }> {
  try {
    return await client().call(id, params)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, error: { code: 'internal', subject: 'Tapline', reason, next: 'Try again; everything saved before is kept.' } }
  }
}

function hear(event: StudioEvent): void {
  switch (event.kind) {
    case 'document': {
      const document = currentDocument()
      if (!document || !isSameVideo(document, event)) return
      const next = changedDocument(document, event.change)
      if (next) useDocument.setState({ document: next })
      else void openVideo(document, { keepView: true })
      return
    }
    case 'field':
      if (isSameVideo(currentDocument(), event)) setField(event.field)
      return
    case 'impact':
      if (isSameVideo(currentDocument(), event)) useDocument.setState(({ document }) => ({ document: document && { ...document, impact: event.impact } }))
      return
    case 'job':
      return putJob(event.job)
    case 'progress':
      return putProgress(event.job, event.message)
    case 'project':
      if (useApp.getState().project?.folder === event.project.folder) useApp.setState({ project: event.project })
      return
    case 'settings':
      // What this window has just changed is newer; its answer brings the rest.
      if (writingSettings > 0) return
      useApp.setState({ settings: { ...defaultSettings, ...event.settings } })
      return
    case 'devices':
      return setDevices(event.devices)
    case 'models':
      return setNetworks(event.models)
    case 'command':
      if (isCommandId(event.id)) onCommand(event.id)
      return
    case 'openFile':
      onFile(event.path)
  }
}

/** Opens a project and, where it has one, its first video (or the one asked for). True where it worked. */
export async function openProject(folder: string, video?: number): Promise<boolean> {
  const project = await ask('project.open', { folder })
  if (!project) return false
  showProject(project)
  const first = project.videos.find(({ id }) => id === video) ?? project.videos[0]
  if (first) await openVideo({ project: project.folder, video: first.id })
  return true
}

export function showProject(project: ProjectView): void {
  resetView()
  useDocument.setState({ document: null, opening: null, problem: null })
  useApp.setState({ project, dialog: null })
}

/** Back to the start screen; the project stays open in the server while jobs of it run. */
export function leaveProject(): void {
  resetView()
  useDocument.setState({ document: null, opening: null, problem: null })
  useApp.setState({ project: null, dialog: null })
}

export async function openVideo(ref: VideoRef, { keepView = false } = {}): Promise<void> {
  const { project, video } = ref
  const wanted: VideoRef = { project, video }
  useDocument.setState({ opening: wanted, problem: null })
  const [reply, impact] = await Promise.all([tell('video.open', wanted), tell('run.impact', wanted)])
  // Another video may have been asked for meanwhile.
  if (!isSameVideo(useDocument.getState().opening, wanted)) return
  if (!reply.ok) {
    useDocument.setState({ opening: null, problem: reply.error, ...(!keepView && { document: null }) })
    return
  }
  if (!keepView) resetView()
  useDocument.setState({ document: openedDocument(reply.value, impact.ok ? impact.value : null), opening: null, problem: null })
}

/** Carries out a gesture on the open video; the change is in the store when this resolves. Null where it failed (a notice says why). */
export async function applyGesture(gesture: Gesture): Promise<GestureResult | null> {
  return saving(video => ask('edit.apply', { video, gesture }))
}

export const undo = (): Promise<GestureResult | null> => saving(video => ask('edit.undo', video))
export const redo = (): Promise<GestureResult | null> => saving(video => ask('edit.redo', video))

async function saving<T>(work: (video: VideoRef) => Promise<T | null>): Promise<T | null> {
  const document = currentDocument()
  if (!document) return null
  const count = (by: number) => useApp.setState(({ saving: now }) => ({ saving: now + by }))
  count(1)
  try {
    return await work({ project: document.project, video: document.video })
  } finally {
    count(-1)
  }
}

/** Changes of settings that the server has not answered yet. */
let writingSettings = 0

export async function saveSettings(settings: Partial<UserSettings>): Promise<void> {
  // Shown at once; other windows hear of it by an event.
  useApp.setState(state => ({ settings: { ...state.settings, ...settings } }))
  writingSettings++
  const written = await ask('settings.write', settings)
  writingSettings--
  if (written && writingSettings === 0) useApp.setState({ settings: { ...defaultSettings, ...written } })
}
