/**
 * The token of `tapline serve`: 256 random bits. A server on a port of the user's choice keeps it beside the user's other
 * data, so that pages find their way back when it is started again. Not here: what it opens (access.ts).
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError } from '../../shared/errors.ts'

const fresh = () => randomBytes(32).toString('base64url')

/** Port 0, any free one, has a new token each time. @throws TaplineError when the user's data folder cannot be written. */
export async function serveToken(port: number, home: string): Promise<string> {
  if (port === 0) return fresh()
  const path = join(home, 'serve', `${port}.token`)
  const kept = await readFile(path, 'utf8').catch(() => '')
  if (/^[\w-]{43}$/.test(kept)) return kept
  const token = fresh()
  try {
    await mkdir(join(home, 'serve'), { recursive: true, mode: 0o700 })
    await writeFile(path, token, { mode: 0o600 })
  } catch (error) {
    throw fromSystemError(error, path)
  }
  return token
}
