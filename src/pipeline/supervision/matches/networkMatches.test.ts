/** Matches of a network beside ours, against exact truth; the network is one whose features are grey values around corners of a known grid. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exactFlowStore } from '../../../../test/builders/exactFlow.ts'
import { DESCRIPTOR_LENGTH, DESCRIPTOR_SIZE } from '../../../engine/features/descriptor.ts'
import type { Features } from '../../../engine/features/detectFeatures.ts'
import { synthFrames } from '../../synth/synthFrames.ts'
import { renderScene } from '../../synth/synthScenes.ts'
import type { FeatureNetwork } from '../networks.ts'
import { builtinMatches } from './builtinMatches.ts'
import { networkMatches } from './networkMatches.ts'

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tapline-network-matches-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Points of a grid, each with a descriptor of its own: the same place is the same in each frame. */
function grid(): Features {
  const [columns, rows] = [9, 7]
  const count = columns * rows
  const descriptors = new Int16Array(count * DESCRIPTOR_SIZE)
  for (let k = 0; k < count; k++) descriptors[k * DESCRIPTOR_SIZE + k] = DESCRIPTOR_LENGTH
  const points = Float32Array.from({ length: count * 2 }, (_, i) => ((i & 1 ? Math.floor((i >> 1) / columns) : (i >> 1) % columns) + 1) * 12.25)
  return { count, points, scales: new Float32Array(count).fill(1), angles: new Float32Array(count), descriptors }
}

it('keep ours, add the network’s where ours are too few to follow, and come from the cache again', async () => {
  const clip = renderScene('reappear', { seed: 3, frames: 6, width: 128, height: 96 })
  const flow = exactFlowStore(clip, [1])
  let opened = 0
  const network: FeatureNetwork = {
    id: 'grid', exact: true, cell: 8,
    open: async () => {
      opened++
      return { features: async () => grid(), close: async () => {} }
    },
  }
  const progress: number[] = []
  const context = { frames: synthFrames(clip), cacheFolder: folder, threads: 1, onProgress: (done: number, total: number) => void progress.push(done / total) }
  const own = await builtinMatches().compute(context, flow)
  progress.length = 0
  const all = await networkMatches(network).compute(context, flow)
  const count = own.frameA.length
  expect(Array.from(all.frameA.subarray(0, count))).toEqual(Array.from(own.frameA))
  expect(Array.from(all.b.subarray(0, count * 2))).toEqual(Array.from(own.b))
  // Each pair of frames at gaps 2 to 5 shows the whole grid where it was: what is near three of ours is left out, all else is there.
  const ours = (a: number, b: number, x: number, y: number) =>
    Array.from(own.frameA).filter((frame, k) => frame === a && own.frameB[k] === b && Math.hypot(own.a[2 * k] - x, own.a[2 * k + 1] - y) < 20).length
  const { points } = grid()
  const expected = [2, 3, 4, 5].flatMap(gap => Array.from({ length: 6 - gap }, (_, a) => Array.from({ length: 63 }, (_, k) => ours(a, a + gap, points[2 * k], points[2 * k + 1]) < 3)).flat())
  expect(expected).toContain(false)
  expect(all.frameA.length - count).toBe(expected.filter(Boolean).length)
  for (let k = count; k < all.frameA.length; k++) {
    expect(all.frameB[k] - all.frameA[k]).toBeGreaterThan(1)
    expect([all.b[2 * k], all.b[2 * k + 1]]).toEqual([all.a[2 * k], all.a[2 * k + 1]])
    expect(all.confidence[k]).toBeGreaterThan(0)
  }
  expect(progress.every((share, i) => share >= (progress[i - 1] ?? 0))).toBe(true)
  expect(progress.at(-1)).toBe(1)
  const again = await networkMatches(network).compute(context, flow)
  expect(Array.from(again.a)).toEqual(Array.from(all.a))
  expect(opened).toBe(1)
  expect((await readdir(folder)).filter(name => name.startsWith('matches-'))).toHaveLength(2)
})
