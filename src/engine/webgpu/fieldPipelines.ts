/** The kernels of a field: which files of wgsl/ make which kernel, compiled for its shape when first used. Not here: what they are given. */
import type { GpuDevice } from './gpuDevice.ts'

const kernels = {
  prepare: ['timeNode', 'frameTime', 'prepare'],
  tiles: ['stepParameters', 'field', 'coupling', 'fixedPoint', 'backward', 'step'],
  reduce: ['stepParameters', 'sums', 'timeNode', 'frameTime', 'reduce'],
  norms: ['sums', 'timeNode', 'norms'],
  finish: ['stepParameters', 'finish'],
  update: ['stepParameters', 'sums', 'update'],
  read: ['field', 'coupling', 'read'],
} as const

export type Kernel = keyof typeof kernels

export class FieldPipelines {
  readonly #gpu: GpuDevice
  readonly #constants: string
  readonly #made = new Map<Kernel, GPUComputePipeline>()

  constructor(gpu: GpuDevice, constants: string) {
    this.#gpu = gpu
    this.#constants = constants
  }

  get(kernel: Kernel): GPUComputePipeline {
    let made = this.#made.get(kernel)
    if (!made) this.#made.set(kernel, (made = this.#gpu.pipeline(this.#constants, kernels[kernel])))
    return made
  }
}
