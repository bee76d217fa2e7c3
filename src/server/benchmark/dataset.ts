/**
 * The data sets of a benchmark: synthetic scenes, a TAP-Vid pickle with frames, or a folder. A video is listed without its frames, and
 * unpacked (frames as the importer leaves them, truth as JSON) when its turn comes: one at a time. Not here: what is run on them.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { writeTracks } from '../../pipeline/export/writeTracks.ts'
import type { ReadVideo } from '../../pipeline/export/trackFile.ts'
import { renderScene, synthScenes } from '../../pipeline/synth/synthScenes.ts'
import { compareNatural } from '../../pipeline/video/naturalOrder.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'
import { importFrames } from '../decode/importFrames.ts'
import { writeStills } from '../decode/writeStills.ts'
import { writeWhole } from '../tracking/writeOutputs.ts'
import { limitTracks } from './limitTracks.ts'
import { pickleVideos } from './pickleVideos.ts'
import { sequenceOf, sequenceTruth } from './sequence.ts'

/** Where an unpacked video lies. */
export interface UnpackedVideo {
  readonly framesFolder: string
  /** tracks.json of the truth, with `evaluated` where it is known. */
  readonly truthFile: string
}

export interface UnpackOptions {
  readonly longSide: number
  readonly signal: AbortSignal
}

export interface BenchmarkVideo {
  readonly name: string
  /** Tells this video's results from those of another that has its name: what it is made of. */
  readonly identity: string
  /** Writes frames and truth below `folder`, which is empty. @throws TaplineError where the video cannot be used */
  unpack(folder: string, options: UnpackOptions): Promise<UnpackedVideo>
}

export interface Dataset {
  /** As people should read it in a report. */
  readonly title: string
  readonly videos: readonly BenchmarkVideo[]
  /** What was found and cannot be used, with the reason. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
}

export interface DatasetOptions {
  /** Synthetic scenes only. */
  readonly synth: Size & { readonly frames: number; readonly seed: number }
  /** At most so many truth tracks of each video, evenly picked; all where it is left out (64 of a synthetic scene). */
  readonly tracks?: number
}

const SYNTH_TRACKS = 64

/** @throws TaplineError 'usage', 'not-found', 'bad-file' */
export async function openDataset(name: string, options: DatasetOptions): Promise<Dataset> {
  if (name === 'synth' || name.startsWith('synth:')) return synthDataset(name, options)
  const status = await stat(name).catch((error: unknown) => {
    throw fromSystemError(error, name)
  })
  const found = status.isDirectory() ? await folderVideos(name, options) : { videos: await pickleDataset(name, options), skipped: [] }
  if (found.videos.length === 0) {
    const [first] = found.skipped
    throw new TaplineError(
      'bad-file', name, first ? `none of its videos can be used (${first.name}: ${first.reason})` : 'it holds no videos with truth',
      'Give a TAP-Vid pickle with frames, or a folder of such pickles or of sequences: frames (or one video file) beside truth.json, truth.pkl or NAME_gt.pkl.',
    )
  }
  return { title: basename(resolve(name)), ...found, videos: named(found.videos) }
}

function synthDataset(name: string, { synth, tracks = SYNTH_TRACKS }: DatasetOptions): Dataset {
  const known = synthScenes.map(scene => scene.name)
  const asked = name === 'synth' ? known : [...new Set(name.slice('synth:'.length).split(',').filter(Boolean))]
  const unknown = asked.find(scene => !known.includes(scene))
  if (unknown !== undefined || asked.length === 0) throw new TaplineError('usage', name, unknown ? `there is no scene "${unknown}"` : 'it names no scene', `There are ${known.join(', ')}.`)
  const { width, height, frames, seed } = synth
  const videos = asked.map((scene): BenchmarkVideo => ({
    name: scene,
    identity: `synth ${scene} ${width}x${height}x${frames} seed ${seed}, ${tracks} tracks`,
    async unpack(folder, options) {
      const clip = renderScene(scene, { width, height, frames, seed })
      await writeStills(join(folder, 'stills'), frames, clip, async frame => ({ rgb: clip.rgb(frame) }), options.signal)
      return importUnpacked(folder, join(folder, 'stills'), async () => ({ name: scene, tracks: clip.groundTruth({ count: tracks }) }), options)
    },
  }))
  return { title: `synthetic scenes (${width}×${height}, ${frames} frames, scene seed ${seed})`, videos, skipped: [] }
}

