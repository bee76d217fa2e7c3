/**
 * The field on a GPU: WGSL kernels (wgsl/) on a device of Dawn. This file turns the engine interface into buffers and dispatches; the numbers
 * are made in the kernels. A step is six dispatches and one read-back: frame biases; the fused tiles; network gradients; norms; header; Adam.
 * The same batch gives the same bits on the same adapter. Operations run one at a time, in the order of the calls.
 */
import type {
  Batch, CreateEngine, EngineOptions, FieldEngine, FieldShape, FieldState, LossWeights, Readout, StepRates, StepResult,
} from '../backend.ts'
import { SampleKind } from '../backend.ts'
import { checkBatch, checkReadRequest, checkState } from '../doorChecks.ts'
import { adamBeta1, adamBeta2, initialValues } from '../layout.ts'
import { TaplineError } from '../../shared/errors.ts'
import { FieldBuffers } from './fieldBuffers.ts'
import { FieldPipelines } from './fieldPipelines.ts'
import type { Kernel } from './fieldPipelines.ts'
import { addendLimit, HEADER_FLOATS, planField, READ_TARGETS, STEP_FLOATS } from './fieldPlan.ts'
import type { FieldPlan } from './fieldPlan.ts'
import { openGpuDevice } from './gpuDevice.ts'
import type { GpuDevice } from './gpuDevice.ts'

export { webgpuAdapters } from './gpuDevice.ts'

/** Query-target cells of one readout dispatch: bounds its memory. */
const READ_CELLS = 1 << 20

const noRates: StepRates = { network: 0, depth: 0, clipDepth: Infinity, clipNetwork: Infinity }

interface Described {
  readonly points: number
  readonly workgroups: number
  readonly batch: GPUBuffer
  readonly results: GPUBuffer
}

export class WebgpuEngine implements FieldEngine {
  readonly name: string
  readonly shape: FieldShape
  readonly #gpu: GpuDevice
  readonly #plan: FieldPlan
  readonly #buffers: FieldBuffers
  readonly #pipelines: FieldPipelines
  #step = 0
  #closed = false
  #queue: Promise<unknown> = Promise.resolve()

  static async create(options: EngineOptions): Promise<WebgpuEngine> {
    const gpu = await openGpuDevice()
    try {
      const plan = planOn(gpu, options.shape)
      const buffers = await FieldBuffers.create(gpu, plan)
      const initial = initialValues(options.shape, options.initialDepth, options.seed)
      buffers.import(initial)
      buffers.write(buffers.buffer('prior'), initial.depth)
      return new WebgpuEngine(gpu, plan, buffers)
    } catch (error) {
      gpu.release()
      throw error
    }
  }

  private constructor(gpu: GpuDevice, plan: FieldPlan, buffers: FieldBuffers) {
    this.#gpu = gpu
    this.#plan = plan
    this.#buffers = buffers
    this.#pipelines = new FieldPipelines(gpu, plan.constants)
    this.shape = plan.shape
    this.name = `webgpu on ${gpu.adapter.name}`
  }

  /** Bytes of the field's buffers, now. */
  get memoryBytes(): number {
    return this.#buffers.bytes
  }

