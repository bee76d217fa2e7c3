/** Reads a clip that is a list of image files, in natural order of their names. Not here: animations in one file. */
import { readFile, readdir, glob } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import sharp from 'sharp'
import { TaplineError, fromSystemError, throwIfCancelled } from '../../shared/errors.ts'
import type { DecodedFrame, MediaReader } from '../../pipeline/video/mediaInfo.ts'
import { compareNatural } from '../../pipeline/video/naturalOrder.ts'
import type { Size } from '../../shared/units.ts'
import { badMedia } from './badMedia.ts'
import { decodeImage } from './stillImage.ts'

/** Formats of single frames by file ending. */
const formatOfEnding: Readonly<Record<string, string>> = { '.png': 'png', '.jpg': 'jpeg', '.jpeg': 'jpeg', '.webp': 'webp' }

export function isImageName(path: string): boolean {
  return extname(path).toLowerCase() in formatOfEnding
}

/** The images of a folder; hidden files are passed over. Throws when there are none, or when they are of several formats. */
export async function listFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  const images = names.filter((name) => !name.startsWith('.') && isImageName(name))
  if (images.length === 0) throw badMedia(folder, 'the folder holds no PNG, JPEG or WebP images', 'Give the folder that holds the frames.')
  const formats = [...new Set(images.map((name) => formatOfEnding[extname(name).toLowerCase()]))]
  if (formats.length > 1) {
    throw badMedia(folder, `the folder holds images of several formats (${formats.join(', ')})`, `Say which with a pattern, for example: '${join(folder, `*${extname(images[0])}`)}'`)
  }
  return images.sort(compareNatural).map((name) => join(folder, name))
}

export function isPattern(path: string): boolean {
  return /[*?[\]{}]/.test(path)
}

/** The images that a pattern such as `shot/*.png` names. */
export async function listPattern(pattern: string): Promise<string[]> {
  const found: string[] = []
  for await (const path of glob(pattern)) if (isImageName(path) && !basename(path).startsWith('.')) found.push(path)
  if (found.length === 0) throw new TaplineError('not-found', pattern, 'no PNG, JPEG or WebP image matches the pattern', 'Check the pattern, and quote it so that the shell leaves it alone.')
  return found.sort(compareNatural)
}

/** Opens a list of image files as a clip of `rate` frames per second. */
export async function openImageSequence(path: string, files: readonly string[], rate: number): Promise<MediaReader> {
  if (files.length === 1) throw badMedia(path, 'there is only one image', 'A clip needs at least two frames.')
  const first = await inspect(files[0])
  return {
    info: {
      path,
      kind: 'images',
      name: clipName(path),
      container: `${first.format} sequence`,
      codec: first.format,
      pixelFormat: null,
      width: first.width,
      height: first.height,
      rotationDegrees: 0,
      mirrored: false,
      pixelAspect: 1,
      announcedFrames: files.length,
      announcedDurationS: files.length / rate,
    },
    clockTickS: 0,
    async *frames(signal) {
      for (let i = 0; i < files.length; i++) {
        throwIfCancelled(signal, path)
        yield { ...(await readImage(files[i], files[0], first)), timeS: i / rate, durationS: 1 / rate }
      }
    },
    times: () => Promise.resolve(files.map((_, i) => ({ timeS: i / rate, durationS: 1 / rate }))),
    close: () => Promise.resolve(),
  }
}

/** A folder gives its own name, a pattern that of the folder it looks in. */
function clipName(path: string): string {
  const plain = isPattern(path) ? dirname(path) : path
  return basename(resolve(plain)) || relative('/', plain) || 'clip'
}

interface Inspected extends Size {
  readonly format: string
  /** Whether the file as it is shows the frame as we take it. */
  readonly plain: boolean
}

async function inspect(file: string): Promise<Inspected> {
  const meta = await sharp(file)
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(file, error)
    })
  const turned = (meta.orientation ?? 1) >= 5
  return {
    width: turned ? meta.height : meta.width,
    height: turned ? meta.width : meta.height,
    format: meta.format,
    plain: (meta.orientation ?? 1) === 1 && !meta.hasAlpha && meta.depth === 'uchar' && meta.space !== 'cmyk' && (meta.pages ?? 1) === 1,
  }
}

async function readImage(file: string, firstFile: string, first: Size): Promise<Omit<DecodedFrame, 'timeS' | 'durationS'>> {
  const image = await inspect(file)
  if (image.width !== first.width || image.height !== first.height) {
    throw badMedia(
      file, `the image is ${image.width}×${image.height} but ${basename(firstFile)} is ${first.width}×${first.height}`,
      'All frames of a clip must have one size: remove this image or resize it.',
    )
  }
  const encoded = await readFile(file).catch((error: unknown) => {
    throw fromSystemError(error, file)
  })
  const rgb = await decodeImage(encoded).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  return { width: image.width, height: image.height, rgb, ...(image.plain ? { encoded } : {}) }
}

function unreadable(file: string, cause: unknown): TaplineError {
  const missing = fromSystemError(cause, file)
  if (missing instanceof TaplineError) return missing
  return badMedia(file, 'the image cannot be read: it is damaged, or not what its ending says', 'Export it again, or remove it from the folder.', cause)
}
