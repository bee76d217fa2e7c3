/**
 * The field in TensorFlow.js: tensor operations, with its automatic differentiation. An independent check of the derivatives that other engines
 * have by hand, and the way to CUDA. Sums on a GPU are in no fixed order: results repeat to rounding there, to the bit on the CPU.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Batch, CreateEngine, EngineOptions, FieldEngine, FieldShape, FieldState, LossReport, LossWeights, ParameterGroup, Readout, StepRates, StepResult } from '../backend.ts'
import { parameterGroups, SampleKind } from '../backend.ts'
import { checkBatch, checkReadRequest, checkState } from '../doorChecks.ts'
import { adamBeta1, adamBeta2, adamEpsilon, adamFlush, depthFloor, fieldLayout, initialValues } from '../layout.ts'
import { clipScale } from '../optim/adam.ts'
import { FieldLosses, termNames } from './fieldLosses.ts'
import type { Parameters } from './fieldLosses.ts'
import { FieldMap } from './fieldMap.ts'
import { holdTfjsBackend, openTfjsBackend, tfjsBackends, type HeldBackend, type TfjsBackendName } from './tfjsBackend.ts'

export { openTfjsBackend }

/** Floats of the largest tensor of a batch or a readout; larger ones are done in parts. */
const LARGEST = 1 << 24

type Group<T> = Record<ParameterGroup, T>
const perGroup = <T>(make: (group: ParameterGroup) => T): Group<T> => Object.fromEntries(parameterGroups.map(g => [g, make(g)])) as Group<T>
const zeros = (shape: FieldShape) => perGroup(g => tf.zeros([fieldLayout(shape).lengths[g]]) as tf.Tensor1D)

interface Differentiated {
  readonly result: StepResult
  readonly gradients: Group<tf.Tensor1D>
}

