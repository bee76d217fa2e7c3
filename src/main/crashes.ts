/**
 * When a process of the app dies: the page is loaded again, once, since everything it shows is kept by the server; what
 * dies again is asked about. Not here: processes of jobs (server/jobs), whose end their jobs report.
 */
import { app, BrowserWindow, dialog, type WebContents } from 'electron'

/** A second crash this soon after the first is not mended by loading the page again. */
const AGAIN_MS = 60_000

/** `now`: milliseconds that only grow. */
export function recoverFromCrashes(now: () => number = () => performance.now()): void {
  const crashedAt = new WeakMap<WebContents, number>()
  app.on('render-process-gone', (_event, contents, { reason }) => {
    if (reason === 'clean-exit') return
    const before = crashedAt.get(contents)
    crashedAt.set(contents, now())
    const window = BrowserWindow.fromWebContents(contents)
    if (!window) return
    if (before === undefined || now() - before > AGAIN_MS) {
      contents.reload()
      void dialog.showMessageBox(window, {
        type: 'warning',
        message: 'The window stopped working and was loaded again.',
        detail: `Everything that you did is saved, and jobs go on. (${reason})`,
      })
    } else void askWhatNext(window, contents, reason)
  })
  app.on('child-process-gone', (_event, { type, reason, name, exitCode }) => {
    // Chromium starts its own processes anew. The line is for a report.
    if (reason !== 'clean-exit') console.error(`${name ?? type} ended: ${reason} (${exitCode})`)
  })
}

async function askWhatNext(window: BrowserWindow, contents: WebContents, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window stopped working again.',
    detail: `Everything that you did is saved. If it stays so, report it with this word: ${reason}.`,
    buttons: ['Load again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) contents.reload()
  else app.quit()
}
