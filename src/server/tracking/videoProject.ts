/**
 * A project of one video from the command line's point of view: made or opened, its frames imported once, its tracks
 * set, its run found or made. Not here: the store (db/), decoding (decode/), running (jobs/).
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSettings } from '../../shared/presets.ts'
import type { Progress } from '../../shared/progress.ts'
import type { RunRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { Query } from '../../shared/tracks.ts'
import { appVersion } from '../appVersion.ts'
import { createProject } from '../db/createProject.ts'
import { openProject, PROJECT_FILE, type ProjectWriter } from '../db/project.ts'
import { importFrames } from '../decode/importFrames.ts'
import { userDataFolder } from '../userData.ts'

export interface VideoProject {
  readonly project: ProjectWriter
  readonly video: VideoRecord
}

export interface OpenVideoOptions {
  readonly longSide: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

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
    return { project, video: project.videos.list()[0] }
  }
  const project = openProject(folder)
  try {
    const source = resolve(videoPath)
    const present = project.videos.list()
    const video = present.find(v => v.sourcePath === source) ?? (await addVideo(project, videoPath, options))
    return { project, video }
  } catch (error) {
    project.close()
    throw error
  }
}

async function addVideo(project: ProjectWriter, videoPath: string, { longSide, progress, signal }: OpenVideoOptions): Promise<VideoRecord> {
  const cacheFolder = `frames/${project.videos.list().length + 1}`
  progress({ kind: 'phase', phase: 'import', label: 'Importing frames' })
  const started = performance.now()
  const clip = await importFrames(videoPath, project.path(cacheFolder), {
    longSide,
    signal,
    onProgress: (done, total) => {
      if (total === null) return
      const etaS = done > 0 ? ((performance.now() - started) / 1000 / done) * Math.max(0, total - done) : null
      progress({ kind: 'progress', phase: 'import', done: Math.min(done, total), total, etaS })
    },
  })
  const { name, width, height, timesS } = clip
  return project.videos.add({ name, sourcePath: resolve(videoPath), width, height, timesS, cacheFolder })
}

/** Makes the video's tracks those of the queries: adds what is new, moves what moved, leaves the others of the project alone. */
export function setTracks({ project, video }: VideoProject, queries: readonly Query[]): void {
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

/** The unfinished run of these very queries and settings to go on with, or a new one. */
export function findOrCreateRun({ project, video }: VideoProject, settings: TrackSettings, queries: readonly Query[]): { run: RunRecord; resumed: boolean } {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  const open = project.runs
    .list(video.id)
    .find(run => run.state !== 'done' && run.codeVersion === appVersion && same(run.settings, settings) && same(project.runs.queries(run.id), queries))
  if (open) return { run: open, resumed: open.checkpointStep !== null && open.checkpointStep > 0 }
  return { run: project.runs.create({ videoId: video.id, settings, queries, codeVersion: appVersion }), resumed: false }
}

/** The last finished run of a video. Throws TaplineError where there is none. */
export function lastRun(project: Pick<ProjectWriter, 'runs' | 'folder'>, video: VideoRecord): RunRecord {
  const done = project.runs.list(video.id).filter(run => run.state === 'done')
  const last = done.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0]
  if (!last)
    throw new TaplineError('not-found', `${project.folder}, video ${video.name}`, 'it has no tracks yet', `Track it first: npx tapline track VIDEO --project ${project.folder}`)
  return last
}