  step(batch: Batch, weights: LossWeights, rates: StepRates): Promise<StepResult> {
    return this.#enqueue(async () => {
      checkBatch(this.shape, batch)
      if (batch.weight.length === 0) return emptyResult()
      const described = await this.#describe(batch, weights, rates, this.#step + 1, true)
      const read = await this.#buffers.run('step', encoder => {
        const pass = encoder.beginComputePass()
        this.#differentiate(pass, described)
        this.#update(pass, described)
        pass.end()
      }, this.#resultPieces(described))
      const result = resultOf(read, batch)
      if (result.finite) this.#step++
      return result
    })
  }

  gradients(batch: Batch, weights: LossWeights) {
    return this.#enqueue(async () => {
      checkBatch(this.shape, batch)
      const { plan } = this.#buffers
      if (batch.weight.length === 0)
        return { result: emptyResult(), values: this.#buffers.unpack({ values: new Float32Array(plan.valueFloats), depth: new Float32Array(plan.depthFloats) }) }
      const described = await this.#describe(batch, weights, noRates, 1, false)
      const sums = this.#buffers.buffer('sums')
      const fixedBytes = 4 * (plan.planeFloats + plan.depthFloats)
      const denseFloats = plan.valueFloats - plan.planeFloats
      const read = await this.#buffers.run(
        'gradients',
        encoder => {
          const pass = encoder.beginComputePass()
          this.#differentiate(pass, described)
          pass.end()
        },
        [...this.#resultPieces(described), [described.results, 4 * plan.denseAt, 4 * denseFloats], [sums, 0, fixedBytes], [sums, 4 * plan.fixedCount, fixedBytes]],
      )
      // Not to be applied: only clears the sums.
      await this.#buffers.run('copy', encoder => {
        const pass = encoder.beginComputePass()
        this.#update(pass, described)
        pass.end()
      }, [[described.results, 0, 4]])
      const result = resultOf(read, batch)
      const start = 4 * (HEADER_FLOATS + described.points)
      const dense = new Float32Array(read, start, denseFloats)
      const low = new Int32Array(read, start + 4 * denseFloats, fixedBytes / 4)
      const high = new Int32Array(read, start + 4 * denseFloats + fixedBytes, fixedBytes / 4)
      const fixed = new Float32Array(low.length).map((_, k) => (high[k] * 2 ** 32 + low[k]) / 2 ** 40)
      const values = new Float32Array(plan.valueFloats)
      values.set(fixed.subarray(0, plan.planeFloats))
      values.set(dense, plan.planeFloats)
      return { result, values: this.#buffers.unpack({ values, depth: fixed.subarray(plan.planeFloats) }) }
    })
  }

  read(queryFrames: Int32Array, queryPoints: Float32Array, targets: Int32Array, depths?: Float32Array): Promise<Readout> {
    return this.#enqueue(async () => {
      checkReadRequest(this.shape, queryFrames, queryPoints, targets, depths)
      const cells = queryFrames.length * targets.length
      const out = { positions: new Float32Array(2 * cells), depths: new Float32Array(cells), surface: new Float32Array(cells) }
      if (!cells) return out
      // Queries of one frame share a tile.
      const order = [...queryFrames.keys()].sort((a, b) => queryFrames[a] - queryFrames[b] || a - b)
      const { points } = this.#plan
      const chunk = Math.max(points, Math.floor(READ_CELLS / targets.length / points) * points)
      for (let first = 0; first < order.length; first += chunk)
        await this.#readChunk(order.slice(first, first + chunk), queryFrames, queryPoints, targets, depths, out)
      return out
    })
  }

  exportState(): Promise<FieldState> {
    return this.#enqueue(async () => {
      const names = ['values', 'depth', 'moments', 'depthMoments'] as const
      const { valueFloats, depthFloats } = this.#plan
      const lengths = [valueFloats, depthFloats, 2 * valueFloats, 2 * depthFloats]
      const read = await this.#buffers.run('copy', () => undefined, names.map((name, n) => [this.#buffers.buffer(name), 0, 4 * lengths[n]] as const))
      let at = 0
      const [values, depth, moments, depthMoments] = lengths.map(length => new Float32Array(read, 4 * ((at += length) - length), length))
      const every = (from: Float32Array, n: number) => new Float32Array(from.length / 2).map((_, k) => from[2 * k + n])
      const moment = (n: number) => this.#buffers.unpack({ values: every(moments, n), depth: every(depthMoments, n) })
      return { step: this.#step, values: this.#buffers.unpack({ values, depth }), firstMoments: moment(0), secondMoments: moment(1) }
    })
  }

  importState(state: FieldState): Promise<void> {
    return this.#enqueue(async () => {
      checkState(this.#plan.layout, state)
      this.#step = state.step
      this.#buffers.import(state.values, state.firstMoments, state.secondMoments)
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#queue
    this.#buffers.destroy()
    this.#gpu.release()
  }

  #enqueue<T>(operation: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(() => {
      if (this.#closed) throw new Error('field engine: it is closed')
      this.#gpu.check()
      return operation()
    })
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Writes a batch, its weights and rates. */
  async #describe(batch: Batch, weights: LossWeights, rates: StepRates, step: number, apply: boolean): Promise<Described> {
    const plan = this.#plan
    const points = batch.weight.length
    const tiles: number[] = []
    for (let g = 0; g < batch.groups.length; g += 4) {
      const [i, j, first, count] = batch.groups.subarray(g, g + 4)
      for (let at = 0; at < count; at += plan.points) tiles.push(i, j, first + at, Math.min(plan.points, count - at))
    }
    const tileCount = tiles.length / 4
    // As few as give no workgroup more tiles than another.
    const workgroups = Math.ceil(tileCount / Math.ceil(tileCount / plan.workgroups))
    const words = new Uint32Array(tiles.length + 6 * points)
    const reals = new Float32Array(words.buffer)
    words.set(tiles)
    reals.set(batch.source, tiles.length)
    reals.set(batch.target, tiles.length + 2 * points)
    reals.set(batch.weight, tiles.length + 4 * points)
    words.set(batch.kind, tiles.length + 5 * points)
    const limit = (norm: number) => Math.min(norm, 3e38)
    const parameters = new Float32Array(STEP_FLOATS)
    new Uint32Array(parameters.buffer).set([tileCount, workgroups, tiles.length, batch.couples ? 1 : 0])
    parameters.set([1 / points, addendLimit(points), rates.network, rates.depth, limit(rates.clipNetwork), limit(rates.clipDepth)], 4)
    parameters.set([1 / (1 - adamBeta1 ** step), 1 / (1 - adamBeta2 ** step)], 10)
    parameters.set([weights.pixel, weights.longTerm, weights.correction, weights.depth, weights.prior, weights.priorLongTerm], 12)
    parameters.set([weights.priorGradient, weights.priorGradientLongTerm, weights.occlusion, weights.occlusionMargin, weights.flowGradient], 18)
    new Uint32Array(parameters.buffer).set([apply ? 1 : 0, points], 23)
    const [buffer, results] = [await this.#buffers.growing('batch', words.byteLength), await this.#buffers.growing('results', 4 * (plan.residualsAt + points))]
    this.#buffers.write(buffer, words)
    this.#buffers.write(this.#buffers.buffer('step'), parameters)
    return { points, workgroups, batch: buffer, results }
  }

  #resultPieces({ results, points }: Described): [GPUBuffer, number, number][] {
    return [
      [results, 0, 4 * HEADER_FLOATS],
      [results, 4 * this.#plan.residualsAt, 4 * points],
    ]
  }

  #dispatch(pass: GPUComputePassEncoder, kernel: Kernel, buffers: readonly GPUBuffer[], x: number, y = 1): void {
    const pipeline = this.#pipelines.get(kernel)
    pass.setPipeline(pipeline)
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
    pass.setBindGroup(0, this.#gpu.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
    pass.dispatchWorkgroups(x, y)
  }

  #differentiate(pass: GPUComputePassEncoder, { batch, results, workgroups }: Described): void {
    const at = (name: Parameters<FieldBuffers['buffer']>[0]) => this.#buffers.buffer(name)
    const plan = this.#plan
    this.#dispatch(pass, 'prepare', [at('values'), at('frameBias')], Math.ceil(plan.frameBiasFloats / 64))
    this.#dispatch(pass, 'tiles', [at('step'), at('values'), at('depth'), at('frameBias'), batch, at('prior'), at('sums'), at('work'), results], workgroups)
    this.#dispatch(pass, 'reduce', [at('values'), at('work'), at('sums'), results, at('step')], Math.ceil(plan.reduceItems / 64))
    this.#dispatch(pass, 'norms', [at('sums'), results], plan.normGroups)
    this.#dispatch(pass, 'finish', [at('step'), results], 1)
  }

  #update(pass: GPUComputePassEncoder, { results }: Described): void {
    const at = (name: Parameters<FieldBuffers['buffer']>[0]) => this.#buffers.buffer(name)
    const buffers = [at('step'), at('values'), at('moments'), at('depth'), at('depthMoments'), at('sums'), results]
    this.#dispatch(pass, 'update', buffers, this.#plan.updateGroups)
  }

  async #readChunk(
    order: readonly number[],
    queryFrames: Int32Array,
    queryPoints: Float32Array,
    targets: Int32Array,
    depths: Float32Array | undefined,
    out: { positions: Float32Array; depths: Float32Array; surface: Float32Array },
  ): Promise<void> {
    const tiles: number[] = []
    for (let first = 0; first < order.length; ) {
      const frame = queryFrames[order[first]]
      let count = 1
      while (count < this.#plan.points && first + count < order.length && queryFrames[order[first + count]] === frame) count++
      tiles.push(frame, first, count)
      first += count
    }
    const queriesAt = tiles.length + targets.length
    const words = new Uint32Array(queriesAt + 3 * order.length)
    const reals = new Float32Array(words.buffer)
    words.set(tiles)
    words.set(targets, tiles.length)
    order.forEach((q, n) => reals.set([queryPoints[2 * q], queryPoints[2 * q + 1], depths ? depths[q] : 0], queriesAt + 3 * n))
    const width = targets.length
    const bytes = 16 * order.length * width
    const [batch, tracks] = [await this.#buffers.growing('batch', words.byteLength), await this.#buffers.growing('tracks', bytes)]
    this.#buffers.write(batch, words)
    const at = (name: Parameters<FieldBuffers['buffer']>[0]) => this.#buffers.buffer(name)
    this.#buffers.write(at('request'), Uint32Array.of(width, tiles.length, queriesAt, depths ? 1 : 0))
    const read = await this.#buffers.run('read', encoder => {
      const pass = encoder.beginComputePass()
      this.#dispatch(pass, 'prepare', [at('values'), at('frameBias')], Math.ceil(this.#plan.frameBiasFloats / 64))
      this.#dispatch(pass, 'read', [at('request'), at('values'), at('depth'), at('frameBias'), batch, tracks], tiles.length / 3, Math.ceil(width / READ_TARGETS))
      pass.end()
    }, [[tracks, 0, bytes]])
    const made = new Float32Array(read)
    order.forEach((q, n) => {
      for (let t = 0; t < width; t++) {
        const [from, to] = [4 * (n * width + t), q * width + t]
        out.positions[2 * to] = made[from]
        out.positions[2 * to + 1] = made[from + 1]
        out.depths[to] = made[from + 2]
        out.surface[to] = made[from + 3]
      }
    })
  }
}

