/** Tracks of a file of any format for one clip. Not here: the formats (pipeline/export), what becomes of the tracks. */
import { readFile } from 'node:fs/promises'
import { readTracks } from '../../pipeline/export/readTracks.ts'
import type { ReadVideo } from '../../pipeline/export/trackFile.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'

/** The clip that tracks are read for: a VideoRecord fits. */
export interface TrackedClip extends Size {
  /** The file's stem. */
  readonly name: string
  readonly frameCount: number
}

/** The tracks that a file holds for a clip: those of its name, or the only ones. @throws TaplineError */
export async function readTracksFor(path: string, clip: TrackedClip): Promise<ReadVideo> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  const names = readTracks(bytes, { name: path, clip: { width: clip.width, height: clip.height } }).videos.map(held => held.name)
  const name = names.includes(clip.name) ? clip.name : names.length === 1 ? names[0] : undefined
  if (name === undefined) {
    const list = names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '')
    throw new TaplineError('bad-file', path, `it holds no tracks of a video named ${clip.name}`, `It has ${list}.`)
  }
  return readTracks(bytes, { name: path, clip, video: name }).videos[0]
}
