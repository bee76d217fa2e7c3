/** A sequence folder of a data set: frames (or one video file) and the truth beside them. Not here: data sets (dataset.ts). */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { readTracks } from '../../pipeline/export/readTracks.ts'
import type { ReadVideo } from '../../pipeline/export/trackFile.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'

export interface Sequence {
  /** A folder of images, or a video file. */
  readonly media: string
  readonly truthPath: string
}

const FRAME_FOLDERS = ['frames', 'color', 'rgb', 'images', 'JPEGImages']
const VIDEO_ENDINGS: ReadonlySet<string> = new Set(['.mp4', '.mov', '.mkv', '.webm', '.avi', '.gif'])
/** Exact ones first: JSON keeps every bit, and more states than the others. */
const TRUTH_ENDINGS = ['.json', '.npz', '.pkl', '.pickle', '.csv']

/** Null where the folder is none. */
export async function sequenceOf(folder: string): Promise<Sequence | null> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  const files = entries.filter(entry => !entry.isDirectory() && !entry.name.startsWith('.')).map(entry => entry.name)
  const truth = files
    .filter(name => /(^|[_.-])(truth|gt)\.[^.]+$/i.test(name) && TRUTH_ENDINGS.includes(extname(name).toLowerCase()))
    .sort((a, b) => TRUTH_ENDINGS.indexOf(extname(a).toLowerCase()) - TRUTH_ENDINGS.indexOf(extname(b).toLowerCase()))[0]
  const frames = FRAME_FOLDERS.find(name => entries.some(entry => entry.isDirectory() && entry.name === name))
  const videos = files.filter(name => VIDEO_ENDINGS.has(extname(name).toLowerCase()))
  const media = frames ?? (videos.length === 1 ? videos[0] : undefined)
  return truth && media ? { media: join(folder, media), truthPath: join(folder, truth) } : null
}

/** The truth of a sequence, in raster pixels of its clip. @throws TaplineError 'bad-file' */
export async function sequenceTruth(path: string, clip: Size & { readonly frameCount: number }): Promise<ReadVideo> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  const { videos } = readTracks(bytes, { name: path, clip })
  if (videos.length === 1) return videos[0]
  throw new TaplineError('bad-file', path, `it holds the truth of ${videos.length} videos`, 'A sequence folder holds the truth of one.')
}
