/**
 * The life of the desktop app: one instance, one window, the server's handlers behind it. Composition only.
 */
import { app, BrowserWindow, Menu, protocol } from 'electron'
import type { RpcHandlers } from '../shared/rpc.ts'
import { rendererHandler, scheme, schemePrivileges } from './rendererProtocol.ts'
import { bridgeRpc } from './rpcBridge.ts'
import { confinePages, denyPermissions, openWindow } from './window.ts'

export interface AppParts {
  readonly handlers: RpcHandlers
  /** Folder of the built page. */
  readonly rendererFolder: string
  /** The built preload script. */
  readonly preload: string
}

/** Starts the app; resolves once its window is opening, or at once in a second instance, which hands over and quits. */
export async function startApp(parts: AppParts): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: schemePrivileges }])
  confinePages()
  app.on('second-instance', showWindow)
  app.on('activate', showWindow)
  app.on('window-all-closed', () => {
    // On macOS an app without windows stays in the dock.
    if (process.platform !== 'darwin') app.quit()
  })

  await app.whenReady()
  Menu.setApplicationMenu(menu())
  denyPermissions()
  protocol.handle(scheme, rendererHandler(parts.rendererFolder))
  app.once('will-quit', bridgeRpc(parts.handlers))
  openWindow(parts.preload)

  function showWindow(): void {
    if (!app.isReady()) return
    const [window] = BrowserWindow.getAllWindows()
    if (!window) {
      openWindow(parts.preload)
      return
    }
    if (window.isMinimized()) window.restore()
    window.focus()
  }
}

/** The system's own entries; no links out of the app. */
function menu(): Menu {
  const roles = process.platform === 'darwin' ? (['appMenu'] as const) : (['fileMenu'] as const)
  return Menu.buildFromTemplate([...roles, 'editMenu', 'viewMenu', 'windowMenu'].map(role => ({ role: role as 'editMenu' })))
}
