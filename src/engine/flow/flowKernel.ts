/**
 * Dense optical flow between two images of one size, on one thread: the host of the WASM module `flow`. Coarse-to-fine
 * inverse search on 8×8 patches (Kroeger et al. 2016), densified, with a variational refinement at every scale.
 * Images and flow only: statuses, cycles, chaining and files are the pipeline's.
 */
import { type WasmModule, instantiate } from './flowModule.ts'
import type { Size } from '../../shared/units.ts'

/** Settings of the method; lengths in pixels of each scale. */
export interface FlowOptions {
  /** Distance of neighbouring patches. */
  readonly patchStride: number
  /** Patches are searched down to this scale (0 = full size); finer ones are only refined. */
  readonly finestSearch: number
  /** Most Gauss-Newton iterations of a patch, in each of the two passes. */
  readonly searchIterations: number
  /** Added to the diagonal of a patch's structure tensor: holds flat patches at their candidate. */
  readonly damping: number
  /** Weights of smoothness, gradient constancy and intensity constancy. */
  readonly alpha: number
  readonly gamma: number
  readonly delta: number
  /** Falls off smoothness across edges of the image: weight 1 / (1 + (edge·difference)²). */
  readonly edge: number
  /** Re-linearisations per scale, fixed-point iterations in each, over-relaxation sweeps in each of those. */
  readonly warps: number
  readonly fixedPoints: number
  readonly sweeps: number
  readonly omega: number
}

export const defaultFlowOptions: FlowOptions = {
  patchStride: 3,
  finestSearch: 0,
  searchIterations: 8,
  damping: 16,
  alpha: 20,
  gamma: 10,
  delta: 5,
  edge: 0,
  warps: 1,
  fixedPoints: 5,
  sweeps: 5,
  omega: 1.6,
}

const BORDER = 16
const SIDE = 8

interface Exports {
  reduce(src: number, ss: number, dst: number, w: number, h: number, s: number): void
  gradients(img: number, w: number, h: number, s: number, gx: number, gy: number): void
  enlarge(src: number, ss: number, dst: number, w: number, h: number, s: number, factor: number): void
  importPlane(src: number, dst: number, w: number, h: number, s: number): void
  importFlow(src: number, u: number, v: number, w: number, h: number, s: number): void
  exportFlow(u: number, v: number, dst: number, w: number, h: number, s: number): void
  pad(plane: number, w: number, h: number, s: number): void
  search(...args: number[]): void
  densify(...args: number[]): void
  linearise(...args: number[]): void
  diffusivity(...args: number[]): void
  coefficients(...args: number[]): void
  relax(...args: number[]): void
  applyIncrement(...args: number[]): void
}

/** Addresses of one scale's planes. */
interface Scale extends Size {
  /** Row length in floats, and bytes of a plane. */
  readonly s: number
  readonly bytes: number
  readonly nx: number
  readonly ny: number
  /** Of each frame. */
  readonly image: readonly [number, number]
  readonly gx: readonly [number, number]
  readonly gy: readonly [number, number]
  readonly u: number
  readonly v: number
  readonly tu: number
  readonly tv: number
  readonly cu: number
  readonly cv: number
  readonly mean: number
  readonly iz: number
  readonly mx: number
  readonly my: number
  readonly valid: number
  readonly ex: number
  readonly ey: number
  /** Nine split planes in a row. */
  readonly system: number
  readonly pu: number
  readonly pv: number
  readonly cost: number
}

export class FlowKernel {
  readonly width: number
  readonly height: number
  readonly options: FlowOptions
  readonly #wasm: Exports
  readonly #memory: WebAssembly.Memory
  readonly #scales: Scale[] = []
  /** Tight [height, width, 2] in and out. */
  readonly #transfer: number

