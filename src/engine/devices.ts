/**
 * The engines by name, each loaded only when it is asked for: what one engine needs (a GPU driver, TensorFlow) must not keep the others
 * from working. Not here: which is chosen and why (server/devices).
 */
import type { DeviceName } from '../shared/devices.ts'
import { TaplineError } from '../shared/errors.ts'
import type { CreateEngine } from './backend.ts'

export interface EngineDevice {
  readonly create: CreateEngine
  /** The adapter, backend or processor. */
  readonly name: string
  readonly memoryBytes: number | null
  /** A driver that computes on the CPU. */
  readonly software: boolean
}

/** @throws TaplineError 'device' or 'unsupported' with the reason where this machine has nothing for it */
export async function openDevice(device: DeviceName): Promise<EngineDevice> {
  switch (device) {
    case 'webgpu': {
      const { createWebgpuEngine, webgpuAdapters } = await import('./webgpu/webgpuEngine.ts')
      const adapters = await webgpuAdapters()
      const adapter = adapters.find(({ refused }) => !refused)
      if (!adapter) {
        const reasons = adapters.map(({ name, refused }) => `${name}: ${refused}`).join('; ')
        throw new TaplineError('device', 'WebGPU', reasons || 'no graphics adapter was found that has a driver', 'Install the driver of your graphics card (on Linux its Vulkan driver), or choose another device.')
      }
      return { create: createWebgpuEngine, name: adapter.name, memoryBytes: adapter.memoryBytes, software: adapter.software }
    }
    case 'tfjs': {
      const { createTfjsEngine, openTfjsBackend } = await import('./tfjs/tfjsEngine.ts')
      const backend = await openTfjsBackend()
      return { create: createTfjsEngine, name: backend.name, memoryBytes: null, software: backend.software }
    }
    case 'wasm': {
      const { createWasmEngine } = await import('./wasm/wasmEngine.ts')
      return { create: createWasmEngine, name: 'CPU', memoryBytes: null, software: false }
    }
    case 'reference': {
      const { createReferenceEngine } = await import('./reference/referenceEngine.ts')
      return { create: createReferenceEngine, name: 'CPU, float64', memoryBytes: null, software: true }
    }
  }
}
