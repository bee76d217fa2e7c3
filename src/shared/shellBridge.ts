/**
 * What Electron's preload script gives the page: the line to the server and what only a desktop shell can do. Not here: a
 * browser's shell, which has none of it (renderer/client).
 */
import type { CallMessage, ServerMessage } from './messages.ts'

export const pickKinds = ['video', 'videoFolder', 'project', 'projectFolder', 'tracks', 'network', 'folder', 'save'] as const
export type PickKind = (typeof pickKinds)[number]

export interface ShellBridge {
  send(message: CallMessage): void
  onMessage(listener: (message: ServerMessage) => void): () => void
  /** Path of a dropped file on this machine; empty where it has none. */
  pathOfFile(file: File): string
  /** A native dialog's choice; null where it was cancelled. */
  pick(kind: PickKind, suggestion?: string): Promise<string | null>
  /** Shows an exported file in its folder. */
  reveal(path: string): void
}

/** Scheme and host of a picture's address in Electron; path and query are imagePath's. */
export const imageOrigin = 'tapline-frame://studio'

/** IPC channels of Electron between the preload script and main. */
export const channels = { begin: 'studio.begin', messages: 'studio.messages', pick: 'shell.pick', reveal: 'shell.reveal' } as const
