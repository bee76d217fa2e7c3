/**
 * Lets our own page, and no other, call the server's handlers over Electron's IPC. Not here: what the handlers do.
 */
import { ipcMain, type IpcMainInvokeEvent } from 'electron'
import { answer, isRpcId, type RpcHandlers } from '../shared/rpc.ts'
import { pageUrl } from './rendererProtocol.ts'

/** True for the top frame of our page: a frame inside it, a blank page or a foreign one may not ask for anything. */
export function isTrustedSender(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame
  if (!frame || frame.parent) return false
  try {
    const { protocol, host } = new URL(frame.url)
    const own = new URL(pageUrl)
    return protocol === own.protocol && host === own.host
  } catch {
    return false
  }
}

/** Answers the page's requests until the returned function is called. */
export function bridgeRpc(handlers: RpcHandlers): () => void {
  ipcMain.handle('rpc', async (event, id: unknown, params: unknown) => {
    if (!isTrustedSender(event)) throw new Error('this page may not call Tapline')
    if (!isRpcId(id)) throw new Error(`there is no request ${String(id)}`)
    return answer(handlers, id, params as null)
  })
  return () => ipcMain.removeHandler('rpc')
}