function planOn(gpu: GpuDevice, shape: FieldShape): FieldPlan {
  try {
    return planField(shape, gpu.limits)
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith('field')) throw error
    throw new TaplineError('device', `the GPU ${gpu.adapter.name}`, `the field does not fit: ${error.message}`, 'Choose another device, or smaller depth maps.', { cause: error })
  }
}

const noLosses = { total: 0, pixel: 0, longTerm: 0, correction: 0, depth: 0, prior: 0, priorGradient: 0, occlusion: 0, flowGradient: 0 }

function emptyResult(): StepResult {
  return { losses: noLosses, residuals: new Float32Array(0), networkGradientNorm: 0, depthGradientNorm: 0, finite: true }
}

/** What the header and the residuals behind it say. */
function resultOf(read: ArrayBuffer, batch: Batch): StepResult {
  const header = new Float32Array(read, 0, HEADER_FLOATS)
  const residuals = new Float32Array(read, 4 * HEADER_FLOATS, batch.weight.length)
  batch.kind.forEach((kind, p) => {
    if (kind === SampleKind.occluded) residuals[p] = Number.NaN
  })
  const [pixel, longTerm, correction, depth, prior, priorGradient, occlusion, flowGradient] = header
  const total = pixel + longTerm + correction + depth + prior + priorGradient + occlusion + flowGradient
  return {
    losses: { total, pixel, longTerm, correction, depth, prior, priorGradient, occlusion, flowGradient },
    residuals,
    networkGradientNorm: header[9],
    depthGradientNorm: header[10],
    finite: header[13] === 1,
  }
}

export const createWebgpuEngine: CreateEngine = options => WebgpuEngine.create(options)
