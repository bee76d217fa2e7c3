/** Every engine that the suite of the engines runs over, in one place. A new one is a line here. */
import type { CreateEngine } from '../../src/engine/backend.ts'
import { createReferenceEngine } from '../../src/engine/reference/referenceEngine.ts'
import { createTfjsEngineOn } from '../../src/engine/tfjs/tfjsEngine.ts'
import { hasRelaxedSimd } from '../../src/engine/wasm/fieldPool.ts'
import { WasmEngine } from '../../src/engine/wasm/wasmEngine.ts'
import { createWebgpuEngine } from '../../src/engine/webgpu/webgpuEngine.ts'
import { webgpuFound } from './webgpuAdapter.ts'

export interface SuiteEngine {
  readonly name: string
  readonly create: CreateEngine
  /** Slow on this machine: small scenes and few steps. Tolerances are the same. */
  readonly slow?: true
}

const wasm = (threads: number, relaxed = false): SuiteEngine => ({
  name: `wasm${relaxed ? ' fused' : ''} × ${threads}`,
  create: options => WasmEngine.create({ ...options, threads, relaxed }),
})

export const wasmOfTwo: CreateEngine = wasm(2).create

/** All but the oracle. */
export const kernels: readonly SuiteEngine[] = [
  wasm(1),
  wasm(2),
  ...(hasRelaxedSimd() ? [wasm(2, true)] : []),
  { name: 'tfjs on its cpu backend', create: options => createTfjsEngineOn(['cpu'], options), slow: true },
  // Where there is no adapter, webgpu.test.ts says so.
  ...(webgpuFound ? [{ name: 'webgpu', create: createWebgpuEngine, slow: true } as const] : []),
]

export const engines: readonly SuiteEngine[] = [{ name: 'reference', create: createReferenceEngine }, ...kernels]
