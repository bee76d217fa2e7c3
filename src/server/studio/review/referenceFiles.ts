/**
 * References of a video as files of the project: reading, adding, removing. The ground truth is the file that the command line keeps, too.
 * Not here: which tracks belong together (matchTracks.ts), scores (reviewMetrics.ts).
 */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { readTracks } from '../../../pipeline/export/readTracks.ts'
import type { ReadVideo } from '../../../pipeline/export/trackFile.ts'
import { writeTracks } from '../../../pipeline/export/writeTracks.ts'
import { fromSystemError, TaplineError } from '../../../shared/errors.ts'
import type { VideoRecord } from '../../../shared/projectRecords.ts'
import type { ReferenceSummary } from '../../../shared/studio/document.ts'
import type { ProjectReader, ProjectWriter } from '../../db/project.ts'
import type { ReferenceRecord } from '../../db/references.ts'
import { saveTruth, truthFile } from '../../tracking/importTracks.ts'
import { writeWhole } from '../../tracking/writeOutputs.ts'
import { liveTracks } from '../liveTracks.ts'
import { matchTracks } from './matchTracks.ts'

/** Tracks of a reference, in raster pixels of the clip. @throws TaplineError 'not-found', 'bad-file' */
export async function readReference(project: ProjectReader, video: VideoRecord, referenceId: number): Promise<ReadVideo> {
  const record = project.references.list(video.id).find(reference => reference.id === referenceId)
  if (!record) throw new TaplineError('not-found', video.name, 'that reference is no longer in the project', 'Import its file again.')
  return readTracksFor(project.path(record.file), video)
}

/** The tracks that a file of any format holds for a video: those of its name, or the only ones. @throws TaplineError */
export async function readTracksFor(path: string, video: VideoRecord): Promise<ReadVideo> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  const names = readTracks(bytes, { name: path, clip: { width: video.width, height: video.height } }).videos.map(held => held.name)
  const name = names.includes(video.name) ? video.name : names.length === 1 ? names[0] : undefined
  if (name === undefined) {
    const list = names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '')
    throw new TaplineError('bad-file', path, `it holds no tracks of a video named ${video.name}`, `It has ${list}.`)
  }
  return readTracks(bytes, { name: path, clip: video, video: name }).videos[0]
}

/** References of a video, the ground truth of the command line among them; one whose file is gone or damaged counts no tracks. */
export async function referenceSummaries(project: ProjectReader, video: VideoRecord): Promise<ReferenceSummary[]> {
  const records = project.references.list(video.id)
  if (records.length === 0) return []
  const ours = liveTracks(project, video)
  return Promise.all(records.map(async ({ id, name, kind }) => {
    const read = await readReference(project, video, id).catch(() => null)
    return { id, name, kind, tracks: read?.tracks.ids.length ?? 0, matched: read ? matchTracks(read.tracks, ours).filter(key => key >= 0).length : 0 }
  }))
}

/** Makes the command line's ground truth of a video a reference, where it is not one yet. */
export function adoptTruth(project: ProjectWriter, video: VideoRecord): void {
  const file = truthFile(video)
  if (!existsSync(project.path(file)) || project.references.list(video.id).some(reference => reference.file === file)) return
  project.references.add(video.id, 'Ground truth', 'truth', file)
}

/** Keeps tracks as a reference. A video has one ground truth: a new one takes the place of the old. */
export async function addReference(project: ProjectWriter, video: VideoRecord, read: ReadVideo, kind: ReferenceRecord['kind'], name: string): Promise<ReferenceRecord> {
  if (kind === 'truth') {
    await saveTruth(project, video, read)
    const before = project.references.list(video.id).filter(reference => reference.file === truthFile(video))
    return project.gesture(() => {
      for (const { id } of before) project.references.remove(id)
      return project.references.add(video.id, name, kind, truthFile(video))
    })
  }
  let number = 1
  const fileOf = (n: number) => `references/${video.id}-${n}.json`
  while (existsSync(project.path(fileOf(number)))) number++
  const folder = project.path('references')
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  const { tracks, evaluated } = read
  await writeWhole(project.path(fileOf(number)), writeTracks('json', [{ name: video.name, tracks, evaluated }]))
  return project.references.add(video.id, name, kind, fileOf(number))
}

export async function removeReference(project: ProjectWriter, video: VideoRecord, referenceId: number): Promise<void> {
  const record = project.references.list(video.id).find(reference => reference.id === referenceId)
  if (!record) return
  project.references.remove(referenceId)
  await rm(project.path(record.file), { force: true })
}

/** A name for a reference that came without one: its file's. */
export const nameOfFile = (path: string) => basename(path).replace(/\.[^.]+$/, '')
