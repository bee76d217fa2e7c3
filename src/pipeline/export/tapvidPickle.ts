/**
 * TAP-Vid's pickles. Written: DAVIS and RoboTAP (a dict of videos), RGB-Stacking (a list). Read: those, and Kinetics shards
 * (a list whose videos are JPEG strings), whose points lie half a pixel further up and left than the others'.
 * Not here: pickle itself (pickleReader.ts, pickleWriter.ts).
 *
 * A video is a dict: video uint8 [T,H,W,3], points float32 [N,T,2] (x,y) normalised raster, occluded bool [N,T]; ours may add
 * evaluated bool [N,T], which other readers pass over. Out of frame and unlabelled are occluded = True: the format has no word for them.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { NdArray } from './ndArray.ts'
import { cOrderBytes, dtypeName, toByteStrings, toNumbers } from './ndArray.ts'
import { jpegSize } from './jpegSize.ts'
import type { PickleValue } from './pickleReader.ts'
import { isArray, readPickle, storedBytes } from './pickleReader.ts'
import type { PickleSource } from './pickleSource.ts'
import {
  appendItem,
  arrayEnd,
  arrayStart,
  emptyDict,
  emptyList,
  pickleArray,
  pickleEnd,
  pickleStart,
  pickleString,
  setItem,
} from './pickleWriter.ts'
import type { FileFrames, ReadOptions, ReadVideo, TrackFormat, WriteVideo } from './trackFile.ts'
import { checkWritable, fromNormalised, stemOf, subjectOf, targetSize, toNormalised, toOccluded } from './trackFile.ts'

export type TapvidPickleFormat = 'davis' | 'robotap' | 'rgb-stacking'

/**
 * Writes one pickle, piece by piece; a frame of a video is held at a time. Videos without `frames` get no `video` field.
 * Throws TaplineError 'usage' for names that occur twice, 'bad-video' for a frame of another size than promised.
 */
export async function* writeTapvidPickle(format: TapvidPickleFormat, videos: readonly WriteVideo[]): AsyncGenerator<Uint8Array, void> {
  const keyed = format !== 'rgb-stacking'
  const names = new Set(videos.map((video) => video.name))
  if (keyed && names.size !== videos.length)
    throw new TaplineError('usage', 'export', 'two videos have the same name', 'Rename one of them.')
  yield pickleStart
  yield keyed ? emptyDict : emptyList
  for (const video of videos) {
    if (keyed) yield pickleString(video.name)
    yield* writeVideo(video)
    yield keyed ? setItem : appendItem
  }
  yield pickleEnd
}

async function* writeVideo(video: WriteVideo): AsyncGenerator<Uint8Array, void> {
  checkWritable(video)
  const { tracks, frames, evaluated } = video
  const n = tracks.ids.length
  yield emptyDict
  if (frames) {
    const { width, height } = frames
    yield pickleString('video')
    yield arrayStart('uint8', [tracks.frames, height, width, 3])
    for (let frame = 0; frame < tracks.frames; frame++) {
      const rgb = await frames.rgb(frame)
      if (rgb.length !== width * height * 3) {
        throw new TaplineError(
          'bad-video',
          video.name,
          `frame ${frame} is not ${width}×${height}`,
          'Import the video again, or export without it.',
        )
      }
      yield rgb
    }
    yield arrayEnd
    yield setItem
  }
  const points = toNormalised(tracks)
  yield pickleString('points')
  yield pickleArray('float32', [n, tracks.frames, 2], littleEndian(points))
  yield setItem
  yield pickleString('occluded')
  yield pickleArray('bool', [n, tracks.frames], toOccluded(tracks))
  yield setItem
  if (evaluated) {
    yield pickleString('evaluated')
    yield pickleArray(
      'bool',
      [n, tracks.frames],
      evaluated.map((cell) => Number(cell !== 0)),
    )
    yield setItem
  }
}

function littleEndian(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  values.forEach((value, k) => view.setFloat32(k * 4, value, true))
  return new Uint8Array(view.buffer)
}

/**
 * Reads any of TAP-Vid's pickles (or one video's dict alone). Which it is shows in its content: JPEG strings mean Kinetics.
 * RoboTAP has the form of DAVIS and is reported as 'davis'. Frames in the result are views into `bytes`; those of a file's source stay there.
 * Throws TaplineError 'bad-file' that names the video and the field.
 */
