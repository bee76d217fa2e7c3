/**
 * The contract over Electron's IPC, for our own page and no other: messages of shared/messages.ts, in one order with the
 * events. Not here: what a message does (server/transports/servePeer.ts), the page's end (preload).
 */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { servePeer, type Peer, type PeerStudio } from '../server/transports/servePeer.ts'
import type { StudioEvent } from '../shared/rpc.ts'
import { channels } from '../shared/shellBridge.ts'
import { pageUrl } from './schemes.ts'

/** True for the top frame of our page: a frame inside it, a blank page or a foreign one may not ask for anything. */
export function isTrustedSender({ senderFrame: frame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  if (!frame || frame.parent) return false
  try {
    const { protocol, host } = new URL(frame.url)
    const own = new URL(pageUrl)
    return protocol === own.protocol && host === own.host
  } catch {
    return false
  }
}

export interface IpcLine {
  /** Tells the page an event of the shell; what comes before the page listens waits for it. */
  tell(event: StudioEvent): void
  close(): void
}

/** Serves every page of ours until closed. */
export function openIpcLine(studio: PeerStudio): IpcLine {
  const pages = new Map<WebContents, Peer>()
  /** A page that has called hears events. */
  const listening = new Set<WebContents>()
  let early: StudioEvent[] = []

  /** A page begins, in a new window or loaded anew: calls of the one before are forgotten. */
  function begin({ sender, ...event }: IpcMainEvent): void {
    if (!isTrustedSender(event)) return
    if (!pages.has(sender)) sender.once('destroyed', () => end(sender))
    end(sender)
    pages.set(sender, servePeer(studio, {
      send: message => {
        if (!sender.isDestroyed()) sender.send(channels.messages, message)
      },
      // Electron's pipe within one machine tells nothing of what waits in it.
      congested: () => false,
    }))
  }

  function end(page: WebContents): void {
    pages.get(page)?.close()
    pages.delete(page)
    listening.delete(page)
  }

  function receive(event: IpcMainEvent, message: unknown): void {
    const peer = pages.get(event.sender)
    if (!peer || !isTrustedSender(event)) return
    listening.add(event.sender)
    peer.receive(message)
    for (const waited of early.splice(0)) tell(waited)
  }

  function tell(event: StudioEvent): void {
    if (listening.size === 0) early = [...early, event]
    for (const page of listening) page.send(channels.messages, { event })
  }

  ipcMain.on(channels.begin, begin)
  ipcMain.on(channels.messages, receive)
  return {
    tell,
    close() {
      ipcMain.off(channels.begin, begin)
      ipcMain.off(channels.messages, receive)
      for (const page of [...pages.keys()]) end(page)
    },
  }
}
