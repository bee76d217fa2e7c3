/** The kernels of a field, compiled for its shape: which files of wgsl/ make which kernel. Not here: what they are given. */
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

export type FieldPipelines = Readonly<Record<keyof typeof kernels, GPUComputePipeline>>

export async function compileField(gpu: GpuDevice, constants: string): Promise<FieldPipelines> {
  const made = await Promise.all(Object.entries(kernels).map(async ([name, parts]) => [name, await gpu.pipeline(constants, parts)] as const))
  return Object.fromEntries(made) as FieldPipelines
}
