/** Folders of depth maps of each kind, and what is said of those that are none. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../pipeline/export/npy.ts'
import { folderDepth } from '../../pipeline/supervision/depth/folderDepth.ts'
import { synthFrames } from '../../pipeline/synth/synthFrames.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { readDepthFolder, readDepthMap } from './depthFolder.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-depth-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const floats = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer)
const values = [1000, 2000, 3000, 4000, 5000, 60000]

describe('a depth map', () => {
  it('of a 16-bit PNG keeps its 16 bits', async () => {
    const path = join(folder, 'a.png')
    await sharp(Uint16Array.from(values), { raw: { width: 3, height: 2, channels: 1 } }).toColourspace('grey16').png().toFile(path)
    expect(await readDepthMap(path)).toEqual({ width: 3, height: 2, values: Float32Array.from(values) })
  })

  it('of an 8-bit PNG, grey or RGB, is its first channel', async () => {
    const [grey, rgb] = [join(folder, 'g.png'), join(folder, 'rgb.png')]
    await sharp(Uint8Array.from([1, 2, 250, 4]), { raw: { width: 2, height: 2, channels: 1 } }).png().toFile(grey)
    await sharp(Uint8Array.from([1, 2, 250, 4].flatMap(v => [v, v, v])), { raw: { width: 2, height: 2, channels: 3 } }).png().toFile(rgb)
    expect((await readDepthMap(grey)).values).toEqual(Float32Array.of(1, 2, 250, 4))
    expect((await readDepthMap(rgb)).values).toEqual(Float32Array.of(1, 2, 250, 4))
  })

  it('of .npy and .npz is the array, with or without a channel of one', async () => {
    await writeFile(join(folder, 'a.npy'), writeNpy('<f4', [1, 2, 3], floats(values)))
    await writeFile(join(folder, 'a.npz'), zipSync({ 'depth.npy': writeNpy('<f4', [2, 3], floats(values)) }))
    const expected = { width: 3, height: 2, values: Float32Array.from(values) }
    expect(await readDepthMap(join(folder, 'a.npy'))).toEqual(expected)
    expect(await readDepthMap(join(folder, 'a.npz'))).toEqual(expected)
  })

  it('that cannot be read is named with the reason', async () => {
    await writeFile(join(folder, 'bad.png'), 'no image')
    await writeFile(join(folder, 'bad.npz'), zipSync({ 'other.npy': writeNpy('<f4', [1, 1], floats([1])) }))
    await writeFile(join(folder, 'cut.npz'), 'PK')
    await writeFile(join(folder, 'flat.npy'), writeNpy('<f4', [6], floats(values)))
    for (const [name, reason] of [['bad.png', /no PNG/], ['bad.npz', /'depth'/], ['cut.npz', /cut off/], ['flat.npy', /shape \[6\]/]] as const) {
      await expect(readDepthMap(join(folder, name))).rejects.toThrow(reason)
      await expect(readDepthMap(join(folder, name))).rejects.toMatchObject({ code: 'bad-file', subject: join(folder, name) })
    }
    await expect(readDepthMap(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the prior of a folder', () => {
  const clip = renderScene('parallax', { frames: 3, width: 64, height: 48 })
  const none = { pairs: [], has: () => false, read: () => { throw new Error('none') } }
  const context = { frames: synthFrames(clip), cacheFolder: '', threads: 1 }

  it('is the maps in natural order at the asked size, median 1, holes filled', async () => {
    const maps = join(folder, 'maps')
    await mkdir(maps)
    for (let t = 0; t < 3; t++) {
      const map = clip.depth(t).map((v, k) => (k === 0 ? 0 : v * 250))
      await writeFile(join(maps, `${t + 9}.npy`), writeNpy('<f4', [48, 64], new Uint8Array(map.buffer)))
    }
    const prior = await folderDepth(maps, readDepthFolder).compute(context, none, { width: 20, height: 15 })
    expect(prior.trust).toBe(1)
    const sorted = prior.depth.slice().sort()
    expect(sorted[sorted.length >> 1]).toBeCloseTo(1, 3)
    expect(sorted[0]).toBeGreaterThan(0)
    // Corners are aligned: the last node is the last pixel.
    const truth = clip.depth(2)
    expect(prior.depth[3 * 300 - 1] / prior.depth[2 * 300 + 19]).toBeCloseTo(truth[64 * 48 - 1] / truth[63], 4)
  })

  it('of another number of maps than frames is refused', async () => {
    const maps = join(folder, 'two')
    await mkdir(maps)
    for (const name of ['0.npy', '1.npy']) await writeFile(join(maps, name), writeNpy('<f4', [2, 3], floats(values)))
    await expect(folderDepth(maps, readDepthFolder).compute(context, none, { width: 4, height: 3 })).rejects.toThrow(/2 depth maps.*3 frames/)
  })

  it('without a positive value is refused by name', async () => {
    const maps = join(folder, 'zero')
    await mkdir(maps)
    for (const name of ['0.npy', '1.npy', '2.npy']) await writeFile(join(maps, name), writeNpy('<f4', [2, 3], floats([0, 0, -1, 0, 0, 0])))
    await expect(folderDepth(maps, readDepthFolder).compute(context, none, { width: 4, height: 3 })).rejects.toThrow(/0\.npy.*positive/)
  })
})
