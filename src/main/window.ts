/**
 * The one window, and the rules every page of the app lives under. Not here: what is in the page, and when the app
 * starts or ends.
 */
import { app, BrowserWindow, nativeTheme, screen, session } from 'electron'
import { pageUrl } from './schemes.ts'
import { placeWindow, readWindowState, smallest, writeWindowState } from './windowState.ts'

/** Applies to every page that is ever made: no navigation, no further windows, no embedded pages, no permissions. */
export function confinePages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', event => event.preventDefault())
    contents.on('will-redirect', event => event.preventDefault())
    contents.on('will-frame-navigate', event => event.preventDefault())
    contents.on('will-attach-webview', event => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Cameras, notifications, clipboard reading and the like: the page needs none of them. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.setDevicePermissionHandler(() => false)
}

export interface WindowParts {
  /** Absolute path of the built preload script. */
  readonly preload: string
  /** Absolute path of the app's picture; macOS takes it from the app itself. */
  readonly icon: string
  /** The user's data folder. */
  readonly home: string
}

/** Opens the window where it was last time, where a screen still is; it shows itself once it has something to show. */
export function openWindow({ preload, icon, home }: WindowParts): BrowserWindow {
  const kept = readWindowState(home)
  const window = new BrowserWindow({
    ...placeWindow(kept, screen.getAllDisplays().map(display => display.workArea)),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Tapline',
    icon,
    // The page's own background, so that opening and resizing do not flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#111315' : '#f6f7f8',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => {
    if (kept?.maximised) window.maximize()
    window.show()
  })
  window.on('close', () => writeWindowState(home, { ...window.getNormalBounds(), maximised: window.isMaximized() }))
  void window.loadURL(pageUrl)
  return window
}
