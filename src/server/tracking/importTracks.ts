/**
 * Tracks of another tool in a project: as tracks with predictions that people can correct (dense tracks as keyframes could not be
 * told from what a person set), or as the ground truth of a video. Not here: the files' formats (pipeline/export).
 */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadVideo } from '../../pipeline/export/trackFile.ts'
import { readTracks } from '../../pipeline/export/readTracks.ts'
import { writeTracks } from '../../pipeline/export/writeTracks.ts'
import { fromSystemError } from '../../shared/errors.ts'
import { presets } from '../../shared/presets.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import { TrackState, type Query, type TrackSet } from '../../shared/tracks.ts'
import type { ProjectReader, ProjectWriter } from '../db/project.ts'
import { IMPORTED } from './shownPaths.ts'
import { writeWhole } from './writeOutputs.ts'

const TRUTH_FOLDER = 'truth'

/** Where the ground truth of a video lies, relative to its project. */
export const truthFile = (video: VideoRecord) => `${TRUTH_FOLDER}/${video.name}.json`

export interface ImportedTracks {
  /** Ids in the project, of those added. */
  readonly ids: readonly string[]
  /** Ids in the file of tracks that are visible nowhere: they have no point to start from, and were left out. */
  readonly unseen: readonly string[]
}

/**
 * Adds the tracks to the video, in one transaction: each with the file's query, else its first visible frame as its query, and all of its
 * places as predictions of a finished run. An id that another track of the video has already gets the file's name before it.
 */
export function importTracks(project: ProjectWriter, video: VideoRecord, tracks: TrackSet, fileName: string): ImportedTracks {
  const rows: number[] = []
  const queries: Query[] = []
  const unseen: string[] = []
  return project.gesture(() => {
    const present = new Map(project.tracks.list(video.id).map(track => [track.id, track.query]))
    const isNew: boolean[] = []
    tracks.ids.forEach((own, row) => {
      const query = queryOf(tracks, row)
      if (!query) return void unseen.push(own)
      const same = (id: string) => {
        const q = present.get(id)
        return q !== undefined && q.frame === query.frame && q.x === query.x && q.y === query.y && !queries.some(taken => taken.id === id)
      }
      let id = own
      for (let n = 1; present.has(id) && !same(id); n++) id = n === 1 ? `${fileName}-${own}` : `${fileName}-${own}-${n}`
      isNew.push(!present.has(id))
      present.set(id, query)
      queries.push({ id, ...query })
      rows.push(row)
    })
    if (queries.length === 0) return { ids: [], unseen }
    project.tracks.add(video.id, queries.filter((_, k) => isNew[k]))
    const run = project.runs.create({ videoId: video.id, settings: presets.standard, queries, codeVersion: IMPORTED })
    project.predictions.save(run.id, rowsOf(tracks, rows, queries))
    project.runs.update(run.id, { state: 'done', startedAt: Date.now(), endedAt: Date.now() })
    return { ids: queries.map(query => query.id), unseen }
  })
}

/** Tracks of a file as new ones: their rows in it, and their queries under ids that no track has. Those visible nowhere are left out. */
export function newTracksOf(tracks: TrackSet, present: readonly string[], fileName: string): { readonly rows: readonly number[]; readonly queries: readonly Query[] } {
  const taken = new Set(present)
  const rows: number[] = []
  const queries: Query[] = []
  tracks.ids.forEach((own, row) => {
    const query = queryOf(tracks, row)
    if (!query) return
    let id = own
    for (let n = 1; taken.has(id); n++) id = n === 1 ? `${fileName}-${own}` : `${fileName}-${own}-${n}`
    taken.add(id)
    queries.push({ id, ...query })
    rows.push(row)
  })
  return { rows, queries }
}

/** The file's own query, else the first visible frame, where it lies in the frame. */
function queryOf(tracks: TrackSet, row: number): Omit<Query, 'id'> | undefined {
  const { frames, width, height, positions, states, queryFrames, queryPoints } = tracks
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x <= width && y <= height
  const [qx, qy] = [queryPoints[2 * row], queryPoints[2 * row + 1]]
  if (queryFrames[row] >= 0 && queryFrames[row] < frames && inside(qx, qy)) return { frame: queryFrames[row], x: qx, y: qy }
  for (let frame = 0; frame < frames; frame++) {
    const cell = row * frames + frame
    const [x, y] = [positions[2 * cell], positions[2 * cell + 1]]
    if (states[cell] === TrackState.visible && inside(x, y)) return { frame, x, y }
  }
  return undefined
}

function rowsOf(tracks: TrackSet, rows: readonly number[], queries: readonly Query[]): TrackSet {
  const { frames } = tracks
  const pick = <T extends Float32Array | Uint8Array>(from: T, cells: number, to: T): T => {
    rows.forEach((row, k) => to.set(from.subarray(row * frames * cells, (row + 1) * frames * cells), k * frames * cells))
    return to
  }
  const n = rows.length
  return {
    ...tracks,
    ids: queries.map(query => query.id),
    queryFrames: Int32Array.from(queries, query => query.frame),
    queryPoints: Float32Array.from(queries.flatMap(query => [query.x, query.y])),
    positions: pick(tracks.positions, 2, new Float32Array(n * frames * 2)),
    states: pick(tracks.states, 1, new Uint8Array(n * frames)),
    uncertainty: pick(tracks.uncertainty, 1, new Float32Array(n * frames)),
  }
}

/** Keeps `truth` as the ground truth of a video, in place of an earlier one. @throws TaplineError 'no-space', 'not-writable' */
export async function saveTruth(project: ProjectWriter, video: VideoRecord, truth: ReadVideo): Promise<string> {
  const folder = project.path(TRUTH_FOLDER)
  const file = project.path(truthFile(video))
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  const { tracks, evaluated } = truth
  await writeWhole(file, writeTracks('json', [{ name: video.name, tracks, evaluated }]))
  return file
}

/** The ground truth of the project's videos: none where none was imported. @throws TaplineError 'bad-file' */
export async function readTruth(project: ProjectReader): Promise<ReadVideo[]> {
  const folder = project.path(TRUTH_FOLDER)
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.json') && !name.startsWith('.')).sort()
  const files = await Promise.all(names.map(async name => readTracks(await readFile(join(folder, name)), { name: join(folder, name) })))
  return files.flatMap(file => file.videos)
}
