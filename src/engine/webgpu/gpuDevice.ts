/**
 * Graphics adapters that have a WebGPU driver (Dawn: Vulkan, Metal or Direct3D 12), and one opened device that all engines of a process share,
 * with its compiled pipelines. Not here: what is computed on it.
 */
import { readFileSync } from 'node:fs'
import { create, globals } from 'webgpu'
import { TaplineError } from '../../shared/errors.ts'
import type { PlanLimits } from './fieldPlan.ts'

export interface WebgpuAdapter {
  readonly name: string
  /** WebGPU does not tell how much memory an adapter has. */
  readonly memoryBytes: number | null
  /** A driver that computes on the CPU. */
  readonly software: boolean
  /** Why the engine cannot use it. */
  readonly refused?: string
}

interface Flags {
  readonly GPUBufferUsage: Readonly<Record<'STORAGE' | 'UNIFORM' | 'COPY_SRC' | 'COPY_DST' | 'MAP_READ', number>>
  readonly GPUMapMode: { readonly READ: number }
}
const flags = globals as unknown as Flags
export const bufferUsage = flags.GPUBufferUsage
export const mapRead = flags.GPUMapMode.READ

/** What the kernels need at the least; the first three are what every WebGPU adapter must have. */
const NEEDS = { maxComputeWorkgroupStorageSize: 16_384, maxComputeInvocationsPerWorkgroup: 256, maxStorageBuffersPerShaderStage: 8 } as const

/**
 * Indices are in range by construction (checked batches, clamped cells), and workgroup memory is written before it is read: Dawn's own guards
 * of both would cost a tenth of the time and half of the code.
 */
const TOGGLES = ['enable-dawn-features=disable_robustness,disable_workgroup_init']

/** Dawn's driver; kept only while something uses it, or the process would not end. */
let driver: GPU | null = null

const requests: readonly GPURequestAdapterOptions[] = [{ powerPreference: 'high-performance' }, { powerPreference: 'low-power' }]

function refusal(adapter: GPUAdapter): string | undefined {
  // Its compiler makes a coroutine of every kernel with a barrier, at a cost that grows with the square of the code.
  if (/llvmpipe/i.test(adapter.info.device)) return 'it computes on the CPU, and its compiler would take many minutes over these kernels'
  for (const [limit, least] of Object.entries(NEEDS))
    if (adapter.limits[limit as keyof typeof NEEDS] < least) return `its ${limit} is ${adapter.limits[limit as keyof typeof NEEDS]}; ${least} is needed`
  return undefined
}

function describe(adapter: GPUAdapter): WebgpuAdapter {
  const { description, device, vendor } = adapter.info
  const reason = refusal(adapter)
  return { name: description || device || vendor || 'unnamed adapter', memoryBytes: null, software: adapter.info.isFallbackAdapter, ...(reason ? { refused: reason } : {}) }
}

/** Every adapter that Dawn finds, the fastest first. None where no driver is installed. */
export async function webgpuAdapters(): Promise<WebgpuAdapter[]> {
  const gpu = driver ?? create(TOGGLES)
  const found = new Map<string, WebgpuAdapter>()
  for (const request of requests) {
    const adapter = await gpu.requestAdapter(request)
    if (adapter) {
      const described = describe(adapter)
      found.set(described.name, described)
    }
  }
  return [...found.values()]
}

export class GpuDevice {
  readonly device: GPUDevice
  readonly adapter: WebgpuAdapter
  readonly limits: PlanLimits
  readonly #pipelines = new Map<string, GPUComputePipeline>()
  #failure: TaplineError | null = null
  #users = 0

