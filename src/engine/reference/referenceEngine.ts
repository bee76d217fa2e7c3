/**
 * The oracle: the field in plain TypeScript and float64, one point at a time, written to be read. Slow by intent;
 * engine/wasm is the one to use. Results cross the interface as float32.
 */
import { parameterGroups, SampleKind } from '../backend.ts'
import type {
  Batch,
  CreateEngine,
  EngineOptions,
  FieldEngine,
  FieldShape,
  FieldState,
  LossWeights,
  ParameterGroup,
  Readout,
  StepRates,
  StepResult,
} from '../backend.ts'
import { checkBatch, checkReadRequest, checkState } from '../doorChecks.ts'
import { depthFloor, fieldLayout, initialValues } from '../layout.ts'
import type { FieldLayout } from '../layout.ts'
import { clipScale, initMoments, squaredNorm, updateAdam } from '../optim/adam.ts'
import type { Moments } from '../optim/adam.ts'
import { weighted } from './bilinear.ts'
import { Camera } from './camera.ts'
import type { Projection } from './camera.ts'
import { Homeomorphism } from './homeomorphism.ts'
import type { MapTape, Point, Values } from './homeomorphism.ts'
import { coupleLoss, insideFrame, noLosses, pointLoss, priorGradientLoss } from './losses.ts'
import type { Losses, PointGradient } from './losses.ts'

interface PointTape {
  readonly forward: MapTape
  readonly inverse: MapTape
  readonly projection: Projection
  readonly inside: boolean
  readonly gradient: PointGradient
}

const groupRecord = <T>(make: (group: ParameterGroup) => T): Record<ParameterGroup, T> => ({
  planes: make('planes'),
  time: make('time'),
  network: make('network'),
  depth: make('depth'),
})

export class ReferenceEngine implements FieldEngine {
  readonly name = 'reference'
  readonly shape: FieldShape
  readonly #layout: FieldLayout
  readonly #camera: Camera
  readonly #phi: Homeomorphism
  readonly #prior: Float64Array
  readonly #values: Record<ParameterGroup, Float64Array>
  readonly #moments: Record<ParameterGroup, Moments>
  #step = 0

  constructor(options: EngineOptions) {
    this.shape = options.shape
    this.#layout = fieldLayout(options.shape)
    this.#camera = new Camera(options.shape)
    this.#phi = new Homeomorphism(options.shape, this.#layout)
    const initial = initialValues(options.shape, options.initialDepth, options.seed)
    this.#values = groupRecord(g => Float64Array.from(initial[g]))
    this.#prior = Float64Array.from(initial.depth)
    this.#moments = groupRecord(g => initMoments(this.#layout.lengths[g]))
  }

