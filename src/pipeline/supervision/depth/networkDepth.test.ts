/** Depth of networks, stood in for by functions of the frame: one scale over the clip, trust by occlusions, the cache. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../../test/builders/exactFlow.ts'
import { uniformFlowStore } from '../../../../test/builders/flowStore.ts'
import { synthFrames } from '../../synth/synthFrames.ts'
import { renderScene } from '../../synth/synthScenes.ts'
import type { DepthNetwork } from '../networks.ts'
import type { DepthMap } from './folderDepth.ts'
import { alignScales, networkDepth, toDistance } from './networkDepth.ts'

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tapline-network-depth-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const clip = renderScene('parallax', { seed: 3, frames: 12, width: 160, height: 120 })
const flow = exactFlowStore(clip, [1, 2, 4])
const size = { width: 48, height: 36 }

/** What the scene's own depth becomes under `lie`, frame by frame in order. */
function network(id: string, meaning: DepthNetwork['meaning'], lie: (depth: number, frame: number) => number): DepthNetwork & { opened: number } {
  const made = {
    id, meaning, opened: 0,
    async open() {
      made.opened++
      let frame = 0
      return {
        async depth(): Promise<DepthMap> {
          const t = frame++
          return { width: clip.width, height: clip.height, values: clip.depth(t).map(d => lie(d, t)) }
        },
        close: async () => {},
      }
    },
  }
  return made
}

const context = (name: string) => ({ frames: synthFrames(clip), cacheFolder: join(folder, name), threads: 1 })

describe('depth of a network', () => {
  it('has one scale over the clip although every frame had its own', async () => {
    const steady = await networkDepth(network('steady', 'distance', d => d)).compute(context('steady'), flow, size)
    const jumpy = await networkDepth(network('jumpy', 'distance', (d, t) => d * (t % 2 ? 1.6 : 0.7))).compute(context('jumpy'), flow, size)
    const spread = jumpy.depth.map((d, k) => Math.abs(Math.log(d / steady.depth[k]))).sort()
    expect(spread[Math.floor(spread.length * 0.95)]).toBeLessThan(0.1)
    expect(jumpy).toMatchObject(size)
  })

  it('is trusted as far as it obeys occlusion', async () => {
    const right = await networkDepth(network('right', 'distance', d => d)).compute(context('right'), flow, size)
    const wrong = await networkDepth(network('wrong', 'distance', d => 1 / d)).compute(context('wrong'), flow, size)
    expect(right.trust).toBeGreaterThan(0.4)
    expect(wrong.trust).toBe(0)
  })

  it('read as inverse depth grows with distance and obeys occlusion too', async () => {
    const { depth, trust } = await networkDepth(network('inverse', 'inverse', d => 7 / d - 0.3)).compute(context('inverse'), flow, size)
    const straight = (await networkDepth(network('straight', 'distance', d => d)).compute(context('straight'), flow, size)).depth
    let [agree, pairs] = [0, 0]
    for (let k = 0; k + 101 < depth.length; k += 37) {
      if (Math.abs(Math.log(straight[k] / straight[k + 101])) < 0.2) continue
      pairs++
      if (straight[k] < straight[k + 101] === depth[k] < depth[k + 101]) agree++
    }
    expect(pairs).toBeGreaterThan(50)
    expect(agree / pairs).toBeGreaterThan(0.97)
    expect(trust).toBeGreaterThan(0.3)
  })

  it('is read from the cache, and computed anew when the file is damaged', async () => {
    const counted = network('counted', 'distance', d => d)
    const first = await networkDepth(counted).compute(context('cache'), flow, size)
    expect(await networkDepth(counted).compute(context('cache'), flow, size)).toEqual(first)
    expect(counted.opened).toBe(1)
    const [name] = await readdir(join(folder, 'cache'))
    const bytes = await readFile(join(folder, 'cache', name))
    bytes[100] ^= 1
    await writeFile(join(folder, 'cache', name), bytes)
    expect(await networkDepth(counted).compute(context('cache'), flow, size)).toEqual(first)
    expect(counted.opened).toBe(2)
  })

  it('stops when cancelled', async () => {
    const stop = new AbortController()
    const run = networkDepth(network('stopped', 'distance', d => d)).compute({ ...context('stop'), signal: stop.signal, onProgress: () => stop.abort() }, flow, size)
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('scales of depth maps', () => {
  it('come out exactly where flow joins equal surfaces', () => {
    const grid = { width: 20, height: 15 }
    const work = { width: 40, height: 30 }
    const scales = [1, 2, 0.5, 4, 1, 3]
    const depth = Float32Array.from({ length: 6 * 300 }, (_, k) => 5 * scales[Math.floor(k / 300)])
    alignScales(depth, grid, uniformFlowStore({ ...work, frames: 6, gaps: [1, 2], velocity: [0, 0] }), work, 6)
    const [low, high] = [Math.min(...depth), Math.max(...depth)]
    expect(high / low).toBeLessThan(1.05)
  })

  it('of unknown nodes are the middle, and inverse depth never turns into infinity', () => {
    expect([...toDistance(Float32Array.from([1, 0, 3, Number.NaN, 2]), 'distance')]).toEqual([1, 2, 3, 2, 2])
    const far = toDistance(Float32Array.from([0, 1, 2, 3, 4, 1e-9]), 'inverse')
    for (const d of far) expect(d > 0 && d < 20).toBe(true)
    expect(far[4]).toBeLessThan(far[1])
  })
})