class TfjsEngine implements FieldEngine {
  readonly name: string
  readonly shape: FieldShape
  readonly #held: HeldBackend
  readonly #map: FieldMap
  readonly #losses: FieldLosses
  readonly #prior: tf.Tensor1D
  readonly #partPoints: number
  #values: Group<tf.Tensor1D>
  #first: Group<tf.Tensor1D>
  #second: Group<tf.Tensor1D>
  #step = 0
  #queue: Promise<unknown> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(options: EngineOptions, held: HeldBackend, largest: number) {
    const { shape } = options
    this.shape = shape
    this.#held = held
    this.name = `tfjs (${held.backend.name})`
    const initial = initialValues(shape, options.initialDepth, options.seed)
    this.#map = new FieldMap(shape)
    this.#losses = new FieldLosses(shape, this.#map)
    this.#values = perGroup(g => tf.tensor1d(initial[g]))
    this.#prior = tf.tensor1d(initial.depth.slice())
    this.#first = zeros(shape)
    this.#second = zeros(shape)
    this.#partPoints = Math.max(64, Math.floor(largest / (shape.planeSizes.length * 4 * shape.planeChannels)))
  }

  step(batch: Batch, weights: LossWeights, rates: StepRates): Promise<StepResult> {
    return this.#enqueue(async () => {
      checkBatch(this.shape, batch)
      const { result, gradients } = await this.#differentiate(batch, weights)
      if (result.finite && batch.weight.length > 0) {
        this.#step++
        for (const group of parameterGroups) {
          const isDepth = group === 'depth'
          const scale = isDepth ? clipScale(result.depthGradientNorm, rates.clipDepth) : clipScale(result.networkGradientNorm, rates.clipNetwork)
          this.#update(group, gradients[group], isDepth ? rates.depth : rates.network, scale)
        }
      }
      tf.dispose(gradients)
      return result
    })
  }

  gradients(batch: Batch, weights: LossWeights) {
    return this.#enqueue(async () => {
      checkBatch(this.shape, batch)
      const { result, gradients } = await this.#differentiate(batch, weights)
      const values = await download(gradients)
      tf.dispose(gradients)
      return { result, values }
    })
  }

  read(queryFrames: Int32Array, queryPoints: Float32Array, targets: Int32Array, depths?: Float32Array): Promise<Readout> {
    return this.#enqueue(async () => {
      checkReadRequest(this.shape, queryFrames, queryPoints, targets, depths)
      const count = queryFrames.length * targets.length
      const out = { positions: new Float32Array(2 * count), depths: new Float32Array(count), surface: new Float32Array(count) }
      if (count === 0) return out
      const part = Math.max(1, Math.floor(this.#partPoints / targets.length))
      for (let from = 0; from < queryFrames.length; from += part) {
        const to = Math.min(queryFrames.length, from + part)
        const read = tf.tidy(() => this.#read(queryFrames.subarray(from, to), queryPoints.subarray(2 * from, 2 * to), targets, depths?.subarray(from, to)))
        const [positions, zs, surface] = await Promise.all(read.map(tensor => tensor.data()))
        out.positions.set(positions, 2 * from * targets.length)
        out.depths.set(zs, from * targets.length)
        out.surface.set(surface, from * targets.length)
        tf.dispose(read)
      }
      return out
    })
  }

  exportState(): Promise<FieldState> {
    return this.#enqueue(async () => ({
      step: this.#step,
      values: await download(this.#values),
      firstMoments: await download(this.#first),
      secondMoments: await download(this.#second),
    }))
  }

  importState(state: FieldState): Promise<void> {
    return this.#enqueue(async () => {
      checkState(fieldLayout(this.shape), state)
      this.#step = state.step
      tf.dispose([this.#values, this.#first, this.#second])
      // A backend may keep the very array that it is given.
      const upload = (from: FieldState['values']) => perGroup(g => tf.tensor1d(from[g].slice()))
      this.#values = upload(state.values)
      this.#first = upload(state.firstMoments)
      this.#second = upload(state.secondMoments)
    })
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#queue.then(async () => {
      tf.dispose([this.#values, this.#first, this.#second, this.#prior])
      this.#map.dispose()
      await this.#held.release()
    }))
  }

  #enqueue<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the engine is closed'))
    const turn = this.#queue.then(operation)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Losses and gradients; the gradients are the caller's to dispose. */
  async #differentiate(batch: Batch, weights: LossWeights): Promise<Differentiated> {
    const points = batch.weight.length
    const residuals = new Float32Array(points)
    const losses: { -readonly [K in keyof LossReport]: number } = { total: 0, pixel: 0, longTerm: 0, correction: 0, depth: 0, prior: 0, priorGradient: 0, occlusion: 0, flowGradient: 0 }
    let gradients: Group<tf.Tensor1D> | null = null
    for (const { part, first } of partsOf(batch, this.#partPoints)) {
      const { report, added } = tf.tidy(() => {
        let kept: tf.Tensor1D | undefined
        const values = this.#values
        const differentiate = tf.valueAndGrads((...groups) => {
          const parameters = Object.fromEntries(parameterGroups.map((g, n) => [g, groups[n]])) as unknown as Parameters
          const { sums, residuals: missed } = this.#losses.terms(part, weights, 1 / points, parameters, this.#prior)
          kept = tf.keep(tf.concat([sums, missed]))
          return tf.sum(sums)
        })
        const { grads } = differentiate(parameterGroups.map(g => values[g]))
        const before = gradients
        const summed = Object.fromEntries(parameterGroups.map((g, n) => [g, before ? tf.add(before[g], grads[n]) : grads[n]])) as Group<tf.Tensor1D>
        return { report: kept!, added: summed }
      })
      if (gradients) tf.dispose(gradients)
      gradients = added
      const numbers = await report.data()
      tf.dispose(report)
      termNames.forEach((name, n) => (losses[name] += numbers[n]))
      residuals.set(numbers.subarray(termNames.length), first)
    }
    batch.kind.forEach((kind, k) => {
      if (kind === SampleKind.occluded) residuals[k] = Number.NaN
    })
    losses.total = termNames.reduce((sum, name) => sum + losses[name], 0)
    const all = gradients ?? zeros(this.shape)
    const squares = tf.tidy(() => tf.stack(parameterGroups.map(g => tf.sum(tf.square(all[g])))))
    const [planes, time, network, depth] = await squares.data()
    tf.dispose(squares)
    const networkGradientNorm = Math.sqrt(planes + time + network)
    const depthGradientNorm = Math.sqrt(depth)
    const finite = Number.isFinite(losses.total + networkGradientNorm + depthGradientNorm)
    return { result: { losses, residuals, networkGradientNorm, depthGradientNorm, finite }, gradients: all }
  }

  /** Adam as optim/adam.ts states it. */
  #update(group: ParameterGroup, gradient: tf.Tensor1D, rate: number, scale: number): void {
    const [value, first, second] = [this.#values[group], this.#first[group], this.#second[group]]
    const correct1 = 1 / (1 - adamBeta1 ** this.#step)
    const correct2 = 1 / (1 - adamBeta2 ** this.#step)
    const [newValue, newFirst, newSecond] = tf.tidy(() => {
      const g = tf.mul(gradient, scale)
      const alive = tf.logicalOr(tf.notEqual(g, 0), tf.notEqual(first, 0))
      const m = tf.add(tf.mul(first, adamBeta1), tf.mul(g, 1 - adamBeta1))
      const v = tf.where(alive, tf.add(tf.mul(second, adamBeta2), tf.mul(tf.square(g), 1 - adamBeta2)), second)
      const moved = tf.sub(value, tf.div(tf.mul(m, rate * correct1), tf.add(tf.sqrt(tf.mul(v, correct2)), adamEpsilon)))
      const flushed = tf.where(tf.less(tf.abs(m), adamFlush), tf.zerosLike(m), m)
      return [group === 'depth' ? tf.maximum(moved, depthFloor(this.shape)) : moved, flushed, v] as tf.Tensor1D[]
    })
    tf.dispose([value, first, second])
    this.#values[group] = newValue
    this.#first[group] = newFirst
    this.#second[group] = newSecond
  }

  #read(frames: Int32Array, points: Float32Array, targets: Int32Array, depths: Float32Array | undefined): tf.Tensor[] {
    const { planes, time, network, depth } = this.#values
    const pieces = this.#map.pieces(planes, time, network)
    const used = [...new Set([...frames, ...targets])].sort((a, b) => a - b)
    const rank = new Map(used.map((frame, n) => [frame, n]))
    const biases = this.#map.frameBiases(pieces, used)
    const bias = (of: Int32Array) => ({ biases, frame: tf.tensor1d(of.map(t => rank.get(t)!), 'int32') })
    const z = depths ? tf.tensor1d(depths.slice()) : this.#losses.depthAt(depth, frames, points)
    const canonical = this.#map.map(pieces, this.#losses.lift(points, z), bias(frames), false)
    // Every query at every target.
    const count = targets.length
    const spread = (v: tf.Tensor1D) => tf.reshape(tf.tile(tf.expandDims(v, 1), [1, count]), [-1]) as tf.Tensor1D
    const at = Int32Array.from({ length: frames.length * count }, (_, k) => targets[k % count])
    const p = this.#losses.project(this.#map.map(pieces, [spread(canonical[0]), spread(canonical[1]), spread(canonical[2])], bias(at), true))
    return [tf.stack([p.x, p.y], 1), p.z, this.#losses.surface(depth, at, p)]
  }
}

async function download(tensors: Group<tf.Tensor1D>): Promise<Group<Float32Array>> {
  const data = await Promise.all(parameterGroups.map(async g => Float32Array.from(await tensors[g].data())))
  return Object.fromEntries(parameterGroups.map((g, n) => [g, data[n]])) as Group<Float32Array>
}

/** A batch cut between groups into parts of at most `most` points, but for a group larger than that. */
function partsOf(batch: Batch, most: number): { readonly part: Batch; readonly first: number }[] {
  const parts: { part: Batch; first: number }[] = []
  for (let g = 0; g < batch.groups.length; ) {
    const first = batch.groups[g + 2]
    let end = g
    let points = 0
    while (end < batch.groups.length && (points === 0 || points + batch.groups[end + 3] <= most)) {
      points += batch.groups[end + 3]
      end += 4
    }
    const groups = batch.groups.slice(g, end)
    for (let k = 2; k < groups.length; k += 4) groups[k] -= first
    const to = first + points
    if (points > 0)
      parts.push({
        first,
        part: {
          groups,
          source: batch.source.subarray(2 * first, 2 * to), target: batch.target.subarray(2 * first, 2 * to),
          kind: batch.kind.subarray(first, to), weight: batch.weight.subarray(first, to), couples: batch.couples,
        },
      })
    g = end
  }
  return parts
}

/** An engine on the first of the candidates that works; all engines of a process share one backend. `largest`: floats of its largest tensor. */
export async function createTfjsEngineOn(candidates: readonly TfjsBackendName[], options: EngineOptions, largest = LARGEST): Promise<FieldEngine> {
  const held = await holdTfjsBackend(candidates)
  try {
    return new TfjsEngine(options, held, largest)
  } catch (error) {
    await held.release()
    throw error
  }
}

export const createTfjsEngine: CreateEngine = options => createTfjsEngineOn(tfjsBackends, options)
