/**
 * The videos of a TAP-Vid pickle, one frame in memory at a time: the file may be larger than memory. (Kinetics shards, whose frames are
 * small JPEGs, are the exception: those of the whole file are held.) Not here: the format (pipeline/export/tapvidPickle.ts).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { fileSource, type PickleSource } from '../../pipeline/export/pickleSource.ts'
import { readTapvidPickle } from '../../pipeline/export/tapvidPickle.ts'
import type { FileFrames, ReadVideo } from '../../pipeline/export/trackFile.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'
import type { Still } from '../decode/writeStills.ts'

export interface PickleVideo extends Size {
  readonly name: string
  readonly frames: number
  still(frame: number): Promise<Still>
  truth(): Promise<ReadVideo>
}

/** @throws TaplineError 'bad-file' when it is no such pickle, or has no frames */
export async function pickleVideos(path: string): Promise<PickleVideo[]> {
  const length = inFile(path, file => fstatSync(file).size)
  // Opened for each piece: a benchmark takes hours, and a file held open for them helps nobody.
  const read = (into: Uint8Array, at: number) =>
    inFile(path, file => {
      for (let done = 0; done < into.length; ) {
        const count = readSync(file, into, done, into.length - done, at + done)
        if (count === 0) throw new TaplineError('bad-file', path, 'it became shorter while it was read', 'Run it again with the whole file.')
        done += count
      }
    })
  if (length === 0) throw new TaplineError('bad-file', path, 'the file is empty', 'Choose another file.')
  const source = fileSource(length, read)
  return withFrames(source, path).map(({ name, tracks, evaluated, video: frames }) => {
    return { name, frames: frames.frames, width: frames.width, height: frames.height, truth: async () => ({ name, tracks, evaluated }), still: async frame => stillOf(frames, frame) }
  })
}

function withFrames(source: PickleSource, path: string): (ReadVideo & { readonly video: FileFrames })[] {
  // In a raster of no meaning: a pickle without frames is read too, and told from one that is damaged.
  const hasFrames = readTapvidPickle(source, { name: path, clip: { width: 1, height: 1 } }).videos.every(({ video }) => video)
  if (!hasFrames) throw new TaplineError('bad-file', path, 'it holds tracks without frames', 'Give a folder that holds this file, named truth.pkl or NAME_gt.pkl, and its video.')
  return readTapvidPickle(source, { name: path }).videos.filter((video): video is ReadVideo & { video: FileFrames } => video.video !== undefined)
}

function stillOf(frames: FileFrames, frame: number): Still {
  if (frames.kind === 'jpeg') return { jpeg: frames.images[frame] }
  const bytes = frames.width * frames.height * 3
  return { rgb: frames.kind === 'stored' ? frames.data.read(frame * bytes, bytes) : frames.data.subarray(frame * bytes, (frame + 1) * bytes) }
}

function inFile<T>(path: string, use: (file: number) => T): T {
  try {
    const file = openSync(path, 'r')
    try {
      return use(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw fromSystemError(error, path)
  }
}
