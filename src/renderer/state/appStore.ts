/**
 * The studio around the video: the connection, the open project, settings, what is open over the window, notices. Not here: the video's
 * tracks (documentStore.ts), long work (jobStore.ts), asking the server (session.ts).
 */
import { create } from 'zustand'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { AppInfo } from '../../shared/rpc.ts'
import { defaultSettings, type UserSettings } from '../../shared/settings.ts'
import type { ProjectView } from '../../shared/studio/document.ts'
import type { ConnectionState } from '../client/studioClient.ts'

/** What is open over the window; one at a time. */
export type DialogName = 'newProject' | 'renameProject' | 'settings' | 'keys' | 'palette' | 'export' | 'importTracks' | 'optimise' | 'networks' | 'trackers' | 'gotoFrame' | 'deleteTracks'

export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'done' | 'error'
  readonly text: string
  /** What, why, what next; details can be copied. */
  readonly error?: ErrorRecord
  /** One thing to do about it. */
  readonly action?: { readonly label: string; run(): void }
}

export interface AppState {
  readonly connection: ConnectionState
  readonly info: AppInfo | null
  readonly settings: UserSettings
  /** Null on the start screen. */
  readonly project: ProjectView | null
  readonly dialog: DialogName | null
  /** A file that the dialog begins with; null: it asks. */
  readonly dialogFile: string | null
  readonly notices: readonly Notice[]
  /** Gestures sent and not yet saved. */
  readonly saving: number
}

export const useApp = create<AppState>(() => ({
  connection: 'connected',
  info: null,
  settings: defaultSettings,
  project: null,
  dialog: null,
  dialogFile: null,
  notices: [],
  saving: 0,
}))

export function openDialog(dialog: DialogName | null, file: string | null = null): void {
  useApp.setState({ dialog, dialogFile: file })
}

let nextNotice = 1

/** Shows a notice; errors stay until dismissed, others go by themselves (the view sees to that). Returns its id. */
export function notify(notice: Omit<Notice, 'id'>): number {
  // The same error again is not news; its notice is still there.
  const same = useApp.getState().notices.find(({ tone, text }) => tone === 'error' && notice.tone === 'error' && text === notice.text)
  if (same) return same.id
  const id = nextNotice++
  useApp.setState(state => ({ notices: [...state.notices, { ...notice, id }] }))
  return id
}

export function notifyError(error: ErrorRecord): number {
  return notify({ tone: 'error', text: `${error.subject}: ${error.reason}.`, error })
}

export function dismissNotice(id: number): void {
  useApp.setState(state => ({ notices: state.notices.filter(notice => notice.id !== id) }))
}
