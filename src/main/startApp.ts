/**
 * The life of the desktop app: one instance, one window, the studio behind it; at its end jobs save their checkpoints.
 * Composition only.
 */
import { basename } from 'node:path'
import { app, BrowserWindow, protocol } from 'electron'
import type { Studio } from '../server/studio/studio.ts'
import type { UserSettings } from '../shared/settings.ts'
import { showMenu } from './appMenu.ts'
import { recoverFromCrashes } from './crashes.ts'
import { serveDialogs } from './fileDialogs.ts'
import { openIpcLine, type IpcLine } from './ipcLine.ts'
import type { RecentEntry } from './menuTemplate.ts'
import { openedFiles } from './openedFiles.ts'
import { schemePrivileges, schemes, serveImages, servePage } from './schemes.ts'
import { confinePages, denyPermissions, openWindow, type WindowParts } from './window.ts'

export interface AppParts extends WindowParts {
  /** Called once, in the first instance, when the app is ready. */
  readonly createStudio: () => Studio
  /** Folder of the built page. */
  readonly rendererFolder: string
  readonly argv: readonly string[]
}

/** Starts the app; resolves once its window is opening, or at once in a second instance, which hands over and quits. */
export async function startApp(parts: AppParts): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([schemes.page, schemes.images].map(scheme => ({ scheme, privileges: schemePrivileges })))
  confinePages()
  recoverFromCrashes()
  let line: IpcLine | null = null
  const early: string[] = openedFiles(parts.argv, process.cwd(), app.getAppPath())
  const openFile = (path: string) => {
    if (line) line.tell({ kind: 'openFile', path })
    else early.push(path)
  }
  app.on('second-instance', (_event, argv, cwd) => {
    showWindow()
    for (const path of openedFiles(argv, cwd, app.getAppPath())) openFile(path)
  })
  // macOS: a file was opened with the app, or dropped on its icon, perhaps before the app is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    showWindow()
    openFile(path)
  })
  app.on('activate', showWindow)
  app.on('window-all-closed', () => {
    // On macOS an app without windows stays in the dock.
    if (process.platform !== 'darwin') app.quit()
  })

  await app.whenReady()
  const studio = parts.createStudio()
  denyPermissions()
  protocol.handle(schemes.page, servePage(parts.rendererFolder))
  protocol.handle(schemes.images, serveImages(studio))
  line = openIpcLine(studio)
  const endDialogs = serveDialogs(studio)
  const endMenu = keepMenu(studio, line)
  endOnce(async () => {
    await studio.close()
    endMenu()
    endDialogs()
    line?.close()
  })
  for (const path of early) openFile(path)
  openWindow(parts)

  function showWindow(): void {
    if (!app.isReady()) return
    const [window] = BrowserWindow.getAllWindows()
    if (!window) {
      openWindow(parts)
      return
    }
    if (window.isMinimized()) window.restore()
    window.focus()
  }
}

/** Holds the app's end back until `end` is done: jobs save what they have. */
function endOnce(end: () => Promise<void>): void {
  let ended = false
  let ending: Promise<void> | null = null
  app.on('before-quit', event => {
    if (ended) return
    event.preventDefault()
    // What is saved now takes some seconds, and nobody wants to look at it.
    for (const window of BrowserWindow.getAllWindows()) window.hide()
    ending ??= end()
      .catch((error: unknown) => console.error(error))
      .then(() => {
        ended = true
        app.quit()
      })
  })
}

/** Menus with the user's own keys and projects, as both change; returns what ends that. */
function keepMenu(studio: Studio, line: IpcLine): () => void {
  let keys: UserSettings['keys'] = {}
  let recent: readonly RecentEntry[] = []
  const show = () =>
    showMenu({ platform: process.platform, keys, recent }, { tell: line.tell, page: () => BrowserWindow.getFocusedWindow()?.webContents ?? null })
  const readRecent = async () => {
    const projects = await studio.handlers['project.list'](null).catch(() => [])
    recent = projects.filter(({ problem }) => !problem).slice(0, 10).map(({ path, name }) => ({ folder: path, name: name || basename(path) }))
    show()
  }
  show()
  void studio.handlers['settings.read'](null).then(settings => {
    keys = settings.keys
    show()
  }, () => {})
  void readRecent()
  return studio.subscribe(event => {
    if (event.kind === 'project') void readRecent()
    // Sizes of panels are settings too.
    if (event.kind !== 'settings' || JSON.stringify(event.settings.keys) === JSON.stringify(keys)) return
    keys = event.settings.keys
    show()
  })
}
