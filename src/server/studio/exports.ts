/**
 * Tracks of open projects as files: what would be written, told beforehand, and the writing as a job. Not here: the formats
 * (pipeline/export), the writing itself (tracking/writeOutputs.ts).
 */
import { mkdir, stat } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { writableFormats } from '../../pipeline/export/writeTracks.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { TrackRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { JobView } from '../../shared/studio/document.ts'
import { exportFormats, type ExportFormat, type ExportRequest, type ExportSummary } from '../../shared/studio/review.ts'
import { TrackState, type TrackSet } from '../../shared/tracks.ts'
import type { ProjectReader } from '../db/project.ts'
import { projectTracks } from '../tracking/projectTracks.ts'
import { checkOutputs, writeOutputs, type OutputFormat, type OutputVideo } from '../tracking/writeOutputs.ts'
import { startFileJob } from './jobs/fileJob.ts'
import type { JobBoard } from './jobs/jobBoard.ts'
import { liveTracks } from './liveTracks.ts'

/** What a request comes to. */
interface Selection {
  readonly path: string
  readonly format: OutputFormat
  readonly videos: readonly OutputVideo[]
  readonly leftOut: number
  readonly warnings: readonly string[]
}

export function exportSummary(project: ProjectReader, request: ExportRequest): ExportSummary {
  const { path, videos, leftOut, warnings } = select(project, request)
  const cells = (state: number) => videos.reduce((sum, { tracks }) => sum + tracks.states.reduce((n, other) => n + Number(other === state), 0), 0)
  return {
    path,
    exists: existsSync(path),
    tracks: videos.reduce((sum, { tracks }) => sum + tracks.ids.length, 0),
    leftOut,
    frames: videos.reduce((sum, { video }) => sum + video.frameCount, 0),
    visible: cells(TrackState.visible),
    occluded: cells(TrackState.occluded),
    outOfFrame: cells(TrackState.outOfFrame),
    unlabelled: cells(TrackState.unlabelled),
    warnings,
  }
}

/** `written` hears of the file once it is whole. @throws TaplineError where it can be seen now that the file cannot be written */
export async function startExport(board: JobBoard, project: ProjectReader, request: ExportRequest, written: (path: string) => void): Promise<JobView> {
  const { path, format, videos } = select(project, request)
  if (videos.every(({ tracks }) => tracks.ids.length === 0)) throw new TaplineError('not-found', project.info().name, 'there are no tracks to write', 'Add tracks, or choose others.')
  if (request.path === null) await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, dirname(path))
  })
  checkOutputs([{ path, format }], videos.map(({ video }) => video.sourcePath))
  const job = { kind: 'export', project: project.folder, video: videos.length === 1 ? videos[0].video.id : null, runId: null, title: `Export ${path}`, settings: null } as const
  return startFileJob(board, job, async ({ progress, signal }) => {
    await writeOutputs(project, videos, [{ path, format }], { noVideo: !request.withVideo, progress, signal })
    await stat(path)
    written(path)
    return { title: `Exported ${path}` }
  })
}

function select(project: ProjectReader, request: ExportRequest): Selection {
  const format = writable(request.format)
  const known = new Map(project.videos.list().map(video => [video.id, video]))
  const chosen = request.videos.map(id => {
    const video = known.get(id)
    if (!video) throw new TaplineError('not-found', project.info().name, `it has no video ${id}`, 'Choose the videos again.')
    return video
  })
  if (chosen.length === 0) throw new TaplineError('usage', 'export', 'no video is chosen', 'Choose one or more.')
  const parts = project.snapshot(() => chosen.map(video => tracksOf(project, video, request)))
  const warnings = [...untoldWarnings(parts), ...formatWarnings(format, parts.map(part => part.tracks))]
  const path = request.path === null ? project.path(`exports/${fileName(project.info().name, format)}`) : resolve(request.path)
  return { path, format, videos: parts, leftOut: parts.reduce((sum, part) => sum + part.leftOut, 0), warnings }
}

