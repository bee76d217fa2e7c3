/**
 * The kernels in a real browser's WebGPU: the self-test, the suite of the engines itself, dense flow. It is where they are tested on machines
 * without a Vulkan driver, and a second host for them on all others.
 */
import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { FlowKernel } from '../../../src/engine/flow/flowKernel.ts'
import { loadModule } from '../../../src/engine/flow/flowModule.ts'
import { renderLuma } from '../../builders/layerScene.ts'
import { chromiumIsHere } from '../harness.ts'
import { flowScenes, meanError } from './flowScenes.ts'
import { startGpuPage } from './gpuPage.ts'

const gpu = chromiumIsHere ? await startGpuPage() : null
afterAll(() => gpu?.close())
const adapters = gpu ? await gpu.page.evaluate(() => window.gpu.adapters()) : []

/** What a browser's driver can make different; each names so many tests. */
const suite: readonly (readonly [number, string])[] = [
  [2, 'webgpu against the reference gives its losses, residuals and gradients on shape [27]'],
  [1, 'webgpu against the reference leaves no gradient behind'],
  [1, 'webgpu against the reference stays within .* cadex'],
  [1, 'webgpu against the reference reads the same tracks'],
  [1, 'webgpu reports what is not finite'],
  [1, 'the states of engines let one engine go on where another stopped, cadex'],
]

const minutes = 60_000

describe.skipIf(!adapters.some(({ refused }) => !refused))('the GPU code in a browser (needs Chromium with a WebGPU adapter)', () => {
  const { page, complaints } = gpu!

  it('passes the self-test, without a complaint of the browser', { timeout: 10 * minutes }, async () => {
    const { fault, differences } = await page.evaluate(() => window.gpu.selfTest())
    expect(fault).toBe(null)
    expect(Object.keys(differences)).toContain('gradients of network')
    expect(complaints).toEqual([])
  })

  it.each([
    // Slopes of the planes show only where the field bends.
    ['gradients', { path: '/src/engine/webgpu/wgsl/backward.wgsl', was: '(f32(n - 1u) * 0.5)', becomes: '(f32(n - 1u) * 0.6)' }],
    ['positions', { path: '/src/engine/webgpu/wgsl/read.wgsl', was: 'lift(at, z)', becomes: 'lift(at, 1.02 * z)' }],
  ] as const)('fails the self-test by its %s when a number in their kernel is another', { timeout: 10 * minutes }, async (part, spoilt) => {
    expect((await page.evaluate(change => window.gpu.selfTest(change), spoilt)).fault).toMatch(new RegExp(`^its ${part}.* differ from the reference by`))
  })

  it('passes the suite of the engines', { timeout: 20 * minutes }, async () => {
    const { passed, failed } = await page.evaluate(names => window.gpu.suite(names), suite.map(([, name]) => name).join('|'))
    expect(failed).toEqual([])
    expect(passed).toHaveLength(suite.reduce((sum, [count]) => sum + count, 0))
  })

  it('recovers exact flow as the CPU does', { timeout: 10 * minutes }, async () => {
    execFileSync(process.execPath, ['scripts/build-wasm.mjs', 'flow'])
    const errors = await page.evaluate(() => window.gpu.flowErrors())
    for (const [name, scene] of Object.entries(flowScenes)) {
      const kernel = FlowKernel.create(loadModule('flow'), scene)
      kernel.setFrame(0, renderLuma(scene, 0))
      kernel.setFrame(1, renderLuma(scene, 1))
      expect(errors[name], name).toBeLessThan(1.1 * meanError(kernel.flow(0), scene) + 0.01)
    }
  })
})
