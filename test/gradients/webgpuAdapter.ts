/**
 * The adapter on which the WebGPU engine is tested: the machine's own, else SwiftShader, the software driver that comes with Chromium. One
 * device stays open for a whole test file, so that kernels are compiled once for a shape.
 */
import { existsSync } from 'node:fs'
import { openGpuDevice } from '../../src/engine/webgpu/gpuDevice.ts'
import type { GpuDevice } from '../../src/engine/webgpu/gpuDevice.ts'
import { webgpuAdapters } from '../../src/engine/webgpu/webgpuEngine.ts'

const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'

async function find(): Promise<boolean> {
  const usable = async () => (await webgpuAdapters()).some(({ refused }) => !refused)
  if (await usable()) return true
  if (process.env.VK_ICD_FILENAMES || !existsSync(swiftShader)) return false
  process.env.VK_ICD_FILENAMES = swiftShader
  return usable()
}

export const webgpuFound = await find()

const held: GpuDevice | null = webgpuFound ? await openGpuDevice() : null

/** To be called when the tests of a file are done. */
export function releaseWebgpu(): void {
  held?.release()
}
