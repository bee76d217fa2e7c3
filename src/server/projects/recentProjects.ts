/**
 * The projects that the user opened, newest first: one small file for each in the user's data folder, so that processes
 * that note a project at the same moment lose nothing of each other. Not here: the projects themselves.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fromSystemError } from '../../shared/errors.ts'
import { userDataFolder } from '../userData.ts'

export interface RecentProject {
  /** Absolute path of the project's folder. */
  readonly folder: string
  /** Milliseconds since 1970. */
  readonly openedAt: number
}

/** Notes that a project was opened now. @throws TaplineError when the user's data folder cannot be written. */
export async function rememberProject(folder: string, home = userDataFolder()): Promise<void> {
  const entry: RecentProject = { folder: resolve(folder), openedAt: Date.now() }
  const path = entryPath(entry.folder, home)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await mkdir(join(home, 'recent'), { recursive: true })
    await writeFile(temporary, JSON.stringify(entry))
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fromSystemError(error, home)
  }
}

/** Takes a project off the list; the project itself stays. */
export async function forgetProject(folder: string, home = userDataFolder()): Promise<void> {
  await rm(entryPath(resolve(folder), home), { force: true })
}

export async function recentProjects(home = userDataFolder()): Promise<RecentProject[]> {
  const names = await readdir(join(home, 'recent')).catch(() => [])
  const entries = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readEntry(join(home, 'recent', name))))
  return entries.filter((entry) => entry !== null).sort((a, b) => b.openedAt - a.openedAt)
}

const entryPath = (folder: string, home: string) => join(home, 'recent', `${createHash('sha256').update(folder).digest('hex').slice(0, 24)}.json`)

/** Null for a file that is not ours or is damaged: one bad entry does not hide the others. */
async function readEntry(path: string): Promise<RecentProject | null> {
  try {
    const { folder, openedAt } = JSON.parse(await readFile(path, 'utf8')) as Partial<RecentProject>
    return typeof folder === 'string' && typeof openedAt === 'number' ? { folder, openedAt } : null
  } catch {
    return null
  }
}
