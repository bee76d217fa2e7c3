/** What the tests ask of the GPU code in the page (gpuPage.ts bundles it): the adapters, the self-test, the suite of the engines, dense flow. */
import { selfTest } from '../../../../src/engine/selfTest.ts'
import type { SelfTest } from '../../../../src/engine/selfTest.ts'
import { GpuFlow } from '../../../../src/engine/webgpu/flow/gpuFlow.ts'
import { openGpuDevice, webgpuAdapters } from '../../../../src/engine/webgpu/gpuDevice.ts'
import type { GpuDevice, WebgpuAdapter } from '../../../../src/engine/webgpu/gpuDevice.ts'
import { createWebgpuEngine } from '../../../../src/engine/webgpu/webgpuEngine.ts'
import { renderLuma } from '../../../builders/layerScene.ts'
import { flowScenes, meanError } from '../flowScenes.ts'
import type { SuiteReport } from './pageVitest.ts'
import { mend, spoil } from './shaderTexts.ts'

export interface GpuTests {
  adapters(): Promise<WebgpuAdapter[]>
  /** Of the engine as it is, or with one text of one kernel changed. */
  selfTest(spoilt?: { readonly path: string; readonly was: string; readonly becomes: string }): Promise<SelfTest>
  /** Runs those tests of the suite of the engines whose names match this pattern. */
  suite(names: string): Promise<SuiteReport>
  /** Mean error of dense flow on each scene, in pixels. */
  flowErrors(): Promise<Record<string, number>>
}

declare global {
  interface Window {
    gpu: GpuTests
  }
}

let held: Promise<GpuDevice> | null = null
/** One device for the life of the page, so that kernels are compiled once for a shape. */
const device = () => (held ??= openGpuDevice())

window.gpu = {
  adapters: webgpuAdapters,
  async selfTest(spoilt) {
    await device()
    if (spoilt) spoil(spoilt.path, spoilt.was, spoilt.becomes)
    return selfTest(createWebgpuEngine).finally(mend)
  },
  async suite(names) {
    await device()
    const { runSuite } = await import('./pageVitest.ts')
    return runSuite(() => import('../../../gradients/engines.test.ts'), new RegExp(names))
  },
  async flowErrors() {
    const gpu = await device()
    const errors: Record<string, number> = {}
    for (const [name, scene] of Object.entries(flowScenes)) {
      const flow = await GpuFlow.create(gpu, scene)
      flow.setFrame(0, Float32Array.from(renderLuma(scene, 0)))
      flow.setFrame(1, Float32Array.from(renderLuma(scene, 1)))
      errors[name] = meanError(await flow.flow(0), scene)
      flow.destroy()
    }
    return errors
  },
}
