/**
 * Gives the page the server's contract, and nothing else of Electron. Runs sandboxed, before the page: a page that was
 * taken over can send only known requests with data that survives cloning.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { isRpcId, type RpcClient } from '../shared/rpc.ts'

const client: RpcClient = {
  call(id, params) {
    if (!isRpcId(id)) return Promise.reject(new TypeError(`there is no request ${String(id)}`))
    return ipcRenderer.invoke('rpc', id, params)
  },
}

contextBridge.exposeInMainWorld('tapline', client)
