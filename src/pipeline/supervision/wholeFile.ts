/** Cache files that are there whole or not at all: written beside their place, then renamed. Not here: what is in them. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromSystemError } from '../../shared/errors.ts'

/** Makes the folder where it is missing. What is unfinished carries the number of this process. @throws TaplineError 'no-space', 'not-writable' */
export function writeWholeFile(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(temporary, bytes)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw fromSystemError(error, path)
  }
}
