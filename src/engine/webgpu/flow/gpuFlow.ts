/**
 * Dense optical flow between two images of one size on a GPU: the host of flow.wgsl and refine.wgsl, with the settings and the surface of
 * engine/flow/flowKernel.ts. One list of dispatches is made for each direction and replayed. Not here: statuses, chains, files (the pipeline's).
 */
import { readFileSync } from 'node:fs'
import type { Size } from '../../../shared/units.ts'
import { defaultFlowOptions, type FlowOptions } from '../../flow/flowKernel.ts'
import { bufferUsage, type GpuDevice, mapRead } from '../gpuDevice.ts'
import { type FlowScale, layFlow } from './flowLayout.ts'

/** GPUShaderStage.COMPUTE: Node has no such global. */
const COMPUTE = 4

/** Distances, in patches, at which patches learn from their neighbours, round by round. */
const ROUNDS: readonly number[] = [8, 4, 2, 1, 1]
/** Bytes of a dispatch's parameters, and their distance in the buffer (the least alignment that every device grants). */
const PARAMETERS = 112
const STRIDE = 256

const kernels = ['reduce', 'enlarge', 'gradients', 'importFlow', 'exportFlow', 'search', 'propagate', 'densify', 'linearise', 'coefficients', 'relax', 'increment'] as const
type Kernel = (typeof kernels)[number]

interface Dispatch {
  readonly kernel: Kernel
  readonly groups: readonly [number, number]
  /** Index of its parameters. */
  readonly at: number
}

/** What a step does: dispatches, or a plane cleared. */
type Step = Dispatch | { readonly clear: number; readonly floats: number }

interface Parameters {
  readonly size?: readonly number[]
  readonly patches?: readonly number[]
  readonly planes: readonly (readonly number[])[]
  readonly f?: readonly number[]
}

export class GpuFlow {
  readonly width: number
  readonly height: number
  readonly options: FlowOptions
  readonly #gpu: GpuDevice
  readonly #pipelines: Readonly<Record<Kernel, GPUComputePipeline>>
  readonly #scales: readonly FlowScale[]
  readonly #transfer: number
  readonly #arena: GPUBuffer
  readonly #parameters: GPUBuffer
  readonly #readback: GPUBuffer
  readonly #group: GPUBindGroup
  readonly #blocks: ArrayBuffer[] = []
  readonly #frames: readonly [Step[], Step[]]
  readonly #initial: Step[]
  /** By direction, then whether there is an initial flow. */
  readonly #flows: readonly (readonly [Step[], Step[]])[]

