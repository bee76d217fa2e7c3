/** Host of the WASM module `features` for filtering planes. Not here: which blurs make a scale space (scaleSpace.ts). */
import { instantiate } from '../flow/flowModule.ts'
import type { WasmModule } from '../flow/flowModule.ts'

interface Exports {
  blur(src: number, dst: number, rows: number, line: number, width: number, height: number, half: number, radius: number): void
}

const PAGE = 65_536

export class BlurKernel {
  readonly #memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true })
  readonly #run: Exports

  constructor(module: WasmModule) {
    this.#run = instantiate(module, this.#memory) as unknown as Exports
  }

  /**
   * Symmetric separable filter with replicated borders.
   * @param source [height, width]
   * @param half weights, centre first
   */
  blur(source: Float32Array, width: number, height: number, half: Float32Array): Float32Array {
    if (source.length !== width * height) throw new RangeError(`plane has ${source.length} values, not ${width}×${height}`)
    const radius = half.length - 1
    let top = 1024
    const place = (floats: number): number => {
      const at = top
      top = Math.ceil((top + floats * 4) / 16) * 16
      return at
    }
    const at = { half: place(half.length), line: place(width + 2 * radius + 8), src: place(source.length), rows: place(source.length), dst: place(source.length) }
    const missing = Math.ceil(top / PAGE) - this.#memory.buffer.byteLength / PAGE
    if (missing > 0) this.#memory.grow(missing)
    const { buffer } = this.#memory
    new Float32Array(buffer, at.half, half.length).set(half)
    new Float32Array(buffer, at.src, source.length).set(source)
    this.#run.blur(at.src, at.dst, at.rows, at.line, width, height, at.half, radius)
    return new Float32Array(buffer, at.dst, source.length).slice()
  }
}
