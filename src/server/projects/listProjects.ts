/** What the studio's first window lists, and what `tapline info` says of a project. Reads only. */
import { basename } from 'node:path'
import { TaplineError, type ErrorRecord } from '../../shared/errors.ts'
import type { ProjectDetails, VideoRecord, VideoSummary } from '../../shared/projectRecords.ts'
import type { ProjectSummary } from '../../shared/rpc.ts'
import { openProjectReader, type ProjectReader } from '../db/project.ts'
import { userDataFolder } from '../userData.ts'
import { recentProjects, type RecentProject } from './recentProjects.ts'

/** Recent projects, newest first; those that cannot be opened say why. */
export async function listProjects(home = userDataFolder()): Promise<ProjectSummary[]> {
  return (await recentProjects(home)).map(summaryOf)
}

/** What a project holds, in full. @throws TaplineError as openProjectReader. */
export function projectDetails(folder: string): ProjectDetails {
  return reading(folder, detailsOf)
}

/** The same of a project that is open. */
export function detailsOf(project: ProjectReader): ProjectDetails {
  return project.snapshot(() => ({
    ...project.info(),
    folder: project.folder,
    videos: project.videos.list().map((video) => videoSummary(project, video)),
    runs: project.runs.list(),
  }))
}

function videoSummary(project: ProjectReader, video: VideoRecord): VideoSummary {
  const edits = [...project.edits.ofVideo(video.id).values()]
  return {
    ...video,
    durationS: durationOf(project.videos.times(video.id)),
    tracks: project.tracks.list(video.id).length,
    keyframes: edits.reduce((sum, edit) => sum + edit.keyframes.length, 0),
    labels: edits.reduce((sum, edit) => sum + edit.labels.length, 0),
  }
}

function summaryOf({ folder, openedAt }: RecentProject): ProjectSummary {
  const unknown = { path: folder, name: basename(folder), video: null, frames: 0, tracks: 0, lastOpenedMs: openedAt }
  try {
    return reading(folder, (project) => {
      const videos = project.videos.list()
      const sum = (of: (video: (typeof videos)[number]) => number) => videos.reduce((total, video) => total + of(video), 0)
      return {
        ...unknown,
        name: project.info().name,
        video: videos.length > 0 ? { width: videos[0].width, height: videos[0].height } : null,
        frames: sum((video) => video.frameCount),
        tracks: sum((video) => project.tracks.list(video.id).length),
        problem: null,
      }
    })
  } catch (error) {
    return { ...unknown, problem: problemOf(error, folder) }
  }
}

function reading<T>(folder: string, read: (project: ProjectReader) => T): T {
  const project = openProjectReader(folder)
  try {
    return read(project)
  } finally {
    project.close()
  }
}

function problemOf(error: unknown, folder: string): ErrorRecord {
  if (error instanceof TaplineError) return error.toRecord()
  return { code: 'internal', subject: folder, reason: error instanceof Error ? error.message : String(error), next: 'Try again; if it stays, report it with this text.' }
}

/** The last frame is taken to last as long as the one before it. */
function durationOf(timesS: Float64Array): number {
  const n = timesS.length
  return n < 2 ? 0 : timesS[n - 1] + (timesS[n - 1] - timesS[n - 2])
}
