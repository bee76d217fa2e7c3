/**
 * What belongs to the WebGPU engine alone: adapters, limits in words, a lost device, sums that any order makes the same, many workgroups and
 * targets. That its numbers are right is proved in test/gradients, on the same adapter.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { allTerms, oddShapes, plainRates, randomBatch, randomDepth, smallShape, wildState } from '../../../test/gradients/randomScene.ts'
import { releaseWebgpu, webgpuFound } from '../../../test/gradients/webgpuAdapter.ts'
import { parameterGroups } from '../backend.ts'
import { defaultShape } from '../layout.ts'
import { seededRandom } from '../random.ts'
import { createReferenceEngine } from '../reference/referenceEngine.ts'
import { addendLimit, planField } from './fieldPlan.ts'
import { openGpuDevice } from './gpuDevice.ts'
import { benchWebgpu } from './webgpuBench.ts'
import { createWebgpuEngine, webgpuAdapters } from './webgpuEngine.ts'

afterAll(releaseWebgpu)

const shape = { ...smallShape, axes: [2, 0, 1] }
const options = (seed: number) => ({ shape, initialDepth: randomDepth(shape, seed), seed, threads: 1 })
const wide = { workgroupBytes: 32_768, threads: 256, bindingBytes: 2 ** 27, software: false, workgroups: 1024 }

describe('the plan of a field', () => {
  it('takes fewer points a workgroup where its memory is small, and says when no number fits', () => {
    const paper = defaultShape(50, 512, 288, { width: 154, height: 86 }, [0, 0, 1], [1, 1, 1], 1)
    expect(planField(paper, wide).points).toBe(32)
    expect(planField(paper, { ...wide, workgroupBytes: 16_384 }).points).toBe(16)
    expect(() => planField(paper, { ...wide, workgroupBytes: 2048 })).toThrow(/need \d+ bytes of workgroup memory, the adapter has 2048/)
  })

  it('keeps every binding within the limit, with fewer workgroups, or says which does not fit', () => {
    const long = defaultShape(200, 1280, 720, { width: 384, height: 216 }, [0, 0, 1], [1, 1, 1], 1)
    expect(() => planField(long, wide)).toThrow(/needs a buffer of \d+ MB, the adapter allows 128 MB/)
    const plan = planField(long, { ...wide, bindingBytes: 2 ** 29 })
    expect(8 * plan.fixedCount).toBeLessThanOrEqual(2 ** 29)
    const paper = planField(defaultShape(50, 512, 288, { width: 154, height: 86 }, [0, 0, 1], [1, 1, 1], 1), wide)
    expect(paper.workgroups).toBeGreaterThan(200)
    expect(4 * paper.workFloats * paper.workgroups).toBeLessThanOrEqual(2 ** 27)
  })
})

describe.skipIf(!webgpuFound)('the WebGPU engine (needs an adapter; Chromium brings one)', () => {
  it('names its adapter and says of a refused one why', async () => {
    const adapters = await webgpuAdapters()
    expect(adapters.some(({ refused }) => !refused)).toBe(true)
    for (const { name, refused } of adapters) {
      expect(name.length).toBeGreaterThan(0)
      expect(refused).not.toBe('')
    }
  })

  it('gives the same sums whatever order points come in', async () => {
    const engine = await createWebgpuEngine(options(1))
    await engine.importState(wildState(shape, options(1).initialDepth, 1))
    const batch = { ...randomBatch(shape, [200], 1), couples: false }
    const order = [...Array(200).keys()].reverse()
    const pairs = (values: Float32Array) => Float32Array.from(order.flatMap(p => [values[2 * p], values[2 * p + 1]]))
    const turned = {
      ...batch, source: pairs(batch.source), target: pairs(batch.target), kind: Uint8Array.from(order, p => batch.kind[p]), weight: Float32Array.from(order, p => batch.weight[p]),
    }
    const [a, b] = [await engine.gradients(batch, allTerms), await engine.gradients(turned, allTerms)]
    expect(b.values.planes).toEqual(a.values.planes)
    expect(b.values.depth).toEqual(a.values.depth)
    await engine.close()
  })

  it('reports gradients beyond the range of its sums as not finite, and changes nothing', async () => {
    const engine = await createWebgpuEngine(options(2))
    const batch = randomBatch(shape, [8], 2, [0])
    const heavy = { ...batch, weight: batch.weight.map(() => 1e6 * addendLimit(8)) }
    const before = await engine.exportState()
    expect((await engine.step(heavy, allTerms, plainRates)).finite).toBe(false)
    expect(await engine.exportState()).toEqual(before)
    expect((await engine.step(batch, allTerms, plainRates)).finite).toBe(true)
    await engine.close()
  })

  it('gives states back as they came, whatever the padding, and those of other engines', async () => {
    for (const odd of oddShapes) {
      const field = { shape: odd, initialDepth: randomDepth(odd, 6), seed: 6, threads: 1 }
      const [engine, oracle] = [await createWebgpuEngine(field), await createReferenceEngine(field)]
      const state = wildState(odd, field.initialDepth, 6)
      const random = seededRandom(6)
      for (const moments of [state.firstMoments, state.secondMoments])
        for (const values of Object.values(moments)) values.forEach((_, k) => (values[k] = random.uniform()))
      await oracle.importState({ ...state, step: 7 })
      await engine.importState(await oracle.exportState())
      const back = await engine.exportState()
      expect(back.step).toBe(7)
      for (const part of ['values', 'firstMoments', 'secondMoments'] as const)
        for (const group of parameterGroups) {
          const [mine, given] = [back[part][group], state[part][group]].map(({ buffer }) => Buffer.from(buffer))
          expect(mine.equals(given), `${part}.${group}`).toBe(true)
        }
      await engine.close()
    }
  })

  it('reads more targets than a workgroup goes through, as the reference does', async () => {
    const [engine, oracle] = [await createWebgpuEngine(options(3)), await createReferenceEngine(options(3))]
    const state = wildState(shape, options(3).initialDepth, 3)
    await engine.importState(state)
    await oracle.importState(state)
    const targets = new Int32Array(37).map((_, n) => (3 * n) % shape.frames)
    const [made, truth] = await Promise.all([engine, oracle].map(e => e.read(Int32Array.of(1, 0, 1), Float32Array.of(4, 5, 30, 20, 11, 9), targets)))
    truth.positions.forEach((p, k) => expect(Math.abs(made.positions[k] - p)).toBeLessThan(1e-3))
    truth.surface.forEach((z, k) => expect(Math.abs(made.surface[k] - z)).toBeLessThan(1e-4))
    await engine.close()
  })

  it('rejects operations after close', async () => {
    const engine = await createWebgpuEngine(options(4))
    await engine.close()
    await expect(engine.step(randomBatch(shape, [4], 4), allTerms, plainRates)).rejects.toThrow('closed')
    await engine.close()
  })

  it('measures real steps and a peak above them', async () => {
    const bench = await benchWebgpu({ frames: 3, width: 64, height: 36, groups: 2, pointsPerGroup: 8, seconds: 0 })
    expect(bench.points).toBe(16)
    expect(bench.pointsPerSecond * bench.stepMs).toBeCloseTo(16_000, 3)
    expect(bench.peakShare).toBeCloseTo(bench.achievedGflops / bench.peakGflops, 9)
    expect(bench.memoryBytes).toBeGreaterThan(1e6)
  })

  it('ends with words when the device is lost, and the next engine starts afresh', async () => {
    const engine = await createWebgpuEngine(options(5))
    const batch = randomBatch(shape, [20], 5)
    await engine.step(batch, allTerms, plainRates)
    const state = await engine.exportState()
    const gpu = await openGpuDevice()
    gpu.device.destroy()
    await gpu.device.lost
    await expect(engine.step(batch, allTerms, plainRates)).rejects.toMatchObject({ code: 'device', reason: expect.stringContaining('lost') })
    await engine.close()
    const next = await createWebgpuEngine(options(5))
    await next.importState(state)
    expect((await next.step(batch, allTerms, plainRates)).finite).toBe(true)
    await next.close()
    gpu.release()
  })
})
