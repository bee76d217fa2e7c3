/** Opens whatever a person gives as a clip: a video, an animation, a folder of images, or a pattern. Not here: each kind's reading. */
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'
import type { MediaReader } from '../../pipeline/video/mediaInfo.ts'
import { openAnimatedImage } from './animatedImage.ts'
import { statMedia } from './badMedia.ts'
import { isImageName, isPattern, listFolder, listPattern, openImageSequence } from './imageSequence.ts'
import { openVideoFile } from './videoFile.ts'

/** DAVIS and most sequences of images in this field are 24 frames a second. */
export const DEFAULT_SEQUENCE_RATE = 24

export interface OpenMediaOptions {
  /** Frames per second of image sequences, which carry no times. */
  readonly rate?: number
}

/**
 * Opens a clip for reading its frames in order. `path` is a file, a folder of images, or a pattern (`shot/*.png`).
 * Throws TaplineError: 'not-found', 'not-writable' (no permission), 'bad-video', 'unsupported'.
 */
export async function openMedia(path: string, options: OpenMediaOptions = {}): Promise<MediaReader> {
  const rate = options.rate ?? DEFAULT_SEQUENCE_RATE
  const status = await statMedia(path).catch((error: unknown) => {
    // Brackets may be part of a real name, so a pattern is what does not exist as a path.
    if (error instanceof TaplineError && error.code === 'not-found' && isPattern(path)) return null
    throw error
  })
  if (status === null) return openImageSequence(path, await listPattern(path), rate)
  if (status.isDirectory) return openImageSequence(path, await listFolder(path), rate)
  return (await isStillOrAnimation(path)) ? openAnimatedImage(path) : openVideoFile(path)
}

/** By content, then by name: people rename files. */
async function isStillOrAnimation(path: string): Promise<boolean> {
  const head = Buffer.alloc(16)
  try {
    const file = await open(path, 'r')
    try {
      await file.read(head, 0, 16, 0)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fromSystemError(error, path)
  }
  const text = head.toString('latin1')
  const image = text.startsWith('GIF8') || text.startsWith('\x89PNG') || text.startsWith('\xff\xd8\xff') || (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP')
  return image || isImageName(path) || extname(path).toLowerCase() === '.gif'
}