/** The videos of one pickle. @throws TaplineError 'bad-file' when it has no frames */
async function pickleDataset(path: string, { tracks }: DatasetOptions): Promise<BenchmarkVideo[]> {
  const origin = await originOf(path)
  return (await pickleVideos(path)).map(video => ({
    name: video.name,
    identity: `${origin} ${video.name}${tracks === undefined ? '' : `, ${tracks} tracks`}`,
    async unpack(folder, options) {
      const { frames, width, height } = video
      await writeStills(join(folder, 'stills'), frames, { width, height }, frame => video.still(frame), options.signal)
      return importUnpacked(folder, join(folder, 'stills'), async () => limited(await video.truth(), tracks), options)
    },
  }))
}

async function folderVideos(folder: string, options: DatasetOptions): Promise<Pick<Dataset, 'videos' | 'skipped'>> {
  const own = await sequenceVideo(folder, options)
  if (own) return { videos: [own], skipped: [] }
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  const videos: BenchmarkVideo[] = []
  const skipped: { name: string; reason: string }[] = []
  for (const entry of entries.sort((a, b) => compareNatural(a.name, b.name))) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    try {
      if (entry.isDirectory()) {
        const video = await sequenceVideo(path, options)
        if (video) videos.push(video)
        else skipped.push({ name: entry.name, reason: 'no sequence: it needs frames (or one video file) and a truth file' })
      } else if (/\.(pkl|pickle)$/i.test(entry.name)) videos.push(...(await pickleDataset(path, options)))
    } catch (error) {
      if (!(error instanceof TaplineError)) throw error
      skipped.push({ name: entry.name, reason: error.reason })
    }
  }
  return { videos, skipped }
}

async function sequenceVideo(folder: string, { tracks }: DatasetOptions): Promise<BenchmarkVideo | null> {
  const sequence = await sequenceOf(folder)
  if (!sequence) return null
  const { media, truthPath } = sequence
  const origins = await Promise.all([originOf(media), originOf(truthPath)])
  return {
    name: basename(resolve(folder)),
    identity: `${origins.join(' ')}${tracks === undefined ? '' : `, ${tracks} tracks`}`,
    unpack: (into, options) => importUnpacked(into, media, async clip => limited(await sequenceTruth(truthPath, clip), tracks), options),
  }
}

/** Imports the frames, and writes the truth beside them. */
async function importUnpacked(
  folder: string, media: string, truthFor: (clip: Size & { readonly frameCount: number }) => Promise<ReadVideo>, { longSide, signal }: UnpackOptions,
): Promise<UnpackedVideo> {
  const framesFolder = join(folder, 'frames')
  const clip = await importFrames(media, framesFolder, { longSide, signal })
  const { name, tracks, evaluated } = await truthFor(clip)
  if (tracks.frames !== clip.frameCount)
    throw new TaplineError('bad-file', name, `its truth has ${tracks.frames} frames, the video ${clip.frameCount}`, 'Give the truth of this very clip.')
  const truthFile = join(folder, 'truth.json')
  await writeWhole(truthFile, writeTracks('json', [{ name, tracks, evaluated }]))
  return { framesFolder, truthFile }
}

const limited = (truth: ReadVideo, count: number | undefined): ReadVideo => (count === undefined ? truth : { ...truth, ...limitTracks(truth, count) })

/** What a file or folder is, for telling it from another: never its content alone, which may be gigabytes. */
async function originOf(path: string): Promise<string> {
  const status = await stat(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  return `${resolve(path)} ${status.isDirectory() ? (await readdir(path)).length : status.size} ${Math.round(status.mtimeMs)}`
}

/** Names that are unique, and can be folders' names. */
function named(videos: readonly BenchmarkVideo[]): BenchmarkVideo[] {
  const taken = new Set<string>()
  return videos.map(video => {
    const plain = video.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_') || 'video'
    let name = plain
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${plain}-${n}`
    taken.add(name.toLowerCase())
    return { ...video, name }
  })
}
