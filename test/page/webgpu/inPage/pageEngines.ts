/** The list of engines (gradients/engineList.ts) in the page: WebGPU against the reference. Where states pass between two engines, it is the other one. */
import { createReferenceEngine } from '../../../../src/engine/reference/referenceEngine.ts'
import { createWebgpuEngine } from '../../../../src/engine/webgpu/webgpuEngine.ts'
import type { SuiteEngine } from '../../../gradients/engineList.ts'

export const wasmOfTwo = createWebgpuEngine
export const kernels: readonly SuiteEngine[] = [{ name: 'webgpu', create: createWebgpuEngine }]
export const engines: readonly SuiteEngine[] = [{ name: 'reference', create: createReferenceEngine }, ...kernels]
