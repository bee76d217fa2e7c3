/**
 * Sub-pixel refinement and scoring of image patches, in batches, on worker threads: where does the patch around a
 * point of one frame lie in another, near a guess? Lucas-Kanade with gain and bias removed (wasm/assembly/patch).
 * All points are raster pixels of the size given. Not here: tracks, or what to believe.
 */
import { Worker } from 'node:worker_threads'
import type { Size } from '../../shared/units.ts'
import { loadModule } from '../flow/flowModule.ts'
import { BORDER, CALL_ITEMS, ITEM_BYTES, MAX_WINDOW, type PatchCall, type PatchGeometry, type PatchWorkerData, patchGeometry } from './patchLayout.ts'

export interface PatchRefinerOptions extends Size {
  readonly frames: number
  readonly threads: number
}

export interface PatchBatch {
  /** [n] frame of each template. */
  readonly templateFrames: Int32Array
  /** [n, 2] raster points of the templates. */
  readonly templates: Float32Array
  /** [n] frame in which each is sought. */
  readonly frames: Int32Array
  /** [n, 2] where to start (or, for scores, where to look). */
  readonly guesses: Float32Array
  /** [n, 4] row-major 2×2 map of offsets in the template's frame to offsets in the target's; identity when left out. */
  readonly warps?: Float32Array
}

export interface RefineOptions {
  /** Side of the window, odd, 5 to 31 (default 15). */
  readonly window?: number
  /** Most iterations at each level (default 8). */
  readonly iterations?: number
  /** 2 starts at half size: reaches about twice as far (default 1). */
  readonly levels?: 1 | 2
  /** `converged` asks for at least this smallest eigenvalue, in grey levels² per px² (default 3). */
  readonly minEigenvalue?: number
}

export interface PatchResult {
  /** [n, 2] refined raster points; the guess where the search failed. */
  readonly points: Float32Array
  /** [n] zero-mean normalised correlation at the point, −1..1; −1 where less than half of the window is in the frame. */
  readonly zncc: Float32Array
  /** [n] root mean square difference in grey levels after gain and bias. */
  readonly residual: Float32Array
  /** [n] smallest eigenvalue of the template's structure tensor, grey levels² per px²: small where texture does not hold the patch. */
  readonly conditioning: Float32Array
  /** [n] 1 where the search converged on a patch with texture in both directions. */
  readonly converged: Uint8Array
}

