/** Random access to the frames of an imported clip. Not here: importing. */
import { rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { TaplineError, fromSystemError, throwIfCancelled } from '../../shared/errors.ts'
import type { FrameIndex, Size } from '../../shared/units.ts'
import { workingSize } from '../../shared/units.ts'
import type { ClipInfo, FrameSource } from '../../pipeline/frames/frameSource.ts'
import { clipPackPath, readCacheRecord, workPackPath } from './frameCache.ts'
import { FrameMemory } from './frameMemory.ts'
import { BlobKind, FramePackReader, FramePackWriter } from './framePack.ts'
import type { Blob } from './framePack.ts'
import { clipOf } from './importFrames.ts'
import { removeLeftovers } from './leftovers.ts'
import { decodeLosslessRgb, encodeLosslessRgb } from './losslessRgb.ts'
import { OrderedJobs } from './orderedJobs.ts'
import { decodeImage, encodeJpeg, resizeRgb } from './stillImage.ts'

/** Frames kept decoded in memory, clip and working size together. */
const MEMORY_BYTES = 96 * 2 ** 20
const DISPLAY_QUALITY = 92

/** Working sizes that this process is making now, by path. */
const underway = new Map<string, Promise<void>>()

export interface OpenFramesOptions {
  /** Long side of the working size; the one of the import when left out. A size not yet in the cache is made first. */
  readonly longSide?: number
  readonly signal?: AbortSignal
  /** Frames done of the new working size. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A frame as a file that a browser shows. */
export interface DisplayFrame {
  readonly mime: 'image/jpeg' | 'image/png' | 'image/webp'
  readonly bytes: Uint8Array
}

/** FrameSource over a cache, with what the studio shows. */
export interface CachedFrames extends FrameSource {
  /** Frames in which the decoder concealed damage. */
  readonly damagedFrames: readonly number[]
  /** Frame at the clip's size as JPEG, or as the very file that was imported. */
  displayFrame(frame: FrameIndex): Promise<DisplayFrame>
}

/**
 * Opens the cache in `folder`. Many readers may be open at once, in one process or several.
 * Throws TaplineError: 'not-found' when the folder holds no finished cache, 'bad-project' when it is damaged; 'no-space', 'not-writable',
 * 'cancelled' when a new working size cannot be made.
 */
export async function openFrames(folder: string, options: OpenFramesOptions = {}): Promise<CachedFrames> {
  const record = await readCacheRecord(folder)
  if (!record) throw new TaplineError('not-found', folder, 'the folder holds no imported clip', 'Import the video first.')
  const clip = clipOf(record)
  const work = workingSize(clip, options.longSide ?? record.longSide)
  const clipPack = await openPack(clipPackPath(folder), clip)
  try {
    const sameSize = work.width === clip.width && work.height === clip.height
    const workPack = sameSize ? null : await openWorkPack(folder, clip, work, clipPack, options)
    return new FrameCacheSource(clip, work, clipPack, workPack, record.damagedFrames)
  } catch (error) {
    await clipPack.close()
    throw error
  }
}

class FrameCacheSource implements CachedFrames {
  readonly clip: ClipInfo
  readonly work: Size
  readonly damagedFrames: readonly number[]
  readonly #clipPack: FramePackReader
  readonly #workPack: FramePackReader | null
  readonly #memory = new FrameMemory(MEMORY_BYTES)

  constructor(clip: ClipInfo, work: Size, clipPack: FramePackReader, workPack: FramePackReader | null, damagedFrames: readonly number[]) {
    this.clip = clip
    this.work = work
    this.damagedFrames = damagedFrames
    this.#clipPack = clipPack
    this.#workPack = workPack
  }

  async workRgb(frame: FrameIndex): Promise<Uint8Array> {
    const pack = this.#workPack
    if (!pack) return this.clipRgb(frame)
    return (await this.#memory.get(`w${frame}`, () => readRgb(pack, frame, this.work))).slice()
  }

  async clipRgb(frame: FrameIndex): Promise<Uint8Array> {
    return (await this.#clipFrame(frame)).slice()
  }

  async displayFrame(frame: FrameIndex): Promise<DisplayFrame> {
    const blob = await this.#clipPack.read(frame)
    if (blob.kind === BlobKind.image) return { mime: mimeOf(blob.bytes), bytes: blob.bytes }
    return { mime: 'image/jpeg', bytes: await encodeJpeg(await this.#clipFrame(frame), this.clip, DISPLAY_QUALITY, '4:4:4') }
  }

  async close(): Promise<void> {
    this.#memory.clear()
    await this.#clipPack.close()
    await this.#workPack?.close()
  }

  #clipFrame(frame: FrameIndex): Promise<Uint8Array> {
    return this.#memory.get(`c${frame}`, () => readRgb(this.#clipPack, frame, this.clip))
  }
}

async function readRgb(pack: FramePackReader, frame: FrameIndex, size: Size): Promise<Uint8Array> {
  const blob = await pack.read(frame)
  return blob.kind === BlobKind.lossless ? decodeLosslessRgb(blob.bytes, size) : decodeImage(blob.bytes)
}

function mimeOf(bytes: Uint8Array): DisplayFrame['mime'] {
  return bytes[0] === 0xff ? 'image/jpeg' : bytes[0] === 0x89 ? 'image/png' : 'image/webp'
}

async function openPack(path: string, clip: ClipInfo): Promise<FramePackReader> {
  const pack = await FramePackReader.open(path)
  if (pack.frameCount === clip.frameCount) return pack
  await pack.close()
  throw new TaplineError('bad-project', path, `it holds ${pack.frameCount} frames of ${clip.frameCount}`, 'Delete the folder and import the clip again: tracks and edits are kept elsewhere.')
}

async function openWorkPack(folder: string, clip: ClipInfo, work: Size, clipPack: FramePackReader, options: OpenFramesOptions): Promise<FramePackReader> {
  const path = workPackPath(folder, work)
  try {
    return await openPack(path, clip)
  } catch (error) {
    if (!(error instanceof TaplineError) || error.code !== 'not-found') throw error
  }
  // Readers of this process that open the same new size share the making of it.
  const making = underway.get(path) ?? makeWorkPack(path, clip, work, clipPack, options)
  underway.set(path, making)
  try {
    await making
  } finally {
    underway.delete(path)
  }
  return openPack(path, clip)
}

/** Derives a working size from the frames at the clip's size. Two processes may do so at once: both write the same bytes. */
async function makeWorkPack(path: string, clip: ClipInfo, work: Size, clipPack: FramePackReader, options: OpenFramesOptions): Promise<void> {
  await removeLeftovers(dirname(path), `${basename(path)}.`, '.tmp')
  const temporary = `${path}.${process.pid}.tmp`
  const writer = await FramePackWriter.create(temporary)
  const jobs = new OrderedJobs<Blob>((blob) => writer.add(blob))
  const derive = async (frame: number): Promise<Blob> => {
    const rgb = await resizeRgb(await readRgb(clipPack, frame, clip), clip, work)
    return { kind: BlobKind.lossless, bytes: await encodeLosslessRgb(rgb, work) }
  }
  try {
    for (let frame = 0; frame < clip.frameCount; frame++) {
      throwIfCancelled(options.signal, path)
      await jobs.add(derive(frame))
      options.onProgress?.(frame + 1, clip.frameCount)
    }
    await jobs.finish()
    await writer.finish()
    await rename(temporary, path)
  } catch (error) {
    await jobs.abandon()
    await writer.abandon()
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fromSystemError(error, path)
  }
}
