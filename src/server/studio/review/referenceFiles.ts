/**
 * References of a video as files of the project: reading, adding, removing. The ground truth is the file that the command line keeps, too.
 * Not here: which tracks belong together (matchTracks.ts), scores (reviewMetrics.ts).
 */
import { mkdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { ReadVideo } from '../../../pipeline/export/trackFile.ts'
import { writeTracks } from '../../../pipeline/export/writeTracks.ts'
import { fromSystemError, TaplineError } from '../../../shared/errors.ts'
import type { VideoRecord } from '../../../shared/projectRecords.ts'
import type { TrackerInfo } from '../../../shared/trackers.ts'
import { emptyTracks, type TrackSet } from '../../../shared/tracks.ts'
import type { ReferenceSummary } from '../../../shared/studio/document.ts'
import type { ProjectReader, ProjectWriter } from '../../db/project.ts'
import type { ReferenceRecord } from '../../db/references.ts'
import { saveTruth, truthFile } from '../../tracking/importTracks.ts'
import { readTracksFor } from '../../tracking/readTracksFor.ts'
import { writeWhole } from '../../tracking/writeOutputs.ts'
import { liveTracks } from '../liveTracks.ts'
import { matchTracks } from './matchTracks.ts'

/** @throws TaplineError 'not-found' */
export function referenceRecord(project: ProjectReader, video: VideoRecord, referenceId: number): ReferenceRecord {
  const record = project.references.list(video.id).find(reference => reference.id === referenceId)
  if (!record) throw new TaplineError('not-found', video.name, 'that reference is no longer in the project', 'Import its file again.')
  return record
}

/** Tracks of a reference, in raster pixels of the clip. @throws TaplineError 'not-found', 'bad-file' */
export async function readReference(project: ProjectReader, video: VideoRecord, referenceId: number): Promise<ReadVideo> {
  return readTracksFor(project.path(referenceRecord(project, video, referenceId).file), video)
}

/** References of a video, the ground truth of the command line among them; one whose file is gone or damaged counts no tracks. */
export async function referenceSummaries(project: ProjectReader, video: VideoRecord): Promise<ReferenceSummary[]> {
  const records = project.references.list(video.id)
  if (records.length === 0) return []
  const ours = liveTracks(project, video)
  return Promise.all(records.map(async ({ id, name, kind }) => {
    const read = await readReference(project, video, id).catch(() => null)
    return { id, name, kind, tracks: read?.tracks.ids.length ?? 0, matched: read ? matchTracks(kind, read.tracks, ours).filter(key => key >= 0).length : 0 }
  }))
}

/** Makes the command line's ground truth of a video a reference, where it is not one yet. */
export function adoptTruth(project: ProjectWriter, video: VideoRecord): void {
  const file = truthFile(video)
  if (!existsSync(project.path(file)) || project.references.list(video.id).some(reference => reference.file === file)) return
  project.references.add(video.id, 'Ground truth', 'truth', file)
}

/** Keeps tracks as a reference. A video has one ground truth: a new one takes the place of the old. */
export async function addReference(project: ProjectWriter, video: VideoRecord, read: ReadVideo, kind: 'truth' | 'annotator', name: string): Promise<ReferenceRecord> {
  if (kind === 'truth') {
    await saveTruth(project, video, read)
    const before = project.references.list(video.id).filter(reference => reference.file === truthFile(video))
    return project.gesture(() => {
      for (const { id } of before) project.references.remove(id)
      return project.references.add(video.id, name, kind, truthFile(video))
    })
  }
  return project.references.add(video.id, name, kind, await writeReference(project, video, read))
}

/** Keeps another tracker's tracks as a reference, in place of the tracks that the same tracker gave before. */
export async function addTrackerReference(project: ProjectWriter, video: VideoRecord, tracks: TrackSet, { name, title }: Pick<TrackerInfo, 'name' | 'title'>): Promise<ReferenceRecord> {
  const before = project.references.list(video.id).find(reference => reference.tracker === name)
  if (!before) return project.references.add(video.id, title, 'tracker', await writeReference(project, video, { tracks }), name)
  const earlier = await readReference(project, video, before.id).catch(() => null)
  const present = project.tracks.list(video.id).map(track => track.id)
  const file = await writeReference(project, video, { tracks: earlier ? withOthers(tracks, earlier.tracks, present) : tracks })
  project.references.replaceFile(before.id, file)
  await rm(project.path(before.file), { force: true })
  return { ...before, file }
}

/** Writes tracks to a file of their own. @returns its path, relative to the project */
async function writeReference(project: ProjectWriter, video: VideoRecord, { tracks, evaluated }: Pick<ReadVideo, 'tracks' | 'evaluated'>): Promise<string> {
  let number = 1
  const fileOf = (n: number) => `references/${video.id}-${n}.json`
  while (existsSync(project.path(fileOf(number)))) number++
  const folder = project.path('references')
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  await writeWhole(project.path(fileOf(number)), writeTracks('json', [{ name: video.name, tracks, evaluated }]))
  return fileOf(number)
}

/** `tracks`, and after them those of `earlier` that are not among them and whose track still is `present`. */
function withOthers(tracks: TrackSet, earlier: TrackSet, present: readonly string[]): TrackSet {
  const rows = earlier.ids.flatMap((id, row) => (present.includes(id) && !tracks.ids.includes(id) ? [row] : []))
  if (rows.length === 0) return tracks
  const { frames } = tracks
  const first = tracks.ids.length
  const joined = emptyTracks([...tracks.ids, ...rows.map(row => earlier.ids[row])], frames, tracks)
  for (const [set, from, to, count] of [[tracks, 0, 0, first], ...rows.map((row, k) => [earlier, row, first + k, 1] as const)] as const) {
    joined.queryFrames.set(set.queryFrames.subarray(from, from + count), to)
    joined.queryPoints.set(set.queryPoints.subarray(2 * from, 2 * (from + count)), 2 * to)
    joined.positions.set(set.positions.subarray(2 * frames * from, 2 * frames * (from + count)), 2 * frames * to)
    joined.states.set(set.states.subarray(frames * from, frames * (from + count)), frames * to)
    joined.uncertainty.set(set.uncertainty.subarray(frames * from, frames * (from + count)), frames * to)
  }
  return joined
}

export async function removeReference(project: ProjectWriter, video: VideoRecord, referenceId: number): Promise<void> {
  const record = project.references.list(video.id).find(reference => reference.id === referenceId)
  if (!record) return
  project.references.remove(referenceId)
  await rm(project.path(record.file), { force: true })
}

/** A name for a reference that came without one: its file's. */
export const nameOfFile = (path: string) => basename(path).replace(/\.[^.]+$/, '')
