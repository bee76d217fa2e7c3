/**
 * A folder of depth maps, one a frame in natural order of their names: PNG of 8 or 16 bits, .npy, or .npz with an array
 * 'depth'. Larger is farther, 0 is unknown. Not here: what becomes of them (pipeline/supervision/depth/folderDepth.ts).
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { elementCount, toNumbers } from '../../pipeline/export/ndArray.ts'
import { readNpy } from '../../pipeline/export/npy.ts'
import type { DepthMap, DepthMaps } from '../../pipeline/supervision/depth/folderDepth.ts'
import { compareNatural } from '../../pipeline/video/naturalOrder.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'

const NEXT = 'Give 8- or 16-bit grey PNG, .npy, or .npz with an array named depth, of shape [height, width].'

export async function readDepthFolder(folder: string): Promise<DepthMaps> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fromSystemError(error, folder)
  })
  const files = names.filter(name => /\.(png|npy|npz)$/i.test(name)).sort(compareNatural)
  return { count: files.length, name: frame => join(folder, files[frame]), read: frame => readDepthMap(join(folder, files[frame])) }
}

/** @throws TaplineError 'bad-file', 'not-found' */
export async function readDepthMap(path: string): Promise<DepthMap> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, path)
  })
  if (/\.png$/i.test(path)) return readPng(path, bytes)
  const array = readArray(path, bytes)
  // [1, height, width] and [height, width, 1] are the same map.
  const shape = array.shape.length === 3 ? array.shape.filter((side, axis) => !(side === 1 && axis !== 1)) : array.shape
  const values = toNumbers(array)
  if (values === undefined || shape.length !== 2 || elementCount(shape) === 0)
    throw new TaplineError('bad-file', path, `its array of shape [${array.shape.join(', ')}] is no depth map`, NEXT)
  return { width: shape[1], height: shape[0], values: Float32Array.from(values) }
}

async function readPng(path: string, bytes: Uint8Array): Promise<DepthMap> {
  try {
    const image = sharp(bytes)
    const { channels, depth } = await image.metadata()
    // Some writers store grey as RGB: the first channel is the map.
    const wide = depth === 'ushort'
    const { data, info } = await image.extractChannel(0).toColourspace(wide ? 'grey16' : 'b-w').raw({ depth: wide ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true })
    if (channels === undefined || info.channels !== 1) throw new Error('it has no grey channel')
    const raw = wide ? new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)) : data
    return { width: info.width, height: info.height, values: Float32Array.from(raw) }
  } catch (error) {
    throw new TaplineError('bad-file', path, `it is no PNG image that can be read (${(error as Error).message})`, NEXT, { cause: error })
  }
}

function readArray(path: string, bytes: Uint8Array) {
  let npy: Uint8Array | undefined = bytes
  if (/\.npz$/i.test(path)) {
    try {
      npy = unzipSync(bytes, { filter: file => file.name === 'depth.npy' })['depth.npy']
    } catch (error) {
      throw new TaplineError('bad-file', path, 'it is no .npz archive, or it is cut off', NEXT, { cause: error })
    }
    if (npy === undefined) throw new TaplineError('bad-file', path, "it has no array named 'depth'", NEXT)
  }
  const array = readNpy(npy)
  if (typeof array === 'string') throw new TaplineError('bad-file', path, array, NEXT)
  return array
}
