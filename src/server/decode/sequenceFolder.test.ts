/** A sequence folder, made here from a synthetic clip, as supervision. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeSequenceFolder } from '../../../test/builders/sequenceFolder.ts'
import { writeNpy } from '../../pipeline/export/npy.ts'
import { folderDepth } from '../../pipeline/supervision/depth/folderDepth.ts'
import { folderFlow, folderMatches } from '../../pipeline/supervision/folder/sequenceFolder.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../../pipeline/supervision/supervision.ts'
import { synthFrames } from '../../pipeline/synth/synthFrames.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { readDepthFolder } from './depthFolder.ts'
import { openSequenceFolder, sequenceDepthFolder } from './sequenceFolder.ts'

const clip = renderScene('reappear', { width: 64, height: 48, frames: 4, seed: 2 })
let root = ''
let folder = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tapline-sequence-'))
  folder = join(root, 'sequence')
  await writeSequenceFolder(clip, folder)
  const rows = Float64Array.of(0, 10, 20, 3, 12.5, 21, 0.8, 1, 0, 0, 3, 63, 47, 2)
  await writeFile(join(folder, 'match', '00000.npz'), zipSync({ 'match.npy': writeNpy('<f8', [2, 7], new Uint8Array(rows.buffer)) }))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const context = (longSide: number) => ({ frames: synthFrames(clip, longSide), cacheFolder: join(root, `cache-${longSide}`), threads: 1 })

it('gives its flow at the gaps asked for, with statuses from its masks', async () => {
  const store = await folderFlow(folder, openSequenceFolder).compute(context(64), [1, 3])
  expect(store.has(0, 1) && store.has(3, 0) && !store.has(0, 2)).toBe(true)
  const [pair, truth] = [store.read(3, 0), clip.flow(3, 0)]
  expect([pair.columns, pair.rows, pair.stride]).toEqual([64, 48, 1])
  let hidden = 0
  for (let k = 0; k < 64 * 48; k++) {
    expect(Math.abs(pair.flow[2 * k] / FLOW_UNITS_PER_PIXEL - truth.flow[2 * k])).toBeLessThanOrEqual(0.5 / FLOW_UNITS_PER_PIXEL + 1e-6)
    expect(pair.status[k]).toBe(truth.visible[k] ? FlowStatus.visible : FlowStatus.occludedKnown)
    hidden += 1 - truth.visible[k]
  }
  expect(hidden).toBeGreaterThan(0)
})

it('scales flow and matches to the working size', async () => {
  const store = await folderFlow(folder, openSequenceFolder).compute(context(32), [1])
  const [pair, truth] = [store.read(0, 1), clip.flow(0, 1)]
  const at = 10 * 32 + 12
  const source = 21 * 64 + 25
  expect(pair.flow[2 * at] / FLOW_UNITS_PER_PIXEL).toBeCloseTo(truth.flow[2 * source] / 2, 1)
  const matches = await folderMatches(folder, openSequenceFolder).compute(context(32), store)
  expect([...matches.frameA, ...matches.frameB]).toEqual([0, 1, 3, 3])
  // Pixel index 10 is raster 10.5, half of it at half size.
  expect([...matches.a]).toEqual([5.25, 10.25, 0.25, 0.25])
  expect([...matches.b]).toEqual([6.5, 10.75, 31.75, 23.75])
  expect(matches.confidence[0]).toBeCloseTo(0.8)
  expect(matches.confidence[1]).toBe(1)
})

it('gives its depth', async () => {
  const store = await folderFlow(folder, openSequenceFolder).compute(context(64), [1])
  const prior = await folderDepth(sequenceDepthFolder(folder), readDepthFolder).compute(context(64), store, { width: 64, height: 48 })
  const truth = clip.depth(2)
  expect(prior.depth[2 * 64 * 48 + 100] / prior.depth[2 * 64 * 48 + 3000]).toBeCloseTo(truth[100] / truth[3000], 4)
})

it('is refused with the reason when it is none, or of another clip, or broken', async () => {
  await expect(openSequenceFolder(root)).rejects.toThrow(/no images in color/)
  const other = renderScene('reappear', { width: 64, height: 48, frames: 3 })
  const longer = { ...context(64), frames: synthFrames(other) }
  await expect(folderFlow(folder, openSequenceFolder).compute(longer, [1])).rejects.toThrow(/4 frames, the clip has 3/)
  await expect(folderFlow(folder, openSequenceFolder).compute(context(64), [9])).rejects.toThrow(/gaps 9/)
  const broken = join(folder, 'raft_exhaustive', `00001_00003.npy`)
  await writeFile(broken, 'nothing')
  await expect(folderFlow(folder, openSequenceFolder).compute({ ...context(64), cacheFolder: join(root, 'fresh') }, [2])).rejects.toMatchObject({ code: 'bad-file', subject: broken })
})
