/**
 * Imports a clip into a frame cache: decodes once, in order, and packs every frame at the clip's size and at the working size.
 * Memory holds a handful of frames, whatever the clip's length. The cache is built beside its place and moved there when whole.
 */
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TaplineError, fromSystemError, throwIfCancelled } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'
import { workingSize } from '../../shared/units.ts'
import type { ClipInfo } from '../../pipeline/frames/frameSource.ts'
import { FrameClock } from '../../pipeline/video/frameTimes.ts'
import type { DecodedFrame, MediaInfo, MediaReader } from '../../pipeline/video/mediaInfo.ts'
import { badMedia, statMedia } from './badMedia.ts'
import { CACHE_FORMAT, CACHE_VERSION, clipPackPath, readCacheRecord, recordPath, workPackPath } from './frameCache.ts'
import type { CacheRecord, ClipOrigin } from './frameCache.ts'
import { BlobKind, FramePackWriter } from './framePack.ts'
import type { Blob } from './framePack.ts'
import { isPattern, listFolder, listPattern } from './imageSequence.ts'
import { removeLeftovers } from './leftovers.ts'
import { encodeLosslessRgb } from './losslessRgb.ts'
import { DEFAULT_SEQUENCE_RATE, openMedia } from './openMedia.ts'
import { OrderedJobs } from './orderedJobs.ts'
import { encodeJpeg, resizeRgb } from './stillImage.ts'

/** Clips whose raw frames are larger than this keep clip-size frames as JPEG; lossless they take about a third of it on disk. */
const LOSSLESS_RAW_BYTES = 4 * 2 ** 30
const JPEG_QUALITY = 92

/** Folders that this process is building now. */
const underway = new Set<string>()

export interface ImportOptions {
  /** Long side of the working size, in pixels. */
  readonly longSide: number
  /** Frames per second of image sequences. */
  readonly rate?: number
  readonly signal?: AbortSignal
  /** `total` is null when the file does not tell how many frames it has, and may be off by a few when it does. */
  readonly onProgress?: (done: number, total: number | null) => void
  /** For tests: where lossless storage ends. */
  readonly losslessRawBytes?: number
}

/**
 * Imports `path` (see openMedia) into `folder`, which must not exist, be empty, or hold the same clip already: then nothing is done.
 * Throws TaplineError: those of openMedia; 'bad-project' when the folder holds something else; 'no-space', 'not-writable', 'cancelled'.
 * After any error, and after a kill and the next call, `folder` is as it was.
 */
export async function importFrames(path: string, folder: string, options: ImportOptions): Promise<ClipInfo> {
  throwIfCancelled(options.signal, path)
  const origin = await originOf(path, options.rate ?? DEFAULT_SEQUENCE_RATE)
  const present = await readCacheRecord(folder)
  if (present) {
    const sameRate = options.rate === undefined || present.origin.rate === origin.rate
    if (sameRate && sameOrigin(present.origin, origin)) return clipOf(present)
    throw new TaplineError('bad-project', folder, `it already holds the frames of ${describeOrigin(present.origin)}`, 'Import into another folder.')
  }
  const building = join(dirname(resolve(folder)), `${basename(resolve(folder))}.importing-${process.pid}`)
  if (underway.has(building)) throw beingImported(folder, process.pid)
  underway.add(building)
  try {
    await refuseOccupied(folder)
    const others = await removeLeftovers(dirname(building), `${basename(resolve(folder))}.importing-`, '')
    if (others.length > 0) throw beingImported(folder, others[0])
    const reader = await openMedia(path, options)
    try {
      return await buildIn(building, reader, folder, path, origin, options)
    } finally {
      await reader.close()
    }
  } finally {
    underway.delete(building)
  }
}

