/**
 * Reads an OmniMotion / OmniTrackFast sequence folder: color/, raft_exhaustive/<a>_<b>.npy, raft_masks/<a>_<b>.png,
 * match/*.npz. Names <a> and <b> may carry the image's ending. Not here: what becomes of it
 * (pipeline/supervision/folder); depth (depthFolder.ts reads raw_depth/depth).
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { toNumbers } from '../../pipeline/export/ndArray.ts'
import type { NdArray } from '../../pipeline/export/ndArray.ts'
import { readNpy } from '../../pipeline/export/npy.ts'
import type { SequenceFlow, SequenceFolder } from '../../pipeline/supervision/folder/sequenceFolder.ts'
import { compareNatural } from '../../pipeline/video/naturalOrder.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'

const NEXT = 'Make it again with the preprocessing of OmniMotion or OmniTrackFast.'
const bad = (path: string, reason: string, cause?: unknown) => new TaplineError('bad-file', path, reason, NEXT, { cause })

/** Folder of the sequence's depth maps, for readDepthFolder. */
export const sequenceDepthFolder = (folder: string): string => join(folder, 'raw_depth', 'depth')

async function names(folder: string, ending: RegExp): Promise<string[]> {
  const all = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fromSystemError(error, folder)
  })
  return all.filter(name => ending.test(name)).sort(compareNatural)
}

/** Files by pair of frames, from names like 00000_00001.npy or 00000.jpg_00001.jpg.npy. */
function byPair(files: readonly string[], indexOf: ReadonlyMap<string, number>): Map<string, string> {
  const found = new Map<string, string>()
  for (const file of files) {
    const parts = /^(.+?)(?:\.(?:jpe?g|png))?_(.+?)(?:\.(?:jpe?g|png))?\.(?:npy|png)$/i.exec(file)
    const [a, b] = [indexOf.get(parts?.[1] ?? ''), indexOf.get(parts?.[2] ?? '')]
    if (a !== undefined && b !== undefined && a !== b) found.set(`${a}_${b}`, file)
  }
  return found
}

async function arrayOf(path: string, entry?: string): Promise<{ array: NdArray; values: Float64Array }> {
  let bytes: Uint8Array | undefined = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  if (entry !== undefined) {
    try {
      bytes = unzipSync(bytes, { filter: file => file.name === `${entry}.npy` })[`${entry}.npy`]
    } catch (error) {
      throw bad(path, 'it is no .npz archive, or it is cut off', error)
    }
    if (bytes === undefined) throw bad(path, `it has no array named '${entry}'`)
  }
  const array = readNpy(bytes)
  if (typeof array === 'string') throw bad(path, array)
  const values = toNumbers(array)
  if (values === undefined) throw bad(path, 'its array holds no numbers')
  return { array, values }
}

async function readMask(path: string, width: number, height: number): Promise<{ cycle: Uint8Array; occluded: Uint8Array }> {
  const decoded = await sharp(path).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }).catch((error: unknown) => {
    throw bad(path, `it is no image that can be read (${(error as Error).message})`, error)
  })
  const { data, info } = decoded
  if (info.width !== width || info.height !== height) throw bad(path, `it is ${info.width}×${info.height}, its flow ${width}×${height}`)
  const channel = (c: number) => Uint8Array.from({ length: width * height }, (_, k) => (data[k * info.channels + c] > 127 ? 1 : 0))
  return { cycle: channel(0), occluded: channel(1) }
}

/** @throws TaplineError 'bad-file' when it is no such folder */
export async function openSequenceFolder(folder: string): Promise<SequenceFolder> {
  const colours = await names(join(folder, 'color'), /\.(jpe?g|png)$/i)
  if (colours.length === 0) throw bad(folder, 'it has no images in color/')
  const first = join(folder, 'color', colours[0])
  const { width, height } = await sharp(first).metadata().catch((error: unknown) => {
    throw bad(first, 'it is no image that can be read', error)
  })
  const indexOf = new Map(colours.map((name, k) => [name.replace(/\.[^.]+$/, ''), k]))
  const flows = byPair(await names(join(folder, 'raft_exhaustive'), /\.npy$/i), indexOf)
  const masks = byPair(await names(join(folder, 'raft_masks'), /\.png$/i), indexOf)
  const pairs = [...flows.keys()]
    .filter(key => masks.has(key))
    .map(key => key.split('_').map(Number) as [number, number])
    .sort((p, q) => p[0] - q[0] || p[1] - q[1])
  const times = await Promise.all(['color', 'raft_exhaustive', 'raft_masks'].map(name => stat(join(folder, name)).then(s => s.mtimeMs, () => 0)))
  return {
    folder,
    size: { width: width ?? 0, height: height ?? 0 },
    frameCount: colours.length,
    pairs,
    stamp: `${colours.length}:${pairs.length}:${times.join(':')}`,
    async readFlow(from, to): Promise<SequenceFlow> {
      const key = `${from}_${to}`
      const path = join(folder, 'raft_exhaustive', flows.get(key) ?? `${key}.npy`)
      const { array, values } = await arrayOf(path)
      const [rows, columns, two] = array.shape
      if (array.shape.length !== 3 || two !== 2) throw bad(path, `its array of shape [${array.shape.join(', ')}] is no flow`)
      const mask = await readMask(join(folder, 'raft_masks', masks.get(key) ?? `${key}.png`), columns, rows)
      return { width: columns, height: rows, flow: Float32Array.from(values), ...mask }
    },
    async readMatches() {
      const files = await names(join(folder, 'match'), /\.npz$/i)
      const parts: Float64Array[] = []
      for (const file of files) {
        const path = join(folder, 'match', file)
        const { array, values } = await arrayOf(path, 'match')
        if (values.length > 0 && (array.shape.length !== 2 || array.shape[1] !== 7)) throw bad(path, `its array of shape [${array.shape.join(', ')}] is no list of matches of seven numbers`)
        parts.push(values)
      }
      const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
      let at = 0
      for (const part of parts) {
        all.set(part, at)
        at += part.length
      }
      return all
    },
  }
}