function writable(format: ExportFormat): OutputFormat {
  if (!exportFormats.includes(format)) throw new TaplineError('usage', String(format), 'there is no such format', `Choose one of ${exportFormats.join(', ')}.`)
  if (format === 'kinetics-pickle') throw new TaplineError('unsupported', format, 'it is read but not written', 'Choose the Kinetics CSV, or another pickle.')
  return format
}

/** A name that every system takes, with the format's extension. */
function fileName(name: string, format: OutputFormat): string {
  const stem = name.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim() || 'tracks'
  return `${stem}${format === 'mp4' ? '' : `-${format}`}${format === 'mp4' ? '.mp4' : writableFormats[format].extension}`
}

interface Part extends OutputVideo {
  readonly leftOut: number
  readonly unanswered: number
  readonly provisional: number
}

function tracksOf(project: ProjectReader, video: VideoRecord, { keys, unlabelled }: ExportRequest): Part {
  const wanted = (record: TrackRecord) => (keys ? keys.includes(record.key) : !record.hidden)
  const live = liveTracks(project, video).filter(({ record }) => wanted(record))
  const ids = new Set(live.map(({ record }) => record.id))
  const { tracks, untracked } = projectTracks(project, video)
  const isWhole = (row: number) => !tracks.states.subarray(row * tracks.frames, (row + 1) * tracks.frames).includes(TrackState.unlabelled)
  const rows = tracks.ids.flatMap((id, row) => (ids.has(id) ? [row] : []))
  const kept = unlabelled === 'leaveOut' ? rows.filter(isWhole) : rows
  return {
    video,
    tracks: rowsOf(tracks, kept),
    leftOut: rows.length - kept.length,
    unanswered: untracked.filter(id => ids.has(id)).length,
    provisional: live.filter(({ path, stale }) => path?.source === 'flow' || (path && stale)).length,
  }
}

function rowsOf(tracks: TrackSet, rows: readonly number[]): TrackSet {
  const { frames } = tracks
  const pick = <T extends Float32Array | Uint8Array | Int32Array>(from: T, cells: number): T => {
    const to = from.slice(0, rows.length * cells) as T
    rows.forEach((row, k) => to.set(from.subarray(row * cells, (row + 1) * cells), k * cells))
    return to
  }
  return {
    ...tracks,
    ids: rows.map(row => tracks.ids[row]),
    queryFrames: pick(tracks.queryFrames, 1),
    queryPoints: pick(tracks.queryPoints, 2),
    positions: pick(tracks.positions, frames * 2),
    states: pick(tracks.states, frames),
    uncertainty: pick(tracks.uncertainty, frames),
  }
}

function untoldWarnings(parts: readonly Part[]): string[] {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0)
  const tracks = (n: number, one: string, many: string) => (n === 1 ? `1 track ${one}` : `${n} tracks ${many}`)
  const [unanswered, provisional] = [sum(part => part.unanswered), sum(part => part.provisional)]
  return [
    ...(unanswered > 0 ? [`${tracks(unanswered, 'has', 'have')} no path yet and will be left out.`] : []),
    ...(provisional > 0 ? [`${tracks(provisional, 'is', 'are')} provisional: optimise to track ${provisional === 1 ? 'it' : 'them'} properly.`] : []),
  ]
}

/** Formats that know visible and occluded only. */
const twoStates: ReadonlySet<OutputFormat> = new Set(['davis', 'rgb-stacking', 'robotap', 'csv', 'kinetics-csv'])

function formatWarnings(format: OutputFormat, sets: readonly TrackSet[]): string[] {
  const some = (state: number) => sets.some(({ states }) => states.includes(state))
  if (format === 'mp4' && sets.length > 1) return ['A video shows the tracks of one clip: choose one.']
  if (!twoStates.has(format)) return []
  return [
    ...(some(TrackState.outOfFrame) ? ['Frames in which a point is out of the picture are written as occluded: the format has no other word.'] : []),
    ...(some(TrackState.unlabelled) ? ['Unlabelled frames are written as occluded: the format has no other word.'] : []),
  ]
}
