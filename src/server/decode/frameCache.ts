/**
 * The frame cache of one clip: a folder with `clip.json` (what the clip is), `clip.pack` (frames at the clip's size) and
 * `work-WxH.pack` (frames at working sizes, lossless). The folder appears whole or not at all. Here: its names and its record;
 * importFrames.ts writes it, openFrames.ts reads it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'

export const CACHE_FORMAT = 'tapline-frames'
export const CACHE_VERSION = 1

/** Which file the frames came from, to tell whether a repeated import is the same. */
export interface ClipOrigin {
  /** Absolute path of the file or folder, or the pattern. */
  readonly path: string
  /** Bytes of the file, or of all images. */
  readonly bytes: number
  /** Latest change of the file or of any image. */
  readonly modifiedMs: number
  /** Frames per second given to a sequence of images; null for files that carry their own times. */
  readonly rate: number | null
}

/** `clip.json`. */
export interface CacheRecord extends Size {
  readonly format: typeof CACHE_FORMAT
  readonly version: number
  readonly name: string
  readonly frameCount: number
  /** Long side of the working size at import. */
  readonly longSide: number
  readonly origin: ClipOrigin
  /** True when every frame of clip.pack is exactly what the decoder gave. */
  readonly lossless: boolean
  /** Frames in which the decoder concealed damage. */
  readonly damagedFrames: readonly number[]
  /** [frameCount] seconds. */
  readonly timesS: readonly number[]
}

export const recordPath = (folder: string): string => join(folder, 'clip.json')
export const clipPackPath = (folder: string): string => join(folder, 'clip.pack')
export const workPackPath = (folder: string, size: Size): string => join(folder, `work-${size.width}x${size.height}.pack`)

/** Reads `clip.json`; null when the folder holds no finished cache. Throws 'bad-project' when it is damaged or from a later version. */
export async function readCacheRecord(folder: string): Promise<CacheRecord | null> {
  const path = recordPath(folder)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw fromSystemError(error, path)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw damagedRecord(path, error)
  }
  const record = value as Partial<CacheRecord> | null
  if (record?.format === CACHE_FORMAT && typeof record.version === 'number' && record.version > CACHE_VERSION) {
    throw new TaplineError('bad-project', path, `it was written by a later version of Tapline (format ${record.version})`, 'Update Tapline.')
  }
  if (!isRecord(record)) throw damagedRecord(path, undefined)
  return record
}

function isRecord(r: Partial<CacheRecord> | null): r is CacheRecord {
  const count = (n: unknown): n is number => typeof n === 'number' && Number.isInteger(n) && n > 0
  return (
    r?.format === CACHE_FORMAT && r.version === CACHE_VERSION && typeof r.name === 'string' && count(r.width) && count(r.height) && count(r.frameCount) &&
    count(r.longSide) && typeof r.lossless === 'boolean' && Array.isArray(r.damagedFrames) && typeof r.origin?.path === 'string' &&
    Array.isArray(r.timesS) && r.timesS.length === r.frameCount && r.timesS.every((t, i, all) => Number.isFinite(t) && (i === 0 || t > all[i - 1]))
  )
}

function damagedRecord(path: string, cause: unknown): TaplineError {
  return new TaplineError(
    'bad-project', path, 'the record of the frame cache is damaged', 'Delete its folder and import the clip again: tracks and edits are kept elsewhere.', { cause },
  )
}
