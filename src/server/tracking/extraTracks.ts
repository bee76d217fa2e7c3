/**
 * Tracks of others that a run is taught, as files of its project: named by what they hold, so that a run keeps the very tracks that it was
 * given, whatever becomes of the file or reference that they came from. Not here: how they are taught (pipeline/supervision/matches).
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readTracks } from '../../pipeline/export/readTracks.ts'
import { writeTracks } from '../../pipeline/export/writeTracks.ts'
import type { ExtraTracks } from '../../pipeline/supervision/matches/extraMatches.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { ProjectWriter } from '../db/project.ts'
import { writeWhole } from './writeOutputs.ts'

/** Folder of a video's extra tracks, relative to the project. */
export const extraTracksFolder = (videoId: number) => `supervision/${videoId}`

/** Keeps tracks for runs of a video. @returns the absolute path of their file, the same for the same tracks */
export async function keepExtraTracks(project: ProjectWriter, video: VideoRecord, tracks: TrackSet): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of writeTracks('json', [{ name: video.name, tracks }])) pieces.push(piece)
  const bytes = Buffer.concat(pieces)
  const folder = project.path(extraTracksFolder(video.id))
  const path = join(folder, `${hashOf(bytes).slice(0, 32)}.json`)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  await writeWhole(path, [bytes])
  return path
}

/** @throws TaplineError 'not-found', 'bad-file' */
export function readExtraTracks(paths: readonly string[]): Promise<ExtraTracks[]> {
  return Promise.all(
    paths.map(async path => {
      const bytes = await readFile(path).catch(() => {
        throw new TaplineError('not-found', path, 'the tracks that the run was taught are gone from the project', 'Optimise the video anew.')
      })
      const { videos } = readTracks(bytes, { name: path })
      return { id: hashOf(bytes).slice(0, 16), tracks: videos[0].tracks }
    }),
  )
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