  constructor(device: GPUDevice, adapter: WebgpuAdapter) {
    this.device = device
    this.adapter = adapter
    this.limits = {
      workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
      threads: device.limits.maxComputeInvocationsPerWorkgroup,
      bindingBytes: Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
      software: adapter.software,
      // On the CPU every slice of gradients costs, and there is little to run side by side.
      workgroups: adapter.software ? 4 : 1024,
    }
    void device.lost.then(info => this.#fail(`the device was lost${info.message ? `: ${info.message}` : ''}`))
    device.addEventListener('uncapturederror', event => this.#fail((event as GPUUncapturedErrorEvent).error.message))
  }

  #fail(reason: string): void {
    this.#failure ??= new TaplineError('device', `the GPU ${this.adapter.name}`, reason, 'Run it again to go on from the last checkpoint, or choose another device.')
  }

  get failure(): TaplineError | null {
    return this.#failure
  }

  /** Throws what went wrong with the device since it was opened. */
  check(): void {
    if (this.#failure) throw this.#failure
  }

  /**
   * Compiles the parts named, behind these constants; once for the same text. Not by the asynchronous call: while one runs, Dawn for Node asks
   * for events without a pause.
   */
  pipeline(constants: string, parts: readonly string[]): GPUComputePipeline {
    const code = [constants, ...parts.map(part => readFileSync(new URL(`./wgsl/${part}.wgsl`, import.meta.url), 'utf8'))].join('\n')
    let made = this.#pipelines.get(code)
    if (!made) {
      const module = this.device.createShaderModule({ code, label: parts.at(-1) })
      made = this.device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' }, label: parts.at(-1) })
      this.#pipelines.set(code, made)
    }
    return made
  }

  /** Makes buffers with `make`; a memory that does not suffice becomes words. */
  async allocate<T>(what: string, make: () => T): Promise<T> {
    this.check()
    this.device.pushErrorScope('out-of-memory')
    this.device.pushErrorScope('validation')
    const made = make()
    // Both are taken at once: scopes are a stack that all engines of the device share.
    const [invalid, full] = await Promise.all([this.device.popErrorScope(), this.device.popErrorScope()])
    const error = full ?? invalid
    if (error) {
      const reason = full ? `${what} does not fit into its memory` : error.message
      throw new TaplineError('device', `the GPU ${this.adapter.name}`, reason, 'Close other programs that use it, choose smaller depth maps, or another device.')
    }
    this.check()
    return made
  }

  retain(): this {
    this.#users++
    return this
  }

  /** The last who lets go closes the device. */
  release(): void {
    if (--this.#users > 0) return
    if (shared?.value === this) {
      shared = null
      driver = null
    }
    this.device.destroy()
  }
}

interface Shared {
  readonly opening: Promise<GpuDevice>
  value: GpuDevice | null
}
let shared: Shared | null = null

async function open(): Promise<GpuDevice> {
  driver ??= create(TOGGLES)
  for (const request of requests) {
    const adapter = await driver.requestAdapter(request)
    if (!adapter || refusal(adapter)) continue
    const { limits } = adapter
    const device = await adapter.requestDevice({
      requiredLimits: {
        maxComputeWorkgroupStorageSize: Math.min(limits.maxComputeWorkgroupStorageSize, 32_768),
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxBufferSize: limits.maxBufferSize,
        maxComputeInvocationsPerWorkgroup: 256,
      },
    })
    return new GpuDevice(device, describe(adapter))
  }
  driver = null
  throw new TaplineError(
    'unsupported', 'WebGPU', 'no graphics adapter was found that has a usable driver', 'Install the driver of your GPU (on Linux its Vulkan driver), or choose another device.',
  )
}

/** The device that this process shares, opened when nobody holds it. Whoever gets it must release it. */
export async function openGpuDevice(): Promise<GpuDevice> {
  // A device that failed stays failed: the next one starts afresh.
  if (shared?.value?.failure) shared = null
  const mine: Shared = shared ?? { opening: open(), value: null }
  shared = mine
  try {
    mine.value = await mine.opening
    return mine.value.retain()
  } catch (error) {
    if (shared === mine) shared = null
    throw error
  }
}
