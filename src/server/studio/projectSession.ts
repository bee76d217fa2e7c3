/** One open project: its writer, and its videos as they are opened. Not here: which projects are open (openProjects.ts). */
import { rm } from 'node:fs/promises'
import { TaplineError } from '../../shared/errors.ts'
import type { ProjectView } from '../../shared/studio/document.ts'
import type { ProjectWriter } from '../db/project.ts'
import { extraTracksFolder } from '../tracking/extraTracks.ts'
import { isOfStudio } from '../tracking/taught.ts'
import { adoptTruth } from './review/referenceFiles.ts'
import { VideoImages } from './videoImages.ts'
import { VideoSession, type VideoSessionParts } from './videoSession.ts'

export type SessionParts = Omit<VideoSessionParts, 'project' | 'video'>

export class ProjectSession {
  readonly project: ProjectWriter
  readonly #parts: SessionParts
  readonly #videos = new Map<number, VideoSession>()
  readonly #images = new Map<number, VideoImages>()
  /** Imports wait for one another: each takes the next free place. */
  #importing: Promise<unknown> = Promise.resolve()

  constructor(project: ProjectWriter, parts: SessionParts) {
    this.project = project
    this.#parts = parts
    // Runs of the studio that waited when its server was killed wait for nobody any more.
    for (const run of project.runs.list()) if (run.state === 'queued' && isOfStudio(project, run.id)) project.runs.update(run.id, { state: 'interrupted' })
  }

  get folder(): string {
    return this.project.folder
  }

  view(): ProjectView {
    return { ...this.project.info(), folder: this.folder, videos: this.project.videos.list() }
  }

  /** @throws TaplineError 'not-found' */
  video(id: number): VideoSession {
    const present = this.#videos.get(id)
    if (present) return present
    const video = this.project.videos.list().find(record => record.id === id)
    if (!video) throw new TaplineError('not-found', this.folder, `it has no video ${id}`, 'Choose another video, or add it again.')
    adoptTruth(this.project, video)
    const session = new VideoSession({ ...this.#parts, project: this.project, video })
    this.#videos.set(id, session)
    return session
  }

  images(id: number): VideoImages {
    const { project, video, field } = this.video(id)
    const images = this.#images.get(id) ?? new VideoImages(project.path(video.cacheFolder), video, field)
    this.#images.set(id, images)
    return images
  }

  /** Runs imports one after another. */
  importInTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#importing.then(work)
    this.#importing = result.catch(() => undefined)
    return result
  }

  /** Takes a video out of the project, with its tracks, runs and files. Its jobs have ended. */
  async removeVideo(id: number): Promise<void> {
    const { video } = this.video(id)
    await this.#closeVideo(id)
    const runs = this.project.runs.list(id)
    const references = this.project.references.list(id)
    this.project.videos.remove(id)
    const paths = [video.cacheFolder, `cache/${id}`, extraTracksFolder(id), ...runs.map(run => `runs/${run.id}`), ...references.map(reference => reference.file)]
    await Promise.allSettled(paths.map(path => rm(this.project.path(path), { recursive: true, force: true })))
  }

  async close(): Promise<void> {
    await this.#importing
    await Promise.all([...this.#videos.keys()].map(id => this.#closeVideo(id)))
    this.project.close()
  }

  async #closeVideo(id: number): Promise<void> {
    const images = this.#images.get(id)
    const session = this.#videos.get(id)
    this.#images.delete(id)
    this.#videos.delete(id)
    await images?.close()
    await session?.close()
  }
}