  async step(batch: Batch, weights: LossWeights, rates: StepRates): Promise<StepResult> {
    checkBatch(this.shape, batch)
    const { result, gradients } = this.#differentiate(batch, weights)
    if (!result.finite || batch.weight.length === 0) return result
    this.#step++
    for (const group of parameterGroups) {
      const depth = group === 'depth'
      const scale = depth ? clipScale(result.depthGradientNorm, rates.clipDepth) : clipScale(result.networkGradientNorm, rates.clipNetwork)
      const rate = depth ? rates.depth : rates.network
      const floor = depth ? depthFloor(this.shape) : -Infinity
      updateAdam(this.#values[group], gradients[group], this.#moments[group], this.#step, rate, scale, floor)
    }
    return result
  }

  async gradients(batch: Batch, weights: LossWeights) {
    checkBatch(this.shape, batch)
    const { result, gradients } = this.#differentiate(batch, weights)
    return { result, values: groupRecord(g => Float32Array.from(gradients[g])) }
  }

  /** Losses in full float64 precision, for central differences. */
  lossAt(batch: Batch, weights: LossWeights): number {
    return this.#differentiate(batch, weights).result.losses.total
  }

  /** The live float64 parameters, for central differences. */
  get values(): Values {
    return this.#values
  }

  async read(queryFrames: Int32Array, queryPoints: Float32Array, targets: Int32Array, depths?: Float32Array): Promise<Readout> {
    checkReadRequest(this.shape, queryFrames, queryPoints, targets, depths)
    const count = queryFrames.length * targets.length
    const out = { positions: new Float32Array(2 * count), depths: new Float32Array(count), surface: new Float32Array(count) }
    const frameSize = this.shape.depthWidth * this.shape.depthHeight
    for (let q = 0; q < queryFrames.length; q++) {
      const [x, y, frame] = [queryPoints[2 * q], queryPoints[2 * q + 1], queryFrames[q]]
      const z = depths ? depths[q] : weighted(this.#values.depth, frame * frameSize, this.#camera.depthSample(x, y))
      const canonical = this.#camera.lift(x, y, z)
      this.#phi.map(this.#values, canonical, frame, false)
      for (let t = 0; t < targets.length; t++) {
        const point: Point = [...canonical]
        this.#phi.map(this.#values, point, targets[t], true)
        const p = this.#camera.project(point)
        const at = q * targets.length + t
        out.positions[2 * at] = p.x
        out.positions[2 * at + 1] = p.y
        out.depths[at] = p.z
        out.surface[at] = weighted(this.#values.depth, targets[t] * frameSize, this.#camera.depthSample(p.x, p.y))
      }
    }
    return out
  }

  async exportState(): Promise<FieldState> {
    return {
      step: this.#step,
      values: groupRecord(g => Float32Array.from(this.#values[g])),
      firstMoments: groupRecord(g => Float32Array.from(this.#moments[g].first)),
      secondMoments: groupRecord(g => Float32Array.from(this.#moments[g].second)),
    }
  }

  async importState(state: FieldState): Promise<void> {
    checkState(this.#layout, state)
    this.#step = state.step
    for (const g of parameterGroups) {
      this.#values[g].set(state.values[g])
      this.#moments[g].first.set(state.firstMoments[g])
      this.#moments[g].second.set(state.secondMoments[g])
    }
  }

  async close(): Promise<void> {}

  #differentiate(batch: Batch, weights: LossWeights): { result: StepResult; gradients: Values } {
    const gradients = groupRecord(g => new Float64Array(this.#layout.lengths[g]))
    const residuals = new Float32Array(batch.weight.length)
    const losses = noLosses()
    for (let g = 0; g < batch.groups.length; g += 4) {
      const [i, j, first, count] = batch.groups.subarray(g, g + 4)
      const tapes: PointTape[] = []
      for (let p = first; p < first + count; p++) tapes.push(this.#forward(batch, weights, i, j, p, gradients, losses, residuals))
      if (batch.couples) this.#couples(batch, weights, first, tapes, losses)
      tapes.forEach((tape, k) => this.#backward(batch, i, j, first + k, tape, gradients))
    }
    losses.total =
      losses.pixel + losses.longTerm + losses.correction + losses.depth + losses.prior + losses.priorGradient + losses.occlusion + losses.flowGradient
    const networkGradientNorm = Math.sqrt(squaredNorm(gradients.planes, gradients.time, gradients.network))
    const depthGradientNorm = Math.sqrt(squaredNorm(gradients.depth))
    const finite = Number.isFinite(losses.total + networkGradientNorm + depthGradientNorm)
    return { result: { losses, residuals, networkGradientNorm, depthGradientNorm, finite }, gradients }
  }

  #forward(
    batch: Batch,
    weights: LossWeights,
    i: number,
    j: number,
    p: number,
    gradients: Values,
    losses: Losses,
    residuals: Float32Array,
  ): PointTape {
    const { shape } = this
    const depth = this.#values.depth
    const frameSize = shape.depthWidth * shape.depthHeight
    const [atI, atJ] = [i * frameSize, j * frameSize]
    const [x, y] = [batch.source[2 * p], batch.source[2 * p + 1]]
    const target = [batch.target[2 * p], batch.target[2 * p + 1]] as const
    const kind = batch.kind[p]
    const share = batch.weight[p] / batch.weight.length

    const source = this.#camera.depthSample(x, y)
    const mapped = this.#camera.lift(x, y, weighted(depth, atI, source))
    const forward = this.#phi.map(this.#values, mapped, i, false)
    const inverse = this.#phi.map(this.#values, mapped, j, true)
    const projection = this.#camera.project(mapped)
    const inside = insideFrame(shape, projection.x, projection.y)

    const known = kind !== SampleKind.occluded
    residuals[p] = known ? Math.abs(projection.x - target[0]) + Math.abs(projection.y - target[1]) : Number.NaN
    const landing = this.#camera.depthSample(known ? target[0] : 0, known ? target[1] : 0)
    const gradient = pointLoss(
      kind,
      share,
      weights,
      inside,
      projection,
      target,
      {
        target: weighted(depth, atJ, landing),
        targetPrior: weighted(this.#prior, atJ, landing),
        prediction: weighted(depth, atJ, this.#camera.depthSample(projection.x, projection.y)),
      },
      losses,
    )
    if (kind === SampleKind.flow || kind === SampleKind.longTerm) {
      const w = share * (kind === SampleKind.flow ? weights.priorGradient : weights.priorGradientLongTerm)
      losses.priorGradient += priorGradientLoss(depth, this.#prior, gradients.depth, atI, source, w)
      losses.priorGradient += priorGradientLoss(depth, this.#prior, gradients.depth, atJ, landing, w)
    }
    return { forward, inverse, projection, inside, gradient }
  }

  #couples(batch: Batch, weights: LossWeights, first: number, tapes: readonly PointTape[], losses: Losses): void {
    const counts = (k: number) => batch.kind[first + k] === SampleKind.flow && tapes[k].inside
    const residual = (k: number) =>
      [tapes[k].projection.x - batch.target[2 * (first + k)], tapes[k].projection.y - batch.target[2 * (first + k) + 1]] as const
    for (let k = 0; k + 1 < tapes.length; k += 2) {
      if (!counts(k) || !counts(k + 1)) continue
      const share = (batch.weight[first + k] + batch.weight[first + k + 1]) / 2 / batch.weight.length
      const couple = coupleLoss(residual(k), residual(k + 1), share * weights.flowGradient)
      losses.flowGradient += couple.value
      tapes[k + 1].gradient.x += couple.x
      tapes[k + 1].gradient.y += couple.y
      tapes[k].gradient.x -= couple.x
      tapes[k].gradient.y -= couple.y
    }
  }

  #backward(batch: Batch, i: number, j: number, p: number, tape: PointTape, gradients: Values): void {
    const frameSize = this.shape.depthWidth * this.shape.depthHeight
    const depth = this.#values.depth
    const [atI, atJ] = [i * frameSize, j * frameSize]
    const { projection, gradient } = tape
    const scatter = (at: number, sample: { nodes: readonly number[]; weights: readonly number[] }, g: number) => {
      for (let k = 0; k < 4; k++) gradients.depth[at + sample.nodes[k]] += g * sample.weights[k]
    }
    if (gradient.atTarget !== 0) scatter(atJ, this.#camera.depthSample(batch.target[2 * p], batch.target[2 * p + 1]), gradient.atTarget)
    let { x: gx, y: gy } = gradient
    if (gradient.atPrediction !== 0) {
      const landing = this.#camera.depthSample(projection.x, projection.y)
      const [perX, perY] = this.#camera.nodesPerPixel
      scatter(atJ, landing, gradient.atPrediction)
      gx += gradient.atPrediction * perX * weighted(depth, atJ, landing, landing.du)
      gy += gradient.atPrediction * perY * weighted(depth, atJ, landing, landing.dv)
    }
    const point = this.#camera.projectBackward(projection, gx, gy, gradient.z)
    this.#phi.backward(this.#values, gradients, tape.inverse, point)
    this.#phi.backward(this.#values, gradients, tape.forward, point)
    const [x, y] = [batch.source[2 * p], batch.source[2 * p + 1]]
    scatter(atI, this.#camera.depthSample(x, y), this.#camera.liftBackward(x, y, point))
  }
}

export const createReferenceEngine: CreateEngine = async options => new ReferenceEngine(options)
