/**
 * Gives the page the line to the server and the shell's dialogs, and nothing else of Electron. Runs sandboxed, before the
 * page: a page that was taken over can send only known requests with data that survives cloning.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { asCall, type ServerMessage } from '../shared/messages.ts'
import { channels, pickKinds, type ShellBridge } from '../shared/shellBridge.ts'

const bridge: ShellBridge = {
  send(message) {
    const call = asCall(message)
    if (!call) throw new TypeError('this is no request of Tapline')
    ipcRenderer.send(channels.messages, call)
  },
  onMessage(listener) {
    const pass = (_event: unknown, message: ServerMessage) => listener(message)
    ipcRenderer.on(channels.messages, pass)
    return () => ipcRenderer.off(channels.messages, pass)
  },
  pathOfFile: file => webUtils.getPathForFile(file),
  pick(kind, suggestion) {
    if (!pickKinds.includes(kind)) return Promise.reject(new TypeError(`there is no dialog ${String(kind)}`))
    return ipcRenderer.invoke(channels.pick, kind, suggestion)
  },
  reveal: path => void ipcRenderer.invoke(channels.reveal, String(path)),
}

ipcRenderer.send(channels.begin)
contextBridge.exposeInMainWorld('tapline', bridge)
