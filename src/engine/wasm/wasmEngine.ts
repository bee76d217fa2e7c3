/**
 * The field on the CPU: AssemblyScript kernels with f32x4 SIMD in shared memory, on worker threads. This file turns the
 * engine interface into slots and commands; the numbers are made in assembly/field. Operations run one at a time, in
 * the order of the calls.
 */
import type { Batch, CreateEngine, EngineOptions, FieldEngine, FieldShape, FieldState, LossWeights, Readout, StepRates, StepResult } from '../backend.ts'
import { parameterGroups } from '../backend.ts'
import { checkBatch, checkReadRequest, checkState } from '../doorChecks.ts'
import { adamBeta1, adamBeta2, initialValues } from '../layout.ts'
import * as slot from './assembly/field/slots.ts'
import { FieldMemory, perGroup } from './fieldMemory.ts'
import { FieldPool } from './fieldPool.ts'
import { Command } from './fieldWorker.ts'

/** Query-target cells of one readout command: bounds its memory. */
const READ_CELLS = 1 << 20

const noRates: StepRates = { network: 0, depth: 0, clipDepth: Infinity, clipNetwork: Infinity }

export interface WasmEngineOptions extends EngineOptions {
  /** Force fused multiply-add on or off; by default as the runtime has it. */
  readonly relaxed?: boolean
}

export class WasmEngine implements FieldEngine {
  readonly name: string
  readonly shape: FieldShape
  readonly #field: FieldMemory
  readonly #pool: FieldPool
  #step = 0
  #queue: Promise<unknown> = Promise.resolve()

  static async create(options: WasmEngineOptions): Promise<WasmEngine> {
    const threads = Math.max(1, Math.floor(options.threads))
    const initial = initialValues(options.shape, options.initialDepth, options.seed)
    const field = new FieldMemory(options.shape, threads)
    for (const group of parameterGroups) field.importGroup(group, 'values', initial[group])
    field.setPrior(initial.depth)
    return new WasmEngine(field, await FieldPool.start(field, options.relaxed))
  }

  private constructor(field: FieldMemory, pool: FieldPool) {
    this.shape = field.shape
    this.#field = field
    this.#pool = pool
    this.name = `wasm${pool.relaxed ? ' (fused)' : ''} × ${field.threads}`
  }

  /** Bytes of the shared memory, now. */
  get memoryBytes(): number {
    return this.#field.bytes
  }

