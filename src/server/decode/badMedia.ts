/** Errors about media files, in one voice. Not here: finding out what is wrong. */
import { stat } from 'node:fs/promises'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'

export const readableFormats = 'MP4, MOV, MKV, WebM, AVI, animated GIF or WebP, or a folder of PNG, JPEG or WebP images'

/** The file is not what it should be; `next` defaults to what helps with any broken video. */
export function badMedia(path: string, reason: string, next = 'Check that it plays elsewhere, or export it again from where it came.', cause?: unknown): TaplineError {
  return new TaplineError('bad-video', path, reason, next, { cause })
}

export function truncatedMedia(path: string, detail: string): TaplineError {
  return badMedia(path, `the file is cut off: ${detail}`, 'Copy or download it again; nothing was imported.')
}

export function notMedia(path: string): TaplineError {
  return badMedia(path, 'it is not a video or an image sequence that can be read', `Give ${readableFormats}.`)
}

/** Refuses what is missing or empty; returns the file's status. */
export async function statMedia(path: string): Promise<{ size: number; mtimeMs: number; isDirectory: boolean }> {
  const status = await stat(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  if (!status.isDirectory() && !status.isFile()) throw notMedia(path)
  if (status.isFile() && status.size === 0) throw badMedia(path, 'the file is empty', 'Copy or download it again.')
  return { size: status.size, mtimeMs: status.mtimeMs, isDirectory: status.isDirectory() }
}
