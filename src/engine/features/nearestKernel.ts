/** Host of the WASM module `features`: nearest descriptors between two sets of features. Not here: which of them to believe. */
import { instantiate } from '../flow/flowModule.ts'
import type { WasmModule } from '../flow/flowModule.ts'
import { DESCRIPTOR_LENGTH, DESCRIPTOR_SIZE } from './descriptor.ts'
import type { Features } from './detectFeatures.ts'

export interface Nearest {
  /** [countA] index in b of the most similar, -1 without any. */
  readonly bestB: Int32Array
  /** [countA] distance (0..√2, descriptors of unit length) of the best, and of the best at another place of b. */
  readonly distance: Float32Array
  readonly otherDistance: Float32Array
  /** [countB] index in a of the most similar. */
  readonly bestA: Int32Array
}

interface Exports {
  nearest(
    a: number, countA: number, b: number, countB: number, pointsB: number, apart: number, dots: number,
    bestB: number, best: number, second: number, bestA: number, bestOfB: number,
  ): void
}

const PAGE = 65_536

export class NearestKernel {
  readonly #memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true })
  readonly #run: Exports

  constructor(module: WasmModule) {
    this.#run = instantiate(module, this.#memory) as unknown as Exports
  }

  /** @param apartPx the second best is looked for at least this far from the best */
  nearest(a: Features, b: Features, apartPx: number): Nearest {
    const empty = { bestB: new Int32Array(a.count).fill(-1), distance: new Float32Array(a.count).fill(2), otherDistance: new Float32Array(a.count).fill(2) }
    if (a.count === 0 || b.count === 0) return { ...empty, bestA: new Int32Array(b.count).fill(-1) }
    const rows = Math.ceil(a.count / 4) * 4
    let top = 1024
    const place = (bytes: number): number => {
      const at = top
      top = Math.ceil((top + bytes) / 16) * 16
      return at
    }
    const at = {
      a: place(rows * DESCRIPTOR_SIZE * 2),
      b: place(b.count * DESCRIPTOR_SIZE * 2),
      points: place(b.count * 8),
      dots: place(4 * b.count * 4),
      bestB: place(rows * 4),
      best: place(rows * 4),
      second: place(rows * 4),
      bestA: place(b.count * 4),
      bestOfB: place(b.count * 4),
    }
    const missing = Math.ceil(top / PAGE) - this.#memory.buffer.byteLength / PAGE
    if (missing > 0) this.#memory.grow(missing)
    const { buffer } = this.#memory
    new Int16Array(buffer, at.a, rows * DESCRIPTOR_SIZE).fill(0).set(a.descriptors)
    new Int16Array(buffer, at.b, b.descriptors.length).set(b.descriptors)
    new Float32Array(buffer, at.points, b.count * 2).set(b.points)
    this.#run.nearest(at.a, rows, at.b, b.count, at.points, apartPx, at.dots, at.bestB, at.best, at.second, at.bestA, at.bestOfB)
    const distances = (from: number) =>
      Float32Array.from(new Int32Array(buffer, from, a.count), dot => (dot < 0 ? 2 : Math.sqrt(Math.max(0, 2 - (2 * dot) / DESCRIPTOR_LENGTH ** 2))))
    return {
      bestB: new Int32Array(buffer, at.bestB, a.count).slice(),
      distance: distances(at.best),
      otherDistance: distances(at.second),
      bestA: new Int32Array(buffer, at.bestA, b.count).slice(),
    }
  }
}
