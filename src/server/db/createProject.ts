/**
 * Makes a project: built in a hidden folder beside its place, then renamed, so that a half-made project never appears.
 * Not here: what goes into it (the caller's `fill`).
 */
import Database from 'better-sqlite3'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import { appVersion } from '../appVersion.ts'
import { fromSqliteError } from './connection.ts'
import { migrate } from './migrate.ts'
import { openProject, prepareForWriting, PROJECT_FILE, type ProjectWriter } from './project.ts'

export interface CreateOptions {
  /** The folder's name when absent. */
  readonly name?: string
  /**
   * Fills the project before it appears; when it throws, nothing is left. The project's folder is another one until
   * then, so only paths relative to it may be kept.
   */
  readonly fill?: (project: ProjectWriter) => Promise<void> | void
}

/**
 * Makes a project at `path` (its parents too) and opens it for writing.
 * @throws TaplineError 'not-writable' when something is there already or the place cannot be written; 'no-space'.
 */
export async function createProject(path: string, options: CreateOptions = {}): Promise<ProjectWriter> {
  const folder = resolve(path)
  let temporary: string | undefined
  try {
    checkFree(folder)
    const parent = dirname(folder)
    mkdirSync(parent, { recursive: true })
    removeLeftovers(parent, basename(folder))
    temporary = join(parent, `${leftoverPrefix(basename(folder))}${process.pid}-${randomBytes(4).toString('hex')}`)
    makeFolder(temporary, options.name ?? basename(folder))
    if (options.fill) {
      const project = openProject(temporary)
      try {
        await options.fill(project)
      } finally {
        project.close()
      }
    }
    checkFree(folder)
    // Windows does not rename over an empty folder.
    if (statSync(folder, { throwIfNoEntry: false })) rmdirSync(folder)
    renameSync(temporary, folder)
  } catch (error) {
    if (temporary) rmSync(temporary, { recursive: true, force: true })
    throw fromSystemError(fromSqliteError(error, folder), folder)
  }
  return openProject(folder)
}

function makeFolder(folder: string, name: string): void {
  mkdirSync(folder)
  for (const part of ['frames', 'cache', 'runs']) mkdirSync(join(folder, part))
  const db = new Database(join(folder, PROJECT_FILE))
  try {
    prepareForWriting(db)
    migrate(db)
    db.prepare('INSERT INTO project (id, name, created_at, app_version) VALUES (1, ?, ?, ?)').run(name, Date.now(), appVersion)
  } finally {
    db.close()
  }
}

function checkFree(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found) return
  const next = 'Choose another name, or delete what is there first.'
  if (!found.isDirectory()) throw new TaplineError('not-writable', folder, 'there is a file with that name', next)
  const content = readdirSync(folder)
  if (content.includes(PROJECT_FILE)) throw new TaplineError('not-writable', folder, 'there is a project here already', next)
  if (content.length > 0) throw new TaplineError('not-writable', folder, 'the folder is not empty', next)
}

const leftoverPrefix = (name: string) => `.${name}.tapline-new-`

/** Folders of creations that were killed on the way. */
function removeLeftovers(parent: string, name: string): void {
  const prefix = leftoverPrefix(name)
  for (const entry of readdirSync(parent)) {
    if (!entry.startsWith(prefix)) continue
    const pid = Number.parseInt(entry.slice(prefix.length), 10)
    if (pid === process.pid || isAlive(pid)) continue
    rmSync(join(parent, entry), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