export class PatchRefiner implements Size {
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly #geometry: PatchGeometry
  readonly #memory: WebAssembly.Memory
  readonly #workers: Worker[]
  readonly #counter: number
  readonly #weights: number
  readonly #items: number
  readonly #loaded: Uint8Array
  #weighted = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor({ width, height, frames, threads }: PatchRefinerOptions) {
    this.width = width
    this.height = height
    this.frames = frames
    this.#loaded = new Uint8Array(frames)
    let top = 64
    const take = (bytes: number) => {
      const address = top
      top += (bytes + 15) & ~15
      return address
    }
    this.#counter = take(64)
    const plane = MAX_WINDOW * (MAX_WINDOW + 1) * 4
    this.#weights = take(plane)
    const scratches = Array.from({ length: Math.max(1, threads) }, () => take(4 * plane + (MAX_WINDOW + 3) * (MAX_WINDOW + 9) * 4 + 64))
    this.#items = take(CALL_ITEMS * ITEM_BYTES)
    this.#geometry = patchGeometry({ width, height }, take(0))
    take(frames * this.#geometry.frameBytes + 64)
    const pages = Math.ceil(top / 65536)
    if (pages > 65536) throw new RangeError(`${frames} frames of ${width}×${height} do not fit into the patch refiner's 4 GB`)
    const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true })
    this.#memory = memory
    const module = loadModule('patch')
    this.#workers = scratches.map(scratch => {
      const workerData: PatchWorkerData = { module, memory, scratch }
      return new Worker(new URL('./patchWorker.ts', import.meta.url), { workerData })
    })
  }

  /** Loads the luma [height, width], 0..255, of one frame. Not while a batch runs. */
  setFrame(frame: number, luma: Float32Array | Uint8Array): void {
    const { width, height } = this
    if (!(frame >= 0 && frame < this.frames)) throw new RangeError(`frame ${frame} of ${this.frames}`)
    if (luma.length !== width * height) throw new RangeError(`a frame of ${width}×${height} needs ${width * height} values, not ${luma.length}`)
    const [full, half] = this.#geometry.levels
    const bytes = new Uint8Array(this.#memory.buffer, this.#geometry.frames + frame * this.#geometry.frameBytes, this.#geometry.frameBytes)
    const line = new Uint8ClampedArray(width)
    for (let y = 0; y < height; y++) {
      // Uint8ClampedArray rounds to nearest.
      line.set(luma.subarray(y * width, (y + 1) * width))
      bytes.set(line, full.first + y * full.stride)
    }
    replicate(bytes, full)
    for (let y = 0; y < half.height; y++)
      for (let x = 0; x < half.width; x++) {
        const p = full.first + 2 * y * full.stride + 2 * x
        bytes[half.first + y * half.stride + x] = (bytes[p] + bytes[p + 1] + bytes[p + full.stride] + bytes[p + full.stride + 1] + 2) >> 2
      }
    replicate(bytes, half)
    this.#loaded[frame] = 1
  }

  /** Refines every guess. Calls queue up; frames used must be loaded. */
  refine(batch: PatchBatch, options: RefineOptions = {}): Promise<PatchResult> {
    return this.#enqueue(batch, options.levels ?? 1, options)
  }

  /** Correlation of template and target at the guesses as they are, [n]. */
  async scorePatches(batch: PatchBatch, options: Pick<RefineOptions, 'window'> = {}): Promise<Float32Array> {
    return (await this.#enqueue(batch, 0, options)).zncc
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()))
  }

  #enqueue(batch: PatchBatch, levels: number, options: RefineOptions): Promise<PatchResult> {
    this.#check(batch, options)
    const result = this.#last.then(() => this.#run(batch, levels, options))
    this.#last = result.catch(() => {})
    return result
  }

  #check(batch: PatchBatch, { window = 15 }: RefineOptions): void {
    const n = batch.frames.length
    if (batch.templateFrames.length !== n || batch.templates.length !== 2 * n || batch.guesses.length !== 2 * n || (batch.warps && batch.warps.length !== 4 * n))
      throw new RangeError(`a batch of ${n} patches has arrays of other lengths`)
    if (!(window % 2 === 1 && window >= 5 && window <= MAX_WINDOW)) throw new RangeError(`window ${window} is not odd in 5..${MAX_WINDOW}`)
    for (const frames of [batch.templateFrames, batch.frames])
      for (let i = 0; i < n; i++) if (!this.#loaded[frames[i]]) throw new RangeError(`frame ${frames[i]} was not loaded`)
  }

  async #run(batch: PatchBatch, levels: number, { window = 15, iterations = 8, minEigenvalue = 3 }: RefineOptions): Promise<PatchResult> {
    const n = batch.frames.length
    const result: PatchResult = {
      points: new Float32Array(2 * n),
      zncc: new Float32Array(n),
      residual: new Float32Array(n),
      conditioning: new Float32Array(n),
      converged: new Uint8Array(n),
    }
    this.#setWeights(window)
    const words = ITEM_BYTES >> 2
    const floats = new Float32Array(this.#memory.buffer, this.#items, CALL_ITEMS * words)
    const ints = new Int32Array(this.#memory.buffer, this.#items, CALL_ITEMS * words)
    for (let start = 0; start < n; start += CALL_ITEMS) {
      const count = Math.min(CALL_ITEMS, n - start)
      for (let i = 0, k = start, o = 0; i < count; i++, k++, o += words) {
        ints[o] = batch.templateFrames[k]
        ints[o + 1] = batch.frames[k]
        floats[o + 2] = batch.templates[2 * k]
        floats[o + 3] = batch.templates[2 * k + 1]
        floats[o + 4] = batch.guesses[2 * k]
        floats[o + 5] = batch.guesses[2 * k + 1]
        for (let j = 0; j < 4; j++) floats[o + 6 + j] = batch.warps ? batch.warps[4 * k + j] : j === 0 || j === 3 ? 1 : 0
      }
      const call: PatchCall = {
        items: this.#items, count, counter: this.#counter, weights: this.#weights, window, iterations, levels, geometry: this.#geometry,
      }
      await this.#dispatch(call)
      for (let i = 0, k = start, o = 10; i < count; i++, k++, o += words) {
        const textured = floats[o + 4] >= minEigenvalue
        const failed = levels > 0 && !ints[o + 5]
        result.points[2 * k] = failed ? batch.guesses[2 * k] : floats[o]
        result.points[2 * k + 1] = failed ? batch.guesses[2 * k + 1] : floats[o + 1]
        result.zncc[k] = floats[o + 2]
        result.residual[k] = floats[o + 3]
        result.conditioning[k] = floats[o + 4]
        result.converged[k] = ints[o + 5] && textured ? 1 : 0
      }
    }
    return result
  }

  async #dispatch(call: PatchCall): Promise<void> {
    Atomics.store(new Int32Array(this.#memory.buffer, this.#counter, 1), 0, 0)
    await Promise.all(
      this.#workers.map(
        worker =>
          new Promise<void>((resolve, reject) => {
            const settle = (error?: Error) => {
              worker.off('message', onMessage)
              worker.off('error', settle)
              worker.off('exit', onExit)
              if (error) reject(error)
              else resolve()
            }
            const onMessage = () => settle()
            const onExit = () => settle(new Error('the patch refiner was closed'))
            worker.on('message', onMessage)
            worker.on('error', settle)
            worker.on('exit', onExit)
            worker.postMessage(call)
          }),
      ),
    )
  }

  /** Gaussian of a third of the side, rows padded with zeros to whole vectors. */
  #setWeights(side: number): void {
    if (this.#weighted === side) return
    const columns = (side + 3) & ~3
    const weights = new Float32Array(this.#memory.buffer, this.#weights, side * columns)
    const sigma = side / 3
    for (let j = 0; j < side; j++)
      for (let i = 0; i < columns; i++) {
        const r2 = (i - (side >> 1)) ** 2 + (j - (side >> 1)) ** 2
        weights[j * columns + i] = i < side ? Math.exp(-r2 / (2 * sigma * sigma)) : 0
      }
    this.#weighted = side
  }
}

/** Continues a level's outer pixels into its border. */
function replicate(bytes: Uint8Array, { first, stride, width, height }: { first: number; stride: number; width: number; height: number }): void {
  for (let y = 0; y < height; y++) {
    const row = first + y * stride
    bytes.fill(bytes[row], row - BORDER, row)
    bytes.fill(bytes[row + width - 1], row + width, row - BORDER + stride)
  }
  for (let y = 1; y <= BORDER; y++) {
    bytes.copyWithin(first - BORDER - y * stride, first - BORDER, first - BORDER + stride)
    const last = first - BORDER + (height - 1) * stride
    bytes.copyWithin(last + y * stride, last, last + stride)
  }
}
