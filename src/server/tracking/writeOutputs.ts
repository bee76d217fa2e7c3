/**
 * Tracks of a project's videos as files that a person named: which format each is, whether it can be written, and the writing.
 * Every file appears whole or not at all. Not here: the formats (pipeline/export), drawing.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { WriteVideo } from '../../pipeline/export/trackFile.ts'
import { formatForPath, writableFormats, writeTracks, type WritableFormat } from '../../pipeline/export/writeTracks.ts'
import { fromSystemError, TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { Progress } from '../../shared/progress.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import { trackColour } from '../../shared/trackColours.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { ProjectReader } from '../db/project.ts'
import { openFrames, type CachedFrames } from '../decode/openFrames.ts'
import { writeOverlay } from '../decode/writeOverlay.ts'

export type OutputFormat = WritableFormat | 'mp4'

export const outputFormats: readonly OutputFormat[] = [...(Object.keys(writableFormats) as WritableFormat[]), 'mp4']

export interface Output {
  readonly path: string
  readonly format: OutputFormat
}

/** Tracks to write, and the video that they are of. */
export interface OutputVideo {
  readonly video: VideoRecord
  readonly tracks: TrackSet
}

export interface WriteOutputsOptions {
  /** Leaves frames out of pickles. */
  readonly noVideo?: boolean
  readonly progress: Progress
  readonly signal?: AbortSignal
}

const extensionOf = (path: string) => /\.[^./\\]+$/.exec(basename(path))?.[0].toLowerCase() ?? ''
const extensionFor = (format: OutputFormat) => (format === 'mp4' ? '.mp4' : writableFormats[format].extension)

/**
 * The format of each path: by its extension; `format`, where given, names it for those whose extension fits or says nothing.
 * @throws TaplineError 'usage' for an extension that stands for nothing, a path named twice, or a format that fits no path.
 */
export function outputsFor(paths: readonly string[], format?: OutputFormat): Output[] {
  const outputs = paths.map((path): Output => {
    const extension = extensionOf(path)
    const own = extension === '.mp4' ? 'mp4' : formatForPath(path)
    if (format && (own === undefined || extensionFor(own) === extensionFor(format))) return { path, format }
    if (own) return { path, format: own }
    const known = [...new Set(outputFormats.map(extensionFor))].join(', ')
    throw new TaplineError('usage', path, extension ? `no format has the extension ${extension}` : 'it has no extension that names a format', `Use one of ${known}.`)
  })
  const places = outputs.map(output => resolve(output.path))
  const twice = outputs.find((_, i) => places.indexOf(places[i]) !== i)
  if (twice) throw new TaplineError('usage', twice.path, 'it is named twice as an output', 'Name each output once.')
  if (format && paths.length > 0 && !outputs.some(output => output.format === format))
    throw new TaplineError('usage', outputs[0].path, `its extension does not fit the format ${format}`, `Name a file that ends in ${extensionFor(format)}.`)
  return outputs
}

/**
 * Looks, before hours of work, whether the outputs can be written. `inputs` are files that must not be written over.
 * @throws TaplineError 'not-found', 'not-writable', 'usage'
 */
export function checkOutputs(outputs: readonly Output[], inputs: readonly string[] = []): void {
  const kept = new Set(inputs.map(realPath))
  for (const { path } of outputs) {
    const folder = dirname(resolve(path))
    const found = statSync(folder, { throwIfNoEntry: false })
    if (!found) throw new TaplineError('not-found', path, `there is no folder ${folder}`, 'Make the folder first, or choose another.')
    if (!found.isDirectory()) throw new TaplineError('not-writable', path, `${folder} is a file, not a folder`, 'Choose another path.')
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new TaplineError('not-writable', path, 'there is a folder with that name', 'Choose another name.')
    if (kept.has(realPath(path))) throw new TaplineError('usage', path, 'it is what the tracks are read from; writing it would destroy it', 'Choose another name for the output.')
    try {
      accessSync(folder, constants.W_OK)
    } catch (error) {
      throw fromSystemError(error, folder)
    }
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** Writes `videos` to each output in turn. @throws TaplineError; files written before, and those that were there, are whole. */
export async function writeOutputs(project: ProjectReader, videos: readonly OutputVideo[], outputs: readonly Output[], options: WriteOutputsOptions): Promise<void> {
  const opened = new Map<number, CachedFrames>()
  const framesOf = async (video: VideoRecord) => {
    const frames = opened.get(video.id) ?? (await openFrames(project.path(video.cacheFolder)))
    opened.set(video.id, frames)
    return frames
  }
  const { progress, signal } = options
  try {
    for (const { path, format } of outputs) {
      throwIfCancelled(signal, path)
      progress({ kind: 'phase', phase: 'export', label: `Writing ${path}` })
      const count = progressOf(progress, videos.reduce((sum, { video }) => sum + video.frameCount, 0))
      if (format === 'mp4') {
        if (videos.length !== 1) throw new TaplineError('usage', path, `an .mp4 shows one video, the project has ${videos.length}`, 'Name it with --video.')
        const [{ video, tracks }] = videos
        const colourOf = new Map(project.tracks.list(video.id).map(({ id, colour }) => [id, colour]))
        const colours = tracks.ids.map((id, n) => colourOf.get(id) ?? trackColour(n))
        await writeOverlay(await framesOf(video), tracks, path, { signal, colours, onProgress: count })
        continue
      }
      const withFrames = writableFormats[format].takesFrames && !options.noVideo
      let done = 0
      const write = async ({ video, tracks }: OutputVideo): Promise<WriteVideo> => {
        const base = { name: video.name, tracks, timesS: project.videos.times(video.id) }
        if (!withFrames) return base
        const frames = await framesOf(video)
        const rgb = async (frame: number) => {
          throwIfCancelled(signal, path)
          const pixels = await frames.clipRgb(frame)
          count(++done)
          return pixels
        }
        return { ...base, frames: { width: video.width, height: video.height, rgb } }
      }
      await writeWhole(path, writeTracks(format, await Promise.all(videos.map(write))))
    }
  } finally {
    await Promise.allSettled([...opened.values()].map(frames => frames.close()))
  }
}

function progressOf(progress: Progress, total: number): (done: number) => void {
  const started = performance.now()
  return done => {
    const etaS = done > 0 ? ((performance.now() - started) / 1000 / done) * (total - done) : null
    progress({ kind: 'progress', phase: 'export', done, total, etaS })
  }
}

/** Writes a file from its pieces: beside its place, flushed, then renamed. @throws TaplineError; what was there stays. */
export async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const temporary = join(dirname(resolve(path)), `.${basename(path)}.${process.pid}.tmp`)
  try {
    const file = await open(temporary, 'w')
    try {
      for await (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fromSystemError(error, path)
  }
}
