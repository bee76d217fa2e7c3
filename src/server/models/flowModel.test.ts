/** Flow networks: conventions found by the self-test, sizes, tiles, an abort; and a real RAFT where there is one. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactFlow, renderRgb, still, type LayerScene } from '../../../test/builders/layerScene.ts'
import { depthGraph, flowGraph, type FlowGraph } from '../../../test/builders/onnxGraph.ts'
import type { FlowConventions } from '../../shared/models.ts'
import { FlowModel } from './flowModel.ts'
import { testFlowModel } from './flowSelfTest.ts'
import { OnnxModel } from './onnxModel.ts'

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tapline-flow-network-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const options = { threads: 1, providers: ['cpu'] } as const

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

async function tested(name: string, graph: FlowGraph) {
  const model = await OnnxModel.open(await fileOf(name, flowGraph(graph)), options)
  try {
    return await testFlowModel(model)
  } finally {
    await model.close()
  }
}

describe('the self-test of a flow network', () => {
  it.each([
    ['0 to 255', { centre: 128, span: 100 }, [0, 255]],
    ['0 to 1', { centre: 0.5, span: 0.6 }, [0, 1]],
    ['−1 to 1', { centre: 0, span: 0.4 }, [-1, 1]],
  ] as const)('finds that pictures are wanted in %s', async (name, mean, range) => {
    const { conventions, errorPx } = await tested(`${name}.onnx`, { flow: [6, -3], mean })
    expect(conventions.picture.range).toEqual(range)
    expect(conventions).toMatchObject({ first: 'image1', second: 'image2', output: 'flow', order: 'xy' })
    expect(errorPx).toBeLessThan(0.01)
  })

  it('finds pictures in the other order, and y before x', async () => {
    expect((await tested('swapped.onnx', { flow: [-6, 3], names: ['0', '1'] })).conventions).toMatchObject({ first: '1', second: '0', order: 'xy' })
    expect((await tested('yx.onnx', { flow: [-3, 6], size: [136, 128] })).conventions).toMatchObject({ first: 'image1', order: 'yx' })
  })

  it('refuses what answers the motion in no way, and what takes other inputs', async () => {
    await expect(tested('wrong.onnx', { flow: [1, 20] })).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('px of error') })
    const other = await OnnxModel.open(await fileOf('depth.onnx', depthGraph()), options)
    await expect(testFlowModel(other)).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('takes two pictures') })
    await other.close()
  })
})

describe('a flow network', () => {
  const conventions: FlowConventions = {
    kind: 'flow', first: 'image1', second: 'image2', output: 'flow', order: 'xy',
    picture: { range: [0, 255], channels: 'rgb', mean: null, std: null, multiple: 8, least: 32 },
  }
  const grey = (width: number, height: number) => new Uint8Array(width * height * 3).fill(128)

  it('of a fixed size answers in pixels of the picture that it was given', async () => {
    const model = await FlowModel.open(await fileOf('fixed.onnx', flowGraph({ size: [128, 64], flow: [4, -2] })), conventions, options)
    const size = { width: 100, height: 80 }
    const [forward, backward] = await model.flow(grey(100, 80), grey(100, 80), size)
    expect(forward.length).toBe(100 * 80 * 2)
    for (const flow of [forward, backward]) {
      expect(flow[0]).toBeCloseTo((4 * 100) / 128, 4)
      expect(flow[flow.length - 1]).toBeCloseTo((-2 * 80) / 64, 4)
    }
    await model.close()
  })

  it('of free size sees pictures of any size, padded', async () => {
    const model = await FlowModel.open(await fileOf('free.onnx', flowGraph({ flow: [4, -2] })), conventions, options)
    const [forward] = await model.flow(grey(45, 37), grey(45, 37), { width: 45, height: 37 })
    expect([forward[0], forward[1], forward[2 * 45 * 37 - 2], forward[2 * 45 * 37 - 1]]).toEqual([4, -2, 4, -2])
    await model.close()
  })

  it('sees large pictures small, then in tiles, without seams', async () => {
    const model = await FlowModel.open(await fileOf('tiles.onnx', flowGraph({ flow: [0.2, -0.2] })), conventions, { ...options, mostPixels: 64 * 64 })
    const [forward] = await model.flow(grey(150, 110), grey(150, 110), { width: 150, height: 110 })
    // The coarse pass answers so much of a picture half as large; tiles overrule it.
    for (let k = 0; k < forward.length; k += 2) {
      expect(Math.abs(forward[k] - 0.2)).toBeLessThan(0.03)
      expect(Math.abs(forward[k + 1] + 0.2)).toBeLessThan(0.03)
    }
    await model.close()
  })

  it('is cancelled at once', async () => {
    const stop = new AbortController()
    const model = await FlowModel.open(join(folder, 'free.onnx'), conventions, { ...options, signal: stop.signal })
    const run = model.flow(grey(400, 400), grey(400, 400), { width: 400, height: 400 })
    stop.abort()
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    await model.close()
  })
})

describe('onnxruntime', () => {
  it('says which device took a network and why another did not', async () => {
    const model = await OnnxModel.open(join(folder, 'free.onnx'), { threads: 1, providers: ['coreml', 'dml', 'cpu'] })
    // No system has both.
    expect(model.provider === 'cpu' ? model.refusals.map(r => r.provider) : ['one of them']).not.toHaveLength(0)
    for (const { reason } of model.refusals) expect(reason.length).toBeGreaterThan(5)
    await model.close()
  })

  it('refuses what is no network, with the next step', async () => {
    const path = await fileOf('text.onnx', new TextEncoder().encode('this is text'))
    await expect(OnnxModel.open(path, options)).rejects.toMatchObject({ code: 'bad-file', subject: path })
    await expect(OnnxModel.open(join(folder, 'none.onnx'), options)).rejects.toMatchObject({ code: 'bad-file' })
  })
})

const raft = fileURLToPath(new URL('../../../../shared/models/raft_small_it6_dyn.onnx', import.meta.url))
describe.skipIf(!existsSync(raft))('RAFT small (needs ../shared/models)', () => {
  it('passes the self-test and follows two layers', async () => {
    const open = await OnnxModel.open(raft, { threads: 2 })
    const { conventions, errorPx } = await testFlowModel(open)
    expect(conventions.picture.range).toEqual([0, 255])
    expect(errorPx).toBeLessThan(0.5)
    const scene: LayerScene = {
      width: 160, height: 128, radius: 30,
      background: t => ({ ...still, dx: 2 * t }),
      foreground: t => ({ ...still, cx: 70, cy: 64, dx: -4 * t, dy: 2 * t }),
    }
    const [flow] = await new FlowModel(open, conventions).flow(renderRgb(scene, 0), renderRgb(scene, 1), scene)
    const exact = exactFlow(scene, 0, 1)
    let [seen, near] = [0, 0]
    exact.seen.forEach((state, k) => {
      if (state !== 1) return
      seen++
      if (Math.hypot(flow[2 * k] - exact.flow[2 * k], flow[2 * k + 1] - exact.flow[2 * k + 1]) < 1) near++
    })
    expect(near / seen).toBeGreaterThan(0.9)
    // In tiles, whose windows are moved along, it is as good for a motion that leaves no tile without a partner.
    const far: LayerScene = { ...scene, width: 256, height: 192, background: t => ({ ...still, dx: 9 * t, dy: 4 * t }), foreground: undefined }
    const [tiled] = await new FlowModel(open, conventions, 144 * 144).flow(renderRgb(far, 0), renderRgb(far, 1), far)
    let [inside, right] = [0, 0]
    for (let y = 8; y < 176; y++)
      for (let x = 8; x < 232; x++, inside++) {
        const k = y * 256 + x
        if (Math.hypot(tiled[2 * k] - 9, tiled[2 * k + 1] - 4) < 1) right++
      }
    expect(right / inside).toBeGreaterThan(0.95)
    await open.close()
  })
})