  /** @param gpu stays the caller's, who releases it after `destroy` @throws Error where its buffers are too small */
  static async create(gpu: GpuDevice, size: Size, options: Partial<FlowOptions> = {}): Promise<GpuFlow> {
    if (!(size.width >= 16 && size.height >= 16)) throw new Error(`flow needs at least 16×16 pixels, not ${size.width}×${size.height}`)
    const all = { ...defaultFlowOptions, ...options }
    const { bytes } = layFlow(size, all.patchStride)
    const { device } = gpu
    const most = gpu.limits.bindingBytes
    if (bytes > most) throw new Error(`flow of ${size.width}×${size.height} needs ${Math.ceil(bytes / 2 ** 20)} MiB in one buffer, the device grants ${Math.floor(most / 2 ** 20)}`)
    const module = device.createShaderModule({ label: 'flow', code: ['flow', 'refine'].map(name => readFileSync(new URL(`./${name}.wgsl`, import.meta.url), 'utf8')).join('\n') })
    const bindings = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: COMPUTE, buffer: { type: 'storage' } },
        { binding: 1, visibility: COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: PARAMETERS } },
      ],
    })
    const layout = device.createPipelineLayout({ bindGroupLayouts: [bindings] })
    const made = await Promise.all(kernels.map(entryPoint => device.createComputePipelineAsync({ label: entryPoint, layout, compute: { module, entryPoint } })))
    const pipelines = Object.fromEntries(kernels.map((kernel, n) => [kernel, made[n]])) as Record<Kernel, GPUComputePipeline>
    return gpu.allocate('flow', () => new GpuFlow(gpu, size, all, pipelines, bindings))
  }

  private constructor(gpu: GpuDevice, size: Size, options: FlowOptions, pipelines: Readonly<Record<Kernel, GPUComputePipeline>>, bindings: GPUBindGroupLayout) {
    this.width = size.width
    this.height = size.height
    this.options = options
    this.#gpu = gpu
    const { device } = gpu
    this.#pipelines = pipelines
    const { scales, transfer, bytes } = layFlow(size, options.patchStride)
    this.#scales = scales
    this.#transfer = transfer
    this.#arena = device.createBuffer({ label: 'flow planes', size: bytes, usage: bufferUsage.STORAGE | bufferUsage.COPY_SRC | bufferUsage.COPY_DST })
    this.#readback = device.createBuffer({ label: 'flow read back', size: size.width * size.height * 8, usage: bufferUsage.MAP_READ | bufferUsage.COPY_DST })
    this.#frames = [this.#pyramid(0), this.#pyramid(1)]
    this.#initial = this.#candidates()
    this.#flows = ([0, 1] as const).map(from => [this.#solve(from, false), this.#solve(from, true)] as const)
    this.#parameters = device.createBuffer({ label: 'flow parameters', size: this.#blocks.length * STRIDE, usage: bufferUsage.UNIFORM | bufferUsage.COPY_DST })
    const blocks = new Uint8Array(this.#blocks.length * STRIDE)
    this.#blocks.forEach((block, n) => blocks.set(new Uint8Array(block), n * STRIDE))
    device.queue.writeBuffer(this.#parameters, 0, blocks)
    this.#group = device.createBindGroup({
      layout: bindings,
      entries: [
        { binding: 0, resource: { buffer: this.#arena } },
        { binding: 1, resource: { buffer: this.#parameters, size: PARAMETERS } },
      ],
    })
  }

  /** Loads luma [height, width] (0..255) as frame 0 or 1. */
  setFrame(slot: 0 | 1, luma: Float32Array<ArrayBuffer>): void {
    if (luma.length !== this.width * this.height) throw new Error(`a frame of ${this.width}×${this.height} needs ${this.width * this.height} values, not ${luma.length}`)
    this.#gpu.device.queue.writeBuffer(this.#arena, 4 * this.#scales[0].image[slot], luma)
    this.#run([this.#frames[slot]])
  }

  /** Flow [height, width, 2] from frame `from` to the other one. `initial`, of the same shape, joins every patch's candidates at every scale. One call at a time. */
  async flow(from: 0 | 1, initial?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    this.#gpu.check()
    const count = this.width * this.height * 2
    if (initial) {
      if (initial.length !== count) throw new Error(`an initial flow needs ${count} values, not ${initial.length}`)
      this.#gpu.device.queue.writeBuffer(this.#arena, 4 * this.#transfer, initial)
    }
    this.#run(initial ? [this.#initial, this.#flows[from][1]] : [this.#flows[from][0]], true)
    await this.#readback.mapAsync(mapRead)
    const result = new Float32Array(this.#readback.getMappedRange().slice(0))
    this.#readback.unmap()
    this.#gpu.check()
    return result
  }

  /** Frees its memory on the device; the device stays the caller's. */
  destroy(): void {
    for (const buffer of [this.#arena, this.#parameters, this.#readback]) buffer.destroy()
  }

  #run(lists: readonly (readonly Step[])[], readBack = false): void {
    const encoder = this.#gpu.device.createCommandEncoder()
    let pass: GPUComputePassEncoder | null = null
    for (const step of lists.flat()) {
      if ('clear' in step) {
        pass?.end()
        pass = null
        encoder.clearBuffer(this.#arena, 4 * step.clear, 4 * step.floats)
        continue
      }
      pass ??= encoder.beginComputePass()
      pass.setPipeline(this.#pipelines[step.kernel])
      pass.setBindGroup(0, this.#group, [step.at * STRIDE])
      pass.dispatchWorkgroups(...step.groups)
    }
    pass?.end()
    if (readBack) encoder.copyBufferToBuffer(this.#arena, 4 * this.#transfer, this.#readback, 0, this.#readback.size)
    this.#gpu.device.queue.submit([encoder.finish()])
  }

  #dispatch(kernel: Kernel, over: Size, tile: number, { size = [over.width, over.height], patches = [], planes, f = [] }: Parameters): Dispatch {
    const block = new ArrayBuffer(PARAMETERS)
    const ints = new Uint32Array(block)
    ints.set(size, 0)
    ints.set(patches, 4)
    planes.forEach((group, n) => ints.set(group, 8 + 4 * n))
    new Float32Array(block).set(f, 24)
    return { kernel, groups: [Math.ceil(over.width / tile), Math.ceil(over.height / tile)], at: this.#blocks.push(block) - 1 }
  }

  /** Smaller scales of a frame, and all gradients. */
  #pyramid(slot: 0 | 1): Step[] {
    return this.#scales.flatMap((c, k) => {
      const finer = this.#scales[k - 1]
      const halve = k ? [this.#dispatch('reduce', c, 16, { size: [c.width, c.height, finer.width, finer.height], planes: [[finer.image[slot], c.image[slot]]], f: [1] })] : []
      return [...halve, this.#dispatch('gradients', c, 16, { planes: [[c.image[slot], c.gx[slot], c.gy[slot]]] })]
    })
  }

  /** The initial flow at every scale. */
  #candidates(): Step[] {
    return this.#scales.flatMap((c, k) => {
      if (!k) return [this.#dispatch('importFlow', c, 16, { planes: [[this.#transfer, c.cu, c.cv]] })]
      const finer = this.#scales[k - 1]
      return (['cu', 'cv'] as const).map(plane => this.#dispatch('reduce', c, 16, { size: [c.width, c.height, finer.width, finer.height], planes: [[finer[plane], c[plane]]], f: [0.5] }))
    })
  }

  #solve(from: 0 | 1, led: boolean): Step[] {
    const last = this.#scales.length - 1
    const finest = Math.min(this.options.finestSearch, last)
    const steps: Step[] = []
    for (let k = last; k >= 0; k--) {
      const c = this.#scales[k]
      const coarse = this.#scales[k + 1]
      if (!coarse) steps.push(...[c.u, c.v].map(clear => ({ clear, floats: c.width * c.height })))
      else for (const plane of ['u', 'v'] as const) steps.push(this.#dispatch('enlarge', c, 16, { size: [c.width, c.height, coarse.width, coarse.height], planes: [[coarse[plane], c[plane]]], f: [2] }))
      if (k >= finest) steps.push(...this.#search(c, from, led))
      steps.push(...this.#refine(c, from))
    }
    const full = this.#scales[0]
    return [...steps, this.#dispatch('exportFlow', full, 16, { planes: [[this.#transfer, full.u, full.v]] })]
  }

  #search(c: FlowScale, from: 0 | 1, led: boolean): Step[] {
    const { patchStride, searchIterations, damping } = this.options
    const grid = { width: c.nx, height: c.ny }
    const images = [c.image[from], c.gx[from], c.gy[from], c.image[1 - from]]
    const patches = [c.nx, c.ny, patchStride, searchIterations]
    const size = [c.width, c.height]
    const steps = [this.#dispatch('search', grid, 8, { size, patches, planes: [images, [c.u, c.v, c.cu, c.cv], c.patches[0]], f: [damping, led ? 1 : 0] })]
    let now = 0
    for (const distance of ROUNDS.filter(d => d < Math.max(c.nx, c.ny))) {
      steps.push(this.#dispatch('propagate', grid, 8, { size, patches, planes: [images, [], c.patches[now], c.patches[1 - now]], f: [damping, distance] }))
      now = 1 - now
    }
    return [...steps, this.#dispatch('densify', c, 16, { patches, planes: [images, [c.u, c.v], c.patches[now]] })]
  }

  #refine(c: FlowScale, from: 0 | 1): Step[] {
    const { alpha, gamma, delta, edge, omega, warps, fixedPoints, sweeps } = this.options
    const planes = [[c.image[from], c.image[1 - from], c.u, c.v], [c.mean, c.iz, c.valid], c.system.slice(0, 4), c.system.slice(4, 8)]
    const half = { width: (c.width + 1) >> 1, height: c.height }
    const size = [c.width, c.height]
    // Made once: their parameters are the same in every iteration.
    const linearise = this.#dispatch('linearise', c, 16, { planes })
    const coefficients = this.#dispatch('coefficients', c, 16, { planes, f: [alpha, gamma, delta, edge] })
    const colours = [0, 1].map(colour => this.#dispatch('relax', half, 16, { size, patches: [colour], planes, f: [0, 0, 0, omega] }))
    const increment = this.#dispatch('increment', c, 16, { planes })
    const sweep = Array.from({ length: sweeps }, () => colours).flat()
    const fixed = Array.from({ length: fixedPoints }, () => [coefficients, ...sweep]).flat()
    return Array.from({ length: warps }, () => [linearise, ...fixed, increment]).flat()
  }
}