/** Builds the whole cache in the folder `building`, then moves it to `folder`. */
async function buildIn(building: string, reader: MediaReader, folder: string, path: string, origin: ClipOrigin, options: ImportOptions): Promise<ClipInfo> {
  try {
    // An earlier process may have had this one's number.
    await rm(building, { recursive: true, force: true })
    await mkdir(building, { recursive: true }).catch((error: unknown) => {
      throw fromSystemError(error, folder)
    })
    const record = await build(reader, building, origin, options)
    throwIfCancelled(options.signal, path)
    await moveIntoPlace(building, folder)
    return clipOf(record)
  } catch (error) {
    await rm(building, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** The clip of a cache's record. */
export function clipOf(record: CacheRecord): ClipInfo {
  const { name, width, height, frameCount, timesS } = record
  return { name, width, height, frameCount, timesS: Float64Array.from(timesS) }
}

async function build(reader: MediaReader, folder: string, origin: ClipOrigin, options: ImportOptions): Promise<CacheRecord> {
  const { info } = reader
  const size: Size = { width: info.width, height: info.height }
  const work = workingSize(size, options.longSide)
  const sameSize = work.width === size.width && work.height === size.height
  const budget = options.losslessRawBytes ?? LOSSLESS_RAW_BYTES
  const announced = info.announcedFrames
  const frameBytes = size.width * size.height * 3
  // The tracker must see what the file holds: frames at the working size are lossless however many they are.
  const lossless = sameSize || (announced ?? 0) * frameBytes <= budget
  const clock = new FrameClock(info.announcedFrames && info.announcedDurationS ? info.announcedDurationS / info.announcedFrames : null)
  const damagedFrames: number[] = []
  let allLossless = true
  const clipPack = await FramePackWriter.create(clipPackPath(folder))
  const workPack = sameSize ? null : await FramePackWriter.create(workPackPath(folder, work)).catch(async (error: unknown) => {
    await clipPack.abandon()
    throw error
  })
  const jobs = new OrderedJobs<{ clip: Blob; work: Blob | null }>(async (blobs) => {
    await clipPack.add(blobs.clip)
    if (workPack && blobs.work) await workPack.add(blobs.work)
  })
  try {
    for await (const frame of reader.frames(options.signal)) {
      // A file that did not tell its length may turn out too long for lossless storage on the way.
      const exact = frame.encoded !== undefined || (lossless && (sameSize || clock.count * frameBytes < budget))
      allLossless &&= exact
      if (frame.damaged) damagedFrames.push(clock.count)
      clock.push(frame)
      await jobs.add(encodeFrame(frame, size, work, exact, info))
      options.onProgress?.(clock.count, announced === null ? null : Math.max(announced, clock.count))
    }
    await jobs.finish()
    if (clock.count === 0) throw badMedia(info.path, 'it holds no frames', 'Choose another file.')
    await clipPack.finish()
    await workPack?.finish()
  } catch (error) {
    await jobs.abandon()
    await clipPack.abandon()
    await workPack?.abandon()
    throw error
  }
  const record: CacheRecord = {
    format: CACHE_FORMAT, version: CACHE_VERSION, name: info.name, ...size, frameCount: clock.count, longSide: options.longSide, origin,
    lossless: allLossless, damagedFrames, timesS: [...clock.times()],
  }
  await writeRecord(folder, record)
  return record
}

async function encodeFrame(frame: DecodedFrame, size: Size, work: Size, exact: boolean, info: MediaInfo): Promise<{ clip: Blob; work: Blob | null }> {
  if (frame.width !== size.width || frame.height !== size.height) throw new Error(`${info.path}: a frame of ${frame.width}×${frame.height} in a clip of ${size.width}×${size.height}`)
  const clip = async (): Promise<Blob> => {
    if (frame.encoded) return { kind: BlobKind.image, bytes: frame.encoded }
    if (exact) return { kind: BlobKind.lossless, bytes: await encodeLosslessRgb(frame.rgb, size) }
    return { kind: BlobKind.image, bytes: await encodeJpeg(frame.rgb, size, JPEG_QUALITY, info.kind === 'video' ? '4:2:0' : '4:4:4') }
  }
  if (work.width === size.width && work.height === size.height) return { clip: await clip(), work: null }
  const [clipBlob, workRgb] = await Promise.all([clip(), resizeRgb(frame.rgb, size, work)])
  return { clip: clipBlob, work: { kind: BlobKind.lossless, bytes: await encodeLosslessRgb(workRgb, work) } }
}

async function writeRecord(folder: string, record: CacheRecord): Promise<void> {
  try {
    const file = await open(recordPath(folder), 'w')
    try {
      await file.writeFile(JSON.stringify(record))
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fromSystemError(error, folder)
  }
}

async function moveIntoPlace(building: string, folder: string): Promise<void> {
  try {
    await rmdir(folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    })
    await rename(building, folder)
  } catch (error) {
    throw fromSystemError(error, folder)
  }
}

/** A folder with other things in it is not ours to replace. */
async function refuseOccupied(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fromSystemError(error, folder)
  })
  if (names.length > 0) {
    throw new TaplineError('bad-project', folder, `the folder is not empty (${names[0]}) and is not a finished frame cache`, 'Choose another folder, or delete it if nothing in it matters.')
  }
}

function beingImported(folder: string, pid: number): TaplineError {
  return new TaplineError('busy', folder, `process ${pid} is importing into it`, 'Wait until it has finished, or stop it.')
}

/** What the frames come from; also finds out whether it is there. */
async function originOf(path: string, rate: number): Promise<ClipOrigin> {
  const status = await statMedia(path).catch((error: unknown) => {
    if (error instanceof TaplineError && error.code === 'not-found' && isPattern(path)) return null
    throw error
  })
  if (status && !status.isDirectory) return { path: resolve(path), bytes: status.size, modifiedMs: status.mtimeMs, rate: null }
  const files = status ? await listFolder(path) : await listPattern(path)
  const all = await Promise.all(files.map((file) => stat(file))).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  return { path: resolve(path), bytes: all.reduce((sum, s) => sum + s.size, 0), modifiedMs: all.reduce((latest, s) => Math.max(latest, s.mtimeMs), 0), rate }
}

function describeOrigin(origin: ClipOrigin): string {
  const rate = origin.rate === null ? '' : ` at ${origin.rate} frames a second`
  return `${origin.path}${rate}, as changed on ${new Date(origin.modifiedMs).toISOString()}`
}

function sameOrigin(a: ClipOrigin, b: ClipOrigin): boolean {
  return a.path === b.path && a.bytes === b.bytes && a.modifiedMs === b.modifiedMs
}
