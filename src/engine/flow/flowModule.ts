/**
 * Compiles the WASM modules of flow, features and the patch refiner: the relaxed-SIMD build where the runtime has it, else
 * the plain one. Not here: their memory, which each host makes.
 */
import { readFileSync } from 'node:fs'

export type WasmModule = WebAssembly.Module

/** Compiles out/wasm/<name>. A WebAssembly.Module can be posted to workers. */
export function loadModule(name: 'flow' | 'patch' | 'features'): WasmModule {
  const folder = new URL('../../../out/wasm/', import.meta.url)
  try {
    return new WebAssembly.Module(readFileSync(new URL(`${name}.relaxed.wasm`, folder)))
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error
    return new WebAssembly.Module(readFileSync(new URL(`${name}.wasm`, folder)))
  }
}

export function instantiate(module: WasmModule, memory: WebAssembly.Memory): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports
}