  private constructor(module: WasmModule, size: Size, options: FlowOptions) {
    this.width = size.width
    this.height = size.height
    this.options = options
    let top = 64
    const take = (bytes: number) => {
      const address = top
      top += (bytes + 15) & ~15
      return address
    }
    let { width, height } = size
    for (;;) {
      const s = ((width + 7) & ~7) + 2 * BORDER
      const bytes = (s * (height + 2 * BORDER) * 4 + 15) & ~15
      const plane = () => take(bytes) + (BORDER * s + BORDER) * 4
      const nx = 1 + Math.ceil((width - SIDE) / options.patchStride)
      const ny = 1 + Math.ceil((height - SIDE) / options.patchStride)
      const patches = () => take(nx * ny * 4)
      this.#scales.push({
        width, height, s, bytes, nx, ny,
        image: [plane(), plane()],
        gx: [plane(), plane()],
        gy: [plane(), plane()],
        u: plane(), v: plane(), tu: plane(), tv: plane(), cu: plane(), cv: plane(),
        mean: plane(), iz: plane(), mx: plane(), my: plane(), valid: plane(), ex: plane(), ey: plane(),
        system: [plane(), plane(), plane(), plane(), plane(), plane(), plane(), plane(), plane()][0],
        pu: patches(), pv: patches(), cost: patches(),
      })
      // Motion of a quarter of the frame is within a patch's reach at the coarsest scale; a scale must hold a patch.
      if (Math.max(width, height) <= 6 * SIDE || Math.min(width, height) < 2 * SIDE + 2) break
      width = (width + 1) >> 1
      height = (height + 1) >> 1
    }
    this.#transfer = take(size.width * size.height * 8)
    // Loads of whole vectors may run past the last plane.
    top += 4096
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(top / 65536), maximum: 65536, shared: true })
    this.#wasm = instantiate(module, this.#memory) as unknown as Exports
  }

  /** `size`: each side at least 16. */
  static create(module: WasmModule, size: Size, options: Partial<FlowOptions> = {}): FlowKernel {
    if (!(size.width >= 16 && size.height >= 16)) throw new Error(`flow needs at least 16×16 pixels, not ${size.width}×${size.height}`)
    return new FlowKernel(module, size, { ...defaultFlowOptions, ...options })
  }

  /** Loads luma [height, width] (0..255) as frame 0 or 1. */
  setFrame(slot: 0 | 1, luma: Float32Array): void {
    if (luma.length !== this.width * this.height) throw new Error(`a frame of ${this.width}×${this.height} needs ${this.width * this.height} values, not ${luma.length}`)
    new Float32Array(this.#memory.buffer, this.#transfer, luma.length).set(luma)
    const w = this.#wasm
    const full = this.#scales[0]
    w.importPlane(this.#transfer, full.image[slot], full.width, full.height, full.s)
    for (let k = 0; k < this.#scales.length; k++) {
      const c = this.#scales[k]
      if (k) w.reduce(this.#scales[k - 1].image[slot], this.#scales[k - 1].s, c.image[slot], c.width, c.height, c.s)
      if (k >= this.options.finestSearch || k === this.#scales.length - 1) w.gradients(c.image[slot], c.width, c.height, c.s, c.gx[slot], c.gy[slot])
    }
  }

  /**
   * Flow [height, width, 2] from frame `from` to the other one. `initial`, of the same shape, joins every patch's
   * candidates at every scale. The result is a view that the next call overwrites.
   */
  flow(from: 0 | 1, initial?: Float32Array): Float32Array {
    const w = this.#wasm
    const o = this.options
    const count = this.width * this.height * 2
    const transfer = new Float32Array(this.#memory.buffer, this.#transfer, count)
    if (initial) {
      if (initial.length !== count) throw new Error(`an initial flow needs ${count} values, not ${initial.length}`)
      transfer.set(initial)
      this.#scales.forEach((c, k) => {
        if (!k) return w.importFlow(this.#transfer, c.cu, c.cv, c.width, c.height, c.s)
        const f = this.#scales[k - 1]
        for (const p of ['cu', 'cv'] as const) {
          w.reduce(f[p], f.s, c[p], c.width, c.height, c.s)
          this.#scaleInPlace(c[p], c, 0.5)
        }
      })
    }
    const last = this.#scales.length - 1
    const finest = Math.min(o.finestSearch, last)
    for (let k = last; k >= 0; k--) {
      const c = this.#scales[k]
      const i0 = c.image[from]
      const i1 = c.image[1 - from]
      if (k === last) this.#zero(c)
      else {
        const coarse = this.#scales[k + 1]
        w.enlarge(coarse.tu, coarse.s, c.u, c.width, c.height, c.s, 2)
        w.enlarge(coarse.tv, coarse.s, c.v, c.width, c.height, c.s, 2)
      }
      if (k >= finest) {
        w.search(
          i0, c.gx[from], c.gy[from], i1, c.width, c.height, c.s, c.u, c.v, c.cu, c.cv, initial ? 1 : 0,
          c.pu, c.pv, c.cost, c.nx, c.ny, o.patchStride, o.searchIterations, o.damping,
        )
        w.densify(i0, i1, c.width, c.height, c.s, c.pu, c.pv, c.nx, c.ny, o.patchStride, c.u, c.v, c.mean)
      }
      this.#refine(c, i0, i1)
    }
    const full = this.#scales[0]
    w.exportFlow(full.tu, full.tv, this.#transfer, full.width, full.height, full.s)
    return transfer
  }

  #refine(c: Scale, i0: number, i1: number): void {
    const w = this.#wasm
    const o = this.options
    const { width, height, s } = c
    w.pad(c.u, width, height, s)
    w.pad(c.v, width, height, s)
    for (let warp = 0; warp < o.warps; warp++) {
      if (warp) {
        this.#copy(c.tu, c.u, c)
        this.#copy(c.tv, c.v, c)
      } else {
        this.#copy(c.u, c.tu, c)
        this.#copy(c.v, c.tv, c)
      }
      w.linearise(i0, i1, width, height, s, c.u, c.v, c.mean, c.iz, c.mx, c.my, c.valid)
      for (let n = 0; n < o.fixedPoints; n++) {
        w.diffusivity(i0, width, height, s, c.tu, c.tv, c.ex, c.ey, o.alpha, o.edge)
        w.coefficients(width, height, s, c.u, c.v, c.tu, c.tv, c.iz, c.mx, c.my, c.valid, c.ex, c.ey, c.system, c.bytes, o.delta, o.gamma)
        w.relax(width, height, s, c.system, c.bytes, o.sweeps, o.omega)
        w.applyIncrement(width, height, s, c.u, c.v, c.system, c.bytes, c.tu, c.tv)
      }
    }
  }

  /** The whole plane with its border. */
  #view(plane: number, c: Scale): Float32Array {
    return new Float32Array(this.#memory.buffer, plane - (BORDER * c.s + BORDER) * 4, c.bytes >> 2)
  }

  #zero(c: Scale): void {
    this.#view(c.u, c).fill(0)
    this.#view(c.v, c).fill(0)
  }

  #copy(from: number, to: number, c: Scale): void {
    this.#view(to, c).set(this.#view(from, c))
  }

  #scaleInPlace(plane: number, c: Scale, factor: number): void {
    const values = this.#view(plane, c)
    for (let i = 0; i < values.length; i++) values[i] *= factor
  }
}
