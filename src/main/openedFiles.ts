/** Files and projects named on a command line of the app, by the system or by a person. Not here: opening them. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** Absolute paths of what is there; `appPath`, named where the app itself is run from its sources, is none of them. */
export function openedFiles(argv: readonly string[], cwd: string, appPath: string): string[] {
  return argv
    .slice(1)
    // Chromium and the system add switches of their own.
    .filter(argument => argument !== '' && !argument.startsWith('-'))
    .map(argument => resolve(cwd, argument))
    .filter(path => path !== resolve(appPath) && existsSync(path))
}
