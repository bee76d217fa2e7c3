/** Reads animated GIF and WebP files as clips, delays respected. Not here: lists of still images. */
import { parse } from 'node:path'
import sharp from 'sharp'
import type { Metadata } from 'sharp'
import { TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { DecodedFrame, MediaReader } from '../../pipeline/video/mediaInfo.ts'
import { badMedia } from './badMedia.ts'
import { checkContainerEnds } from './containerEnds.ts'

/** Pages are decoded in runs: a page builds on those before it, so that single pages would cost the square of their number. */
const RUN_BYTES = 96 * 2 ** 20
/** Browsers show frames that ask for 10 ms or less for 100 ms, and files are made to look right in browsers. */
const SHORTEST_DELAY_MS = 10
const USUAL_DELAY_MS = 100
const GIF_TICK_S = 0.01

export async function openAnimatedImage(path: string): Promise<MediaReader> {
  await checkContainerEnds(path)
  const meta = await sharp(path, { pages: -1, limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(path, error)
    })
  const pages = meta.pages ?? 1
  const width = meta.width
  const height = meta.pageHeight ?? meta.height
  if (pages < 2) throw badMedia(path, 'it is a single image', 'A clip needs at least two frames: give an animation, a folder of images, or a pattern.')
  const delays = delaysS(meta, pages)
  const starts = [0]
  for (const delay of delays) starts.push(starts[starts.length - 1] + delay)
  return {
    info: {
      path,
      kind: 'animation',
      name: parse(path).name,
      container: meta.format,
      codec: meta.format,
      pixelFormat: null,
      width,
      height,
      rotationDegrees: 0,
      mirrored: false,
      pixelAspect: 1,
      announcedFrames: pages,
      announcedDurationS: starts[pages],
    },
    clockTickS: GIF_TICK_S,
    frames: (signal) => readPages(path, { pages, width, height, delays, starts }, signal),
    times: () => Promise.resolve(delays.map((durationS, i) => ({ timeS: starts[i], durationS }))),
    close: () => Promise.resolve(),
  }
}

function delaysS(meta: Metadata, pages: number): number[] {
  return Array.from({ length: pages }, (_, i) => {
    const asked = meta.delay?.[i] ?? 0
    return (asked <= SHORTEST_DELAY_MS ? USUAL_DELAY_MS : asked) / 1000
  })
}

async function* readPages(
  path: string, clip: { pages: number; width: number; height: number; delays: readonly number[]; starts: readonly number[] }, signal: AbortSignal | undefined,
): AsyncGenerator<DecodedFrame, void, undefined> {
  const { pages, width, height, delays, starts } = clip
  const area = width * height * 3
  const runLength = Math.max(1, Math.floor(RUN_BYTES / area))
  for (let first = 0; first < pages; first += runLength) {
    throwIfCancelled(signal, path)
    const count = Math.min(runLength, pages - first)
    const run = sharp(path, { page: first, pages: count, limitInputPixels: false, failOn: 'error' })
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer()
    const rgb = await unlessCancelled(run, signal, path).catch((error: unknown) => {
      throw error instanceof TaplineError ? error : unreadable(path, error)
    })
    if (rgb.length !== area * count) throw unreadable(path, undefined)
    for (let i = 0; i < count; i++) {
      yield { width, height, rgb: rgb.subarray(i * area, (i + 1) * area), timeS: starts[first + i], durationS: delays[first + i] }
    }
  }
}

/** A run late in a long animation takes seconds, and cannot be stopped: whoever cancels does not wait for it. */
async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined, path: string): Promise<T> {
  if (!signal) return work
  let listener = () => undefined as void
  const cancelled = new Promise<never>((_, reject) => {
    listener = () => {
      try {
        throwIfCancelled(signal, path)
      } catch (error) {
        reject(error)
      }
    }
    signal.addEventListener('abort', listener)
  })
  try {
    return await Promise.race([work, cancelled])
  } finally {
    signal.removeEventListener('abort', listener)
  }
}

function unreadable(path: string, cause: unknown): Error {
  return badMedia(path, 'the animation cannot be read: it is damaged or cut off', 'Copy or export it again.', cause)
}
