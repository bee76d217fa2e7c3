/** What Electron's preload script puts on the page's window. */
import type { ShellBridge } from '../shared/shellBridge.ts'

declare global {
  interface Window {
    /** Absent in a browser. */
    readonly tapline?: ShellBridge
  }
}
