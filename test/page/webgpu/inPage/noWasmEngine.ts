/** Takes the place of the WASM engine, whose workers are Node's: in the page it is only imported, by the measurements beside the batches we use. */
export const WasmEngine = {
  create(): never {
    throw new Error('the WASM engine does not run in a page')
  },
}
