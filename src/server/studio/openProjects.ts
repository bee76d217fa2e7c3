/** The projects that this server has open for writing, each once however many windows show it. Not here: what is in one (projectSession.ts). */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import type { VideoRef } from '../../shared/studio/document.ts'
import { createProject } from '../db/createProject.ts'
import { openProject } from '../db/project.ts'
import { rememberProject } from '../projects/recentProjects.ts'
import { ProjectSession, type SessionParts } from './projectSession.ts'
import type { VideoSession } from './videoSession.ts'

export class OpenProjects {
  readonly #parts: SessionParts
  readonly #home: string
  readonly #open = new Map<string, ProjectSession>()

  constructor(parts: SessionParts, home: string) {
    this.#parts = parts
    this.#home = home
  }

  get all(): readonly ProjectSession[] {
    return [...this.#open.values()]
  }

  /** Opens a project, or gives the one that is open. @throws TaplineError as openProject. */
  async open(folder: string): Promise<ProjectSession> {
    const session = this.#open.get(resolve(folder)) ?? this.#add(new ProjectSession(openProject(folder), this.#parts))
    await this.#remember(session)
    return session
  }

  /** Makes an empty project; folder null: in the user's data folder, by its name. */
  async create(name: string, folder: string | null): Promise<ProjectSession> {
    const trimmed = name.trim()
    if (trimmed === '') throw new TaplineError('usage', 'project', 'it has no name', 'Give it a name.')
    const place = folder === null ? join(this.#home, 'projects', await freeFolder(join(this.#home, 'projects'), trimmed)) : resolve(folder)
    const session = this.#add(new ProjectSession(await createProject(place, { name: trimmed }), this.#parts))
    await this.#remember(session)
    return session
  }

  /** @throws TaplineError 'not-found' where this server has not opened it. */
  get(folder: string): ProjectSession {
    const session = this.#open.get(resolve(folder))
    if (!session) throw new TaplineError('not-found', folder, 'the project is not open', 'Open it first.')
    return session
  }

  video({ project, video }: VideoRef): VideoSession {
    return this.get(project).video(video)
  }

  /** Lets go of a project; nothing for one that is not open. Its jobs have ended. */
  async close(folder: string): Promise<void> {
    const session = this.#open.get(resolve(folder))
    if (!session) return
    this.#open.delete(session.folder)
    await session.close()
  }

  #add(session: ProjectSession): ProjectSession {
    this.#open.set(session.folder, session)
    return session
  }

  /** The list of recent projects is a convenience: a project opens without it, too. */
  async #remember(session: ProjectSession): Promise<void> {
    await rememberProject(session.folder, this.#home).catch(() => undefined)
  }
}

/** A name for a folder that is not taken yet, after the project's. */
async function freeFolder(parent: string, name: string): Promise<string> {
  const taken = new Set(await readdir(parent).catch(() => []))
  // What every system takes as a file's name.
  const plain = name.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').replaceAll(/\s+/g, ' ')
  const stem = plain.replaceAll(/^[. ]+|[. ]+$/g, '').slice(0, 80) || 'Project'
  let free = stem
  for (let n = 2; taken.has(free); n++) free = `${stem} ${n}`
  return free
}
