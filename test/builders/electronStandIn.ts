/**
 * A stand-in of the electron module for tests of main and preload, whose binary is not everywhere: it records what the
 * app asks for and lets a test play the browser's and the person's part. Messages between page and main are cloned as
 * Electron clones them, and utility processes really run. Not a simulation: nothing is rendered.
 */
import { EventEmitter } from 'node:events'
import { utilityProcessStandIn } from './utilityProcessStandIn.ts'

type Listener = (...args: never[]) => unknown
export type Frame = { readonly url: string; readonly parent?: object | null } | null

/** What stands for a page: what main sent it, and what it did to it. */
export class Contents extends EventEmitter {
  readonly received: unknown[] = []
  readonly edited: string[] = []
  reloads = 0
  destroyed = false
  opener: undefined | ((details: { url: string }) => { action: string })
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.opener = handler
  }
  send(channel: string, message: unknown) {
    if (this.destroyed) throw new Error('Object has been destroyed')
    this.received.push(structuredClone(message))
    this.emit('standIn.received', channel, structuredClone(message))
  }
  isDestroyed = () => this.destroyed
  reload = () => void this.reloads++
  copy = () => this.edited.push('copy')
  undo = () => this.edited.push('undo')
  destroy() {
    this.destroyed = true
    this.emit('destroyed')
  }
}

class StandInWindow extends EventEmitter {
  readonly urls: string[] = []
  readonly shown: string[] = []
  readonly webContents = new Contents()
  readonly options: Electron.BrowserWindowConstructorOptions
  minimized = false
  maximized = false
  bounds = { x: 0, y: 0, width: 0, height: 0 }
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
  }
  loadURL(url: string) {
    this.urls.push(url)
    return Promise.resolve()
  }
  isMinimized = () => this.minimized
  isMaximized = () => this.maximized
  getNormalBounds = () => this.bounds
  restore = () => this.shown.push('restore')
  focus = () => this.shown.push('focus')
  show = () => this.shown.push('show')
  hide = () => this.shown.push('hide')
  maximize = () => this.shown.push('maximize')
}

export interface StandInOptions {
  /** False: the app is running already. */
  readonly firstInstance?: boolean
  readonly screens?: readonly { x: number; y: number; width: number; height: number }[]
}

export function electronStandIn({ firstInstance = true, screens = [{ x: 0, y: 0, width: 1920, height: 1080 }] }: StandInOptions = {}) {
  const calls: string[] = []
  const windows: StandInWindow[] = []
  const invoked = new Map<string, (event: unknown, ...args: unknown[]) => unknown>()
  const protocols = new Map<string, (request: Request) => Promise<Response>>()
  const privileges: Electron.CustomScheme[] = []
  const permissions: { request?: Listener; check?: Listener; device?: Listener } = {}
  const exposed = new Map<string, unknown>()
  const dialogs: { name: string; options: Record<string, unknown> }[] = []
  /** What the person chooses next in a dialog. */
  const choices: object[] = []
  const revealed: string[] = []
  const fromPage: unknown[][] = []
  const utilityProcess = utilityProcessStandIn()
  const ipcRenderer = new EventEmitter()
  let menu: Electron.MenuItemConstructorOptions[] = []
  let ready = false

  class BrowserWindow extends StandInWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super(options)
      windows.push(this)
      calls.push('new BrowserWindow')
    }
    static getAllWindows = () => windows
    static getFocusedWindow = () => windows[0] ?? null
    static fromWebContents = (contents: Contents) => windows.find(window => window.webContents === contents) ?? null
  }

  const app = Object.assign(new EventEmitter(), {
    requestSingleInstanceLock: () => firstInstance,
    enableSandbox: () => calls.push('enableSandbox'),
    isReady: () => ready,
    getAppPath: () => '/the/app',
    getVersion: () => '1.2.3',
    setAboutPanelOptions: () => {},
    /** As Electron: asks whether it may first. */
    quit() {
      let held = false
      app.emit('before-quit', { preventDefault: () => (held = true) })
      if (!held) calls.push('quit')
    },
    whenReady: async () => {
      ready = true
      calls.push('ready')
    },
  })

  const answerDialog = (name: string) => async (...args: unknown[]) => {
    dialogs.push({ name, options: args.at(-1) as Record<string, unknown> })
    return choices.shift() ?? { canceled: true, filePaths: [], response: 0 }
  }
  const ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) => invoked.set(channel, handler),
    removeHandler: (channel: string) => invoked.delete(channel),
  })

  const module = {
    app,
    BrowserWindow,
    Menu: {
      buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (template: Electron.MenuItemConstructorOptions[]) => (menu = template),
    },
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
    screen: { getAllDisplays: () => screens.map(workArea => ({ workArea })) },
    dialog: { showOpenDialog: answerDialog('open'), showSaveDialog: answerDialog('save'), showMessageBox: answerDialog('message') },
    shell: { showItemInFolder: (path: string) => revealed.push(path) },
    ipcMain,
    utilityProcess,
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) },
    webUtils: { getPathForFile: (file: File) => `/dropped/${file.name}` },
    ipcRenderer: Object.assign(ipcRenderer, {
      send: (...args: unknown[]) => void fromPage.push(structuredClone(args)),
      invoke: async (...args: unknown[]) => {
        fromPage.push(structuredClone(args))
        return null
      },
    }),
  }

  /** A page being made, as Electron announces it: `allows` tells whether an event goes on, `opens` what window.open gets. */
  const makePage = () => {
    const contents = new Contents()
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

  const eventOf = (sender: Contents, frame: Frame) => ({ sender, senderFrame: frame && { parent: null, ...frame } })
  /** A message as a frame of that page and address sends it. */
  const send = (sender: Contents, frame: Frame, channel: string, ...args: unknown[]) => void ipcMain.emit(channel, eventOf(sender, frame), ...structuredClone(args))
  const invoke = async (sender: Contents, frame: Frame, channel: string, ...args: unknown[]) => {
    const handler = invoked.get(channel)
    if (!handler) throw new Error(`nothing handles ${channel}`)
    return handler(eventOf(sender, frame), ...structuredClone(args))
  }
  /** The entry of the menu with that label, wherever it is. */
  const menuItem = (label: string) => {
    const all = (entries: readonly Electron.MenuItemConstructorOptions[]): Electron.MenuItemConstructorOptions[] =>
      entries.flatMap(entry => [entry, ...all(Array.isArray(entry.submenu) ? entry.submenu : [])])
    return all(menu).find(entry => entry.label === label)
  }

  return {
    module, app, calls, windows, invoked, protocols, privileges, permissions, exposed, dialogs, choices, revealed, fromPage, utilityProcess, ipcMain, ipcRenderer,
    makePage, send, invoke, menuItem,
  }
}
