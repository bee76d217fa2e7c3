/** Track files as commands read them: told from media by content, read whole. Not here: the formats (pipeline/export). */
import { open, readFile, stat } from 'node:fs/promises'
import { looksLikeZip } from '../../pipeline/export/npz.ts'
import { looksLikePickle } from '../../pipeline/export/pickleReader.ts'
import { readTracks, type ReadTracks } from '../../pipeline/export/readTracks.ts'
import type { ReadOptions } from '../../pipeline/export/trackFile.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'

/** Bytes looked at to tell text from media. */
const HEAD = 4096

/** Whether the file is a track file rather than media: a pickle, an archive, or text. Folders and patterns are not. */
export async function looksLikeTrackFile(path: string): Promise<boolean> {
  if (!(await stat(path).catch(() => null))?.isFile()) return false
  try {
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0)
      const head = buffer.subarray(0, bytesRead)
      return looksLikePickle(head) || looksLikeZip(head) || (bytesRead > 0 && isText(head))
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fromSystemError(error, path)
  }
}

/** UTF-8 without control characters; a character may be cut at the end. */
function isText(head: Buffer): boolean {
  if (head.some(byte => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}

/** Side of the raster that relative coordinates are put in where nothing tells the clip's size: scores do not depend on it. */
const NEUTRAL_SIDE = 256

/** Reads a file's tracks in their own raster where the file knows it. @throws TaplineError */
export async function readTrackFile(path: string, options: Omit<ReadOptions, 'name'> = {}): Promise<ReadTracks> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  return readTracks(bytes, { ...options, name: path })
}

/** The same for tracks whose raster does not matter: a file without frame sizes is read too. */
export async function readTrackFileInAnyRaster(path: string): Promise<ReadTracks & { readonly sizeKnown: boolean }> {
  try {
    return { ...(await readTrackFile(path)), sizeKnown: true }
  } catch (error) {
    if (!(error instanceof TaplineError) || error.code !== 'bad-file') throw error
    return { ...(await readTrackFile(path, { clip: { width: NEUTRAL_SIDE, height: NEUTRAL_SIDE } })), sizeKnown: false }
  }
}
