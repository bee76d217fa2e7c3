/**
 * A stand-in of the electron module for tests of main and preload, whose binary is not everywhere: it records what the
 * app asks for and lets a test play the browser's part. Not a simulation: nothing is rendered, no process is made.
 */
import { EventEmitter } from 'node:events'
import type { IpcMainInvokeEvent } from 'electron'

type Listener = (...args: never[]) => unknown
interface Window extends EventEmitter {
  readonly options: Electron.BrowserWindowConstructorOptions
  readonly urls: string[]
  readonly shown: string[]
  minimized: boolean
}

/** A fresh stand-in; `firstInstance` false is an app that is already running. */
export function electronStandIn({ firstInstance = true } = {}) {
  const calls: string[] = []
  const windows: Window[] = []
  const ipc = new Map<string, (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown>()
  const protocols = new Map<string, (request: Request) => Promise<Response>>()
  const privileges: Electron.CustomScheme[] = []
  const permissions: { request?: Listener; check?: Listener; device?: Listener } = {}
  const exposed = new Map<string, unknown>()
  const invoked: unknown[][] = []
  let ready = false

  class BrowserWindow extends EventEmitter implements Window {
    readonly urls: string[] = []
    readonly shown: string[] = []
    readonly options: Electron.BrowserWindowConstructorOptions
    minimized = false
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super()
      this.options = options
      windows.push(this)
      calls.push('new BrowserWindow')
    }
    static getAllWindows = () => windows
    loadURL(url: string) {
      this.urls.push(url)
      return Promise.resolve()
    }
    isMinimized = () => this.minimized
    restore = () => this.shown.push('restore')
    focus = () => this.shown.push('focus')
    show = () => this.shown.push('show')
  }

  const app = Object.assign(new EventEmitter(), {
    requestSingleInstanceLock: () => firstInstance,
    enableSandbox: () => calls.push('enableSandbox'),
    isReady: () => ready,
    quit: () => calls.push('quit'),
    whenReady: async () => {
      ready = true
      calls.push('ready')
    },
  })

  const module = {
    app,
    BrowserWindow,
    Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => calls.push('setApplicationMenu') },
    nativeTheme: { shouldUseDarkColors: true },
    protocol: {
      registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
        calls.push('registerSchemesAsPrivileged')
        privileges.push(...schemes)
      },
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => protocols.set(scheme, handler),
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: Listener) => (permissions.request = handler),
        setPermissionCheckHandler: (handler: Listener) => (permissions.check = handler),
        setDevicePermissionHandler: (handler: Listener) => (permissions.device = handler),
      },
    },
    ipcMain: {
      handle: (channel: string, handler: (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown) => ipc.set(channel, handler),
      removeHandler: (channel: string) => ipc.delete(channel),
    },
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) },
    ipcRenderer: {
      invoke: async (...args: unknown[]) => {
        invoked.push(args)
        return { ok: true, value: [] }
      },
    },
  }

  /** A page being made, as Electron announces it: `allows` tells whether an event goes on, `opens` what window.open gets. */
  const makePage = () => {
    const contents = Object.assign(new EventEmitter(), {
      opener: undefined as undefined | ((details: { url: string }) => { action: string }),
      setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
        this.opener = handler
      },
    })
    app.emit('web-contents-created', {}, contents)
    return {
      allows(event: string) {
        let prevented = false
        contents.emit(event, { preventDefault: () => (prevented = true) })
        return !prevented
      },
      opens: (url: string) => contents.opener?.({ url }).action ?? 'allow',
    }
  }

  /** A request as a frame of that address sends it. */
  const invoke = async (frame: { url: string; parent?: object | null } | null, ...args: unknown[]) => {
    const handler = ipc.get('rpc')
    if (!handler) throw new Error('nothing handles rpc')
    return handler({ senderFrame: frame && { parent: null, ...frame } } as unknown as IpcMainInvokeEvent, ...args)
  }

  return { module, app, calls, windows, ipc, protocols, privileges, permissions, exposed, invoked, makePage, invoke }
}