export function readTapvidPickle(bytes: Uint8Array | PickleSource, options?: ReadOptions): { format: TrackFormat; videos: ReadVideo[] } {
  const subject = subjectOf(options)
  const top = readPickle(bytes, subject)
  const entries = videosOf(top, options)
  if (!entries) {
    throw new TaplineError(
      'bad-file',
      subject,
      'this pickle is no dict or list of TAP-Vid videos',
      'A video is a dict with points, occluded and, often, video.',
    )
  }
  const wanted = options?.video === undefined ? entries : entries.filter(([name]) => name === options.video)
  const raws = wanted.map(([name, fields]) => readVideo(name, fields, subject, options))
  const jpeg = raws.some(({ video }) => video?.kind === 'jpeg')
  return { format: jpeg ? 'kinetics-pickle' : top instanceof Map ? 'davis' : 'rgb-stacking', videos: raws }
}

type Fields = Map<PickleValue, PickleValue>

function videosOf(top: PickleValue, options: ReadOptions | undefined): [string, Fields][] | undefined {
  if (top instanceof Map && top.has('points')) return [[stemOf(options), top]]
  const entries =
    top instanceof Map ? [...top].map(([name, value]) => [keyText(name), value] as const) : Array.isArray(top) ? listed(top) : undefined
  return entries?.every((entry): entry is [string, Fields] => entry[0] !== undefined && entry[1] instanceof Map)
    ? (entries as [string, Fields][])
    : undefined
}

function listed(items: readonly PickleValue[]): (readonly [string, PickleValue])[] {
  return items.map((value, k) => [String(k), value] as const)
}

function keyText(key: PickleValue): string | undefined {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined
}

function readVideo(name: string, fields: Fields, file: string, options: ReadOptions | undefined): ReadVideo {
  const subject = `${file}, video ${name}`
  const fail = (reason: string) => new TaplineError('bad-file', subject, reason, 'Check how the file was made.')
  const array = (field: string): NdArray => {
    const value = fields.get(field)
    if (value === undefined) throw fail(`it has no '${field}', only ${[...fields.keys()].map(String).join(', ') || 'nothing'}`)
    if (!isArray(value)) throw fail(`'${field}' is not a NumPy array`)
    return value
  }
  const mask = (field: string, shape: readonly number[]): Uint8Array => {
    const found = array(field)
    const numbers = toNumbers(found)
    if (!numbers) throw fail(`'${field}' is an array of ${dtypeName(found.dtype)}, not of bool`)
    if (found.shape.join() !== shape.join())
      throw fail(`'${field}' has the shape [${found.shape.join(', ')}], but points make it [${shape.join(', ')}]`)
    return Uint8Array.from(numbers, (value) => Number(value !== 0))
  }
  const found = array('points')
  const points = toNumbers(found)
  if (found.shape.length !== 3 || found.shape[2] !== 2)
    throw fail(`'points' has the shape [${found.shape.join(', ')}], not [tracks, frames, 2]`)
  if (!points || found.dtype.kind !== 'f') throw fail(`'points' is an array of ${dtypeName(found.dtype)}, not of float32 or float64`)
  const [tracks, frames] = found.shape
  const occluded = mask('occluded', [tracks, frames])
  const evaluated = fields.has('evaluated') ? mask('evaluated', [tracks, frames]) : undefined
  const video = fields.has('video') ? framesOf(array('video'), frames, fail) : undefined
  if (video?.kind === 'jpeg') {
    // TAP-Vid's own script stores (x·W − 0.5)/W beside JPEG frames, and only there.
    for (let k = 0; k < points.length; k++) points[k] += 0.5 / (k % 2 === 0 ? video.width : video.height)
  }
  const size = targetSize(subject, frames, video, options?.clip)
  return {
    name,
    tracks: fromNormalised({ tracks, frames, points, occluded, evaluated }, size),
    ...(evaluated && { evaluated }),
    ...(video && { video }),
  }
}

function framesOf(array: NdArray, frames: number, fail: (reason: string) => TaplineError): FileFrames {
  const { shape, dtype } = array
  if (shape[0] !== frames) throw fail(`'video' has ${shape[0] ?? 0} frames, 'points' have ${frames}`)
  if (shape.length === 4 && shape[3] === 3 && dtype.kind === 'u' && dtype.size === 1) {
    const stored = storedBytes(array)
    const size = { frames, height: shape[1], width: shape[2] }
    return stored ? { kind: 'stored', data: stored, ...size } : { kind: 'rgb', data: cOrderBytes(array), ...size }
  }
  const images = shape.length === 1 ? toByteStrings(array) : undefined
  const size = images && images.length > 0 ? jpegSize(images[0]) : undefined
  if (!images || !size)
    throw fail(`'video' is an array of ${dtypeName(dtype)} [${shape.join(', ')}], neither uint8 [T, H, W, 3] nor JPEG images`)
  return { kind: 'jpeg', images, frames, ...size }
}
