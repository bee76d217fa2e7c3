/**
 * A project of one video from the command line's point of view: made or opened, its frames imported once, its tracks
 * set, its run found or made. Not here: the store (db/), decoding (decode/), running (jobs/).
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { ClipInfo } from '../../pipeline/frames/frameSource.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSettings } from '../../shared/presets.ts'
import type { UserSupervision } from '../../shared/jobs.ts'
import type { Progress } from '../../shared/progress.ts'
import type { RunRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { Query } from '../../shared/tracks.ts'
import { appVersion } from '../appVersion.ts'
import { createProject } from '../db/createProject.ts'
import { openProject, PROJECT_FILE, type ProjectReader, type ProjectWriter } from '../db/project.ts'
import { readCacheRecord } from '../decode/frameCache.ts'
import { importFrames } from '../decode/importFrames.ts'
import { userDataFolder } from '../userData.ts'
import { isSameSupervision, noteSupervision, supervisionOf } from './runSupervision.ts'
import { isOfStudio } from './taught.ts'

export interface VideoProject {
  readonly project: ProjectWriter
  readonly video: VideoRecord
  /** Whether the video came into the project just now. */
  readonly added: boolean
}

export interface OpenVideoOptions {
  readonly longSide: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** A video's name to people: its file's, or its folder's. */
export const nameOfSource = (videoPath: string) => basename(resolve(videoPath))

/** Where a project goes that nobody named: in the user's data folder, the same for the same video. */
export function defaultProjectFolder(videoPath: string): string {
  const path = resolve(videoPath)
  const stem = basename(path).replace(/\.[^.]+$/, '')
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8)
  return join(userDataFolder(), 'projects', `${stem}-${hash}`)
}

/** Opens the project at `folder` with `videoPath` in it; makes both where they are missing. A half-made project never appears. */
export async function openVideoProject(folder: string, videoPath: string, options: OpenVideoOptions): Promise<VideoProject> {
  if (!existsSync(join(folder, PROJECT_FILE))) {
    const project = await createProject(folder, { fill: async made => void (await addVideo(made, videoPath, options)) })
    return { project, video: project.videos.list()[0], added: true }
  }
  const project = openProject(folder)
  try {
    return { project, ...(await importVideo(project, videoPath, options)) }
  } catch (error) {
    project.close()
    throw error
  }
}

/** The video at `videoPath` in an open project: as it is there already, with its frames restored, or imported now. One at a time for each project. */
export async function importVideo(project: ProjectWriter, videoPath: string, options: OpenVideoOptions): Promise<Omit<VideoProject, 'project'>> {
  const present = (await presentVideo(project, videoPath)) ?? (await restoreFrames(project, videoPath, options))
  if (present) return { video: present, added: false }
  return { video: await addVideo(project, videoPath, options), added: true }
}

/**
 * The project's video that was imported from `videoPath`, if that still holds the same clip: a file written anew is another video.
 * Once imported the file itself is not needed. @throws TaplineError 'bad-project' when the frames in the project are damaged.
 */
export async function presentVideo(project: ProjectReader, videoPath: string): Promise<VideoRecord | undefined> {
  const source = resolve(videoPath)
  for (const video of project.videos.list().reverse()) {
    if (video.sourcePath !== source) continue
    const frames = project.path(video.cacheFolder)
    const record = await readCacheRecord(frames)
    if (!record) continue
    try {
      // Does nothing where the origin is the one of the record.
      await importFrames(videoPath, frames, { longSide: record.longSide })
      return video
    } catch (error) {
      if (!(error instanceof TaplineError)) throw error
      if (error.code === 'not-found') return video
      if (error.code !== 'bad-project') throw error
    }
  }
  return undefined
}

/** Imports anew the frames of a video whose cache was deleted (to save space, or because it was damaged). */
async function restoreFrames(project: ProjectWriter, videoPath: string, options: OpenVideoOptions): Promise<VideoRecord | undefined> {
  const source = resolve(videoPath)
  for (const video of project.videos.list().reverse()) {
    const folder = project.path(video.cacheFolder)
    if (video.sourcePath !== source || (await readCacheRecord(folder))) continue
    const clip = await importInto(folder, videoPath, options)
    if (clip.width === video.width && clip.height === video.height && clip.frameCount === video.frameCount) return video
    // Another clip has taken the file's place.
    await rm(folder, { recursive: true, force: true })
  }
  return undefined
}

async function addVideo(project: ProjectWriter, videoPath: string, options: OpenVideoOptions): Promise<VideoRecord> {
  const taken = new Set(project.videos.list().map(video => video.cacheFolder))
  let number = 1
  while (taken.has(`frames/${number}`) || existsSync(project.path(`frames/${number}`))) number++
  const cacheFolder = `frames/${number}`
  const { name, width, height, timesS } = await importInto(project.path(cacheFolder), videoPath, options)
  return project.videos.add({ name, sourcePath: resolve(videoPath), width, height, timesS, cacheFolder })
}

function importInto(folder: string, videoPath: string, { longSide, progress, signal }: OpenVideoOptions): Promise<ClipInfo> {
  progress({ kind: 'phase', phase: 'import', label: 'Importing frames' })
  const started = performance.now()
  return importFrames(videoPath, folder, {
    longSide,
    signal,
    onProgress: (done, total) => {
      if (total === null) return
      const etaS = done > 0 ? ((performance.now() - started) / 1000 / done) * Math.max(0, total - done) : null
      progress({ kind: 'progress', phase: 'import', done: Math.min(done, total), total, etaS })
    },
  })
}

/** Makes the video's tracks those of the queries: adds what is new, moves what moved, leaves the others of the project alone. */
export function setTracks({ project, video }: Pick<VideoProject, 'project' | 'video'>, queries: readonly Query[]): void {
  project.gesture(() => {
    const present = new Map(project.tracks.list(video.id).map(track => [track.id, track]))
    const added: { id: string; frame: number; x: number; y: number }[] = []
    for (const { id, frame, x, y } of queries) {
      const track = present.get(id)
      if (!track) added.push({ id, frame, x, y })
      else if (track.query.frame !== frame || track.query.x !== x || track.query.y !== y) project.tracks.update(track.key, { query: { frame, x, y } })
    }
    project.tracks.add(video.id, added)
  })
}

/** What a person asks of a run: all that decides its result. */
export interface RunWish extends UserSupervision {
  readonly settings: TrackSettings
  readonly queries: readonly Query[]
}

export interface FoundRun {
  readonly run: RunRecord
  /** done: its result is in the project; unfinished: it goes on from its last checkpoint; new: just made. */
  readonly found: 'done' | 'unfinished' | 'new'
}

/** The newest run of these very queries and settings, whether done or not, or a new one; the studio's runs are others. */
export function findOrCreateRun({ project, video }: Pick<VideoProject, 'project' | 'video'>, wish: RunWish): FoundRun {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  const fits = project.runs
    .list(video.id)
    .filter(run => run.codeVersion === appVersion && same(run.settings, wish.settings) && isSameSupervision(supervisionOf(project, run), wish))
    .filter(run => !isOfStudio(project, run.id))
    .filter(run => same(project.runs.queries(run.id), wish.queries))
  const run = fits.find(r => r.state === 'done') ?? fits[0]
  if (run) return { run, found: run.state === 'done' ? 'done' : 'unfinished' }
  const made = project.gesture(() => {
    const created = project.runs.create({ videoId: video.id, settings: wish.settings, queries: wish.queries, codeVersion: appVersion })
    noteSupervision(project, created, wish)
    return created
  })
  return { run: made, found: 'new' }
}
