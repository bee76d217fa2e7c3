/** Flow on the GPU is as right as the CPU kernel's, on scenes whose flow is exact. A software driver is enough. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactFlow, type LayerScene, renderLuma, still } from '../../../../test/builders/layerScene.ts'
import { FlowKernel } from '../../flow/flowKernel.ts'
import { loadModule } from '../../flow/flowModule.ts'
import { releaseWebgpu, webgpuFound } from '../../../../test/gradients/webgpuAdapter.ts'
import { type GpuDevice, openGpuDevice } from '../gpuDevice.ts'
import { GpuFlow } from './gpuFlow.ts'

function meanError(flow: Float32Array, scene: LayerScene): number {
  const exact = exactFlow(scene, 0, 1)
  let [sum, seen] = [0, 0]
  for (let k = 0; k < exact.seen.length; k++) {
    if (!exact.seen[k]) continue
    sum += Math.hypot(flow[2 * k] - exact.flow[2 * k], flow[2 * k + 1] - exact.flow[2 * k + 1])
    seen++
  }
  return sum / seen
}

const size = { width: 101, height: 74 }
const centre = { ...still, cx: 50, cy: 37 }
const scenes: readonly [string, LayerScene][] = [
  ['a shift', { ...size, background: t => ({ ...still, dx: 3.37 * t, dy: -1.61 * t }) }],
  ['a turn and a zoom', { ...size, background: t => ({ ...centre, angle: 0.08 * t, scale: 1 + 0.05 * t, dx: 2 * t }) }],
  [
    'a layer over another',
    { ...size, background: t => ({ ...centre, angle: 0.01 * t, dx: -2.3 * t }), foreground: t => ({ ...centre, angle: -0.05 * t, dx: 5 * t, dy: 2.5 * t }), radius: 20 },
  ],
]

describe.skipIf(!webgpuFound)('flow on the GPU (needs a WebGPU driver)', () => {
  let gpu: GpuDevice
  let flow: GpuFlow
  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build-wasm.mjs', 'flow'])
    gpu = await openGpuDevice()
    flow = await GpuFlow.create(gpu, size)
  }, 300_000)
  afterAll(() => {
    flow?.destroy()
    gpu?.release()
    releaseWebgpu()
  })

  it.each(scenes)('recovers the exact flow of %s as the CPU does', async (_, scene) => {
    const [a, b] = [renderLuma(scene, 0), renderLuma(scene, 1)]
    const kernel = FlowKernel.create(loadModule('flow'), size)
    kernel.setFrame(0, a)
    kernel.setFrame(1, b)
    flow.setFrame(0, Float32Array.from(a))
    flow.setFrame(1, Float32Array.from(b))
    expect(meanError(await flow.flow(0), scene)).toBeLessThan(1.1 * meanError(kernel.flow(0), scene) + 0.01)
  }, 300_000)

  it('gives the same again, and the way back', async () => {
    const [, scene] = scenes[0]
    flow.setFrame(0, Float32Array.from(renderLuma(scene, 0)))
    flow.setFrame(1, Float32Array.from(renderLuma(scene, 1)))
    const there = await flow.flow(0)
    const back = await flow.flow(1)
    expect(await flow.flow(0)).toEqual(there)
    const k = 2 * (37 * 101 + 50)
    expect(back[k] + there[k]).toBeCloseTo(0, 1)
    expect(back[k + 1] + there[k + 1]).toBeCloseTo(0, 1)
  }, 300_000)

  it('finds fast motion from an initial flow that is about right', async () => {
    const scene: LayerScene = { ...size, background: t => ({ ...centre, angle: 0.4 * t, dx: 22 * t }) }
    const [a, b] = [renderLuma(scene, 0), renderLuma(scene, 1)]
    const about = Float32Array.from(exactFlow(scene, 0, 1).flow, (v, i) => v + (i % 3) - 1)
    const kernel = FlowKernel.create(loadModule('flow'), size)
    kernel.setFrame(0, a)
    kernel.setFrame(1, b)
    flow.setFrame(0, Float32Array.from(a))
    flow.setFrame(1, Float32Array.from(b))
    const led = meanError(await flow.flow(0, about), scene)
    expect(led).toBeLessThan(1.1 * meanError(kernel.flow(0, about), scene) + 0.01)
    expect(meanError(await flow.flow(0), scene)).toBeGreaterThan(2 * led)
  }, 300_000)

  it('refuses what it cannot hold, naming the size', async () => {
    await expect(GpuFlow.create(gpu, { width: 30_000, height: 30_000 })).rejects.toThrow(/30000×30000 needs/)
    await expect(GpuFlow.create(gpu, { width: 12, height: 40 })).rejects.toThrow(/16×16/)
  })
})