  step(batch: Batch, weights: LossWeights, rates: StepRates): Promise<StepResult> {
    return this.#enqueue(async () => {
      const residuals = this.#describe(batch, weights, rates, this.#step + 1)
      if (batch.weight.length === 0) return this.#result(residuals, true)
      await this.#pool.run(Command.step)
      const result = this.#result(residuals)
      if (result.finite) this.#step++
      return result
    })
  }

  gradients(batch: Batch, weights: LossWeights) {
    return this.#enqueue(async () => {
      const residuals = this.#describe(batch, weights, noRates, 1)
      if (batch.weight.length === 0)
        return { result: this.#result(residuals, true), values: perGroup(g => new Float32Array(this.#field.layout.lengths[g])) }
      await this.#pool.run(Command.differentiate)
      const result = this.#result(residuals)
      const values = perGroup(g => this.#field.exportGroup(g, 'gradient'))
      await this.#pool.run(Command.discard)
      return { result, values }
    })
  }

  read(queryFrames: Int32Array, queryPoints: Float32Array, targets: Int32Array, depths?: Float32Array): Promise<Readout> {
    return this.#enqueue(async () => {
      checkReadRequest(this.shape, queryFrames, queryPoints, targets, depths)
      const cells = queryFrames.length * targets.length
      const out = { positions: new Float32Array(2 * cells), depths: new Float32Array(cells), surface: new Float32Array(cells) }
      if (!cells) return out
      // Queries of one frame share a block.
      const order = [...queryFrames.keys()].sort((a, b) => queryFrames[a] - queryFrames[b] || a - b)
      const chunk = Math.max(slot.BLOCK, Math.floor(READ_CELLS / targets.length / slot.BLOCK) * slot.BLOCK)
      for (let first = 0; first < order.length; first += chunk)
        await this.#readChunk(order.slice(first, first + chunk), queryFrames, queryPoints, targets, depths, out)
      return out
    })
  }

  exportState(): Promise<FieldState> {
    return this.#enqueue(async () => ({
      step: this.#step,
      values: perGroup(g => this.#field.exportGroup(g, 'values')),
      firstMoments: perGroup(g => this.#field.exportGroup(g, 'first')),
      secondMoments: perGroup(g => this.#field.exportGroup(g, 'second')),
    }))
  }

  importState(state: FieldState): Promise<void> {
    return this.#enqueue(async () => {
      checkState(this.#field.layout, state)
      this.#step = state.step
      for (const g of parameterGroups) {
        this.#field.importGroup(g, 'values', state.values[g])
        this.#field.importGroup(g, 'first', state.firstMoments[g])
        this.#field.importGroup(g, 'second', state.secondMoments[g])
      }
      this.#field.markActive()
    })
  }

  /** Milliseconds that each thread took for `rounds` rounds of the register-only multiply-add chain (768 FLOP each). */
  measurePeak(rounds: number): Promise<number[]> {
    return this.#enqueue(() => this.#pool.run(Command.peak, rounds))
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  #enqueue<T>(operation: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(operation)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Writes a batch, its weights and rates into shared memory; returns the address of the residuals. */
  #describe(batch: Batch, weights: LossWeights, rates: StepRates, step: number): readonly [number, number] {
    checkBatch(this.shape, batch)
    const points = batch.weight.length
    const blocks: number[] = []
    const used = new Set<number>()
    for (let g = 0; g < batch.groups.length; g += 4) {
      const [i, j, first, count] = batch.groups.subarray(g, g + 4)
      if (count) used.add(i).add(j)
      for (let at = 0; at < count; at += slot.BLOCK) blocks.push(i, j, first + at, Math.min(slot.BLOCK, count - at))
    }
    const [source, target, kind, weight, residual, blockList, usedList] = this.#field.scratch([
      points * 8,
      points * 8,
      points,
      points * 4,
      points * 4,
      blocks.length * 4,
      used.size * 4,
    ])
    this.#field.floats(source, points * 2).set(batch.source)
    this.#field.floats(target, points * 2).set(batch.target)
    new Uint8Array(this.#field.memory.buffer, kind, points).set(batch.kind)
    this.#field.floats(weight, points).set(batch.weight)
    this.#field.ints(blockList, blocks.length).set(blocks)
    this.#field.ints(usedList, used.size).set([...used].sort((a, b) => a - b))

    const ints = this.#field.ints(this.#field.table, slot.SLOTS)
    ints[slot.SOURCE] = source
    ints[slot.TARGET] = target
    ints[slot.KIND] = kind
    ints[slot.WEIGHT] = weight
    ints[slot.RESIDUAL] = residual
    ints[slot.BLOCKS] = blockList
    ints[slot.BLOCK_COUNT] = blocks.length / 4
    ints[slot.USED_FRAMES] = usedList
    ints[slot.USED_COUNT] = used.size
    ints[slot.COUPLES] = batch.couples ? 1 : 0
    const reals = this.#field.floats(this.#field.table, slot.SLOTS)
    reals[slot.SHARE] = 1 / points
    reals.set(
      [
        weights.pixel,
        weights.longTerm,
        weights.correction,
        weights.depth,
        weights.prior,
        weights.priorLongTerm,
        weights.priorGradient,
        weights.priorGradientLongTerm,
        weights.occlusion,
        weights.occlusionMargin,
        weights.flowGradient,
      ],
      slot.LOSS_WEIGHTS,
    )
    reals[slot.RATE_NETWORK] = rates.network
    reals[slot.RATE_DEPTH] = rates.depth
    reals[slot.CLIP_NETWORK] = rates.clipNetwork
    reals[slot.CLIP_DEPTH] = rates.clipDepth
    reals[slot.CORRECT1] = 1 / (1 - adamBeta1 ** step)
    reals[slot.CORRECT2] = 1 / (1 - adamBeta2 ** step)
    return [residual, points]
  }

  #result([residual, points]: readonly [number, number], empty = false): StepResult {
    const ints = this.#field.ints(this.#field.table, slot.SLOTS)
    const sum = (n: number) => {
      let total = 0
      if (!empty)
        for (let t = 0; t < this.#field.threads; t++)
          total += new Float64Array(this.#field.memory.buffer, ints[slot.STATS] + t * ints[slot.STATS_STRIDE], slot.STAT_COUNT)[n]
      return total
    }
    const terms = {
      pixel: sum(slot.STAT_PIXEL),
      longTerm: sum(slot.STAT_LONG_TERM),
      correction: sum(slot.STAT_CORRECTION),
      depth: sum(slot.STAT_DEPTH),
      prior: sum(slot.STAT_PRIOR),
      priorGradient: sum(slot.STAT_PRIOR_GRADIENT),
      occlusion: sum(slot.STAT_OCCLUSION),
      flowGradient: sum(slot.STAT_FLOW_GRADIENT),
    }
    const total = Object.values(terms).reduce((a, b) => a + b, 0)
    const networkGradientNorm = Math.sqrt(sum(slot.STAT_NETWORK_NORM))
    const depthGradientNorm = Math.sqrt(sum(slot.STAT_DEPTH_NORM))
    return {
      losses: { total, ...terms },
      residuals: this.#field.floats(residual, points),
      networkGradientNorm,
      depthGradientNorm,
      finite: Number.isFinite(total + networkGradientNorm + depthGradientNorm),
    }
  }

  async #readChunk(
    order: readonly number[],
    queryFrames: Int32Array,
    queryPoints: Float32Array,
    targets: Int32Array,
    depths: Float32Array | undefined,
    out: { positions: Float32Array; depths: Float32Array; surface: Float32Array },
  ): Promise<void> {
    const queries = order.length
    const blocks: number[] = []
    for (let first = 0; first < queries; ) {
      const frame = queryFrames[order[first]]
      let count = 1
      while (count < slot.BLOCK && first + count < queries && queryFrames[order[first + count]] === frame) count++
      blocks.push(frame, frame, first, count)
      first += count
    }
    const used = [...new Set([...order.map(q => queryFrames[q]), ...targets])].sort((a, b) => a - b)
    const cells = queries * targets.length
    const [source, lift, blockList, usedList, targetList, canonical, positions, zs, surface] = this.#field.scratch([
      queries * 8,
      queries * 4,
      blocks.length * 4,
      used.length * 4,
      targets.length * 4,
      queries * 16,
      cells * 8,
      cells * 4,
      cells * 4,
    ])
    const sources = this.#field.floats(source, queries * 2)
    const lifts = this.#field.floats(lift, queries)
    order.forEach((q, n) => {
      sources[2 * n] = queryPoints[2 * q]
      sources[2 * n + 1] = queryPoints[2 * q + 1]
      if (depths) lifts[n] = depths[q]
    })
    this.#field.ints(blockList, blocks.length).set(blocks)
    this.#field.ints(usedList, used.length).set(used)
    this.#field.ints(targetList, targets.length).set(targets)
    const ints = this.#field.ints(this.#field.table, slot.SLOTS)
    ints[slot.SOURCE] = source
    ints[slot.WEIGHT] = lift
    ints[slot.HAS_DEPTHS] = depths ? 1 : 0
    ints[slot.BLOCKS] = blockList
    ints[slot.BLOCK_COUNT] = blocks.length / 4
    ints[slot.USED_FRAMES] = usedList
    ints[slot.USED_COUNT] = used.length
    ints[slot.TARGETS] = targetList
    ints[slot.TARGET_COUNT] = targets.length
    ints[slot.CANONICAL] = canonical
    ints[slot.QUERY_COUNT] = queries
    ints[slot.OUT_POSITIONS] = positions
    ints[slot.OUT_DEPTHS] = zs
    ints[slot.OUT_SURFACE] = surface
    await this.#pool.run(Command.read)
    const width = targets.length
    const madePositions = this.#field.floats(positions, cells * 2)
    const madeDepths = this.#field.floats(zs, cells)
    const madeSurface = this.#field.floats(surface, cells)
    order.forEach((q, n) => {
      out.positions.set(madePositions.subarray(2 * n * width, 2 * (n + 1) * width), 2 * q * width)
      out.depths.set(madeDepths.subarray(n * width, (n + 1) * width), q * width)
      out.surface.set(madeSurface.subarray(n * width, (n + 1) * width), q * width)
    })
  }
}

export const createWasmEngine: CreateEngine = options => WasmEngine.create(options)
