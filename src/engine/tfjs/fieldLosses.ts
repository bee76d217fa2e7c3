/**
 * The loss terms of a batch in tensor operations, from depth maps through Φ and Φ⁻¹ to sums of terms. Conventions are those of
 * engine/reference/losses.ts. What is data, not parameters, is worked out on the host: masks by kind, and where depth maps are read.
 */
import * as tf from '@tensorflow/tfjs-core'
import { SampleKind } from '../backend.ts'
import type { Batch, FieldShape, LossReport, LossWeights, ParameterGroup } from '../backend.ts'
import { depthFloor, focalLength } from '../layout.ts'
import type { FieldMap, Points } from './fieldMap.ts'
import { cellOf, detached, gatherElements, gatherRows, magnitude } from './operations.ts'

/** Terms in the order of their sums. */
export const termNames = ['pixel', 'longTerm', 'correction', 'depth', 'prior', 'priorGradient', 'occlusion', 'flowGradient'] as const satisfies readonly (keyof LossReport)[]

export type Parameters = Readonly<Record<ParameterGroup, tf.Tensor1D>>

/** Where maps are read: four nodes of the flat group depth, and their weights, both [points, 4]. */
interface DepthSample {
  readonly nodes: tf.Tensor2D
  readonly weights: tf.Tensor2D
}

export interface Projection {
  readonly x: tf.Tensor1D
  readonly y: tf.Tensor1D
  readonly z: tf.Tensor1D
}

const { flow, longTerm, occludedKnown, occluded, correction } = SampleKind

export class FieldLosses {
  readonly #shape: FieldShape
  readonly #map: FieldMap

  constructor(shape: FieldShape, map: FieldMap) {
    this.#shape = shape
    this.#map = map
  }

  /** Sums of the weighted terms [8] in the order of termNames, each point weighing `share` of its weight; and residuals [points]. */
  terms(batch: Batch, weights: LossWeights, share: number, parameters: Parameters, prior: tf.Tensor1D): { readonly sums: tf.Tensor1D; readonly residuals: tf.Tensor1D } {
    const points = batch.weight.length
    const { sourceFrames, targetFrames, used, rank } = framesOf(batch)
    const known = batch.kind.map(kind => (kind === occluded ? 0 : 1))
    // A place that is not known is read at the origin, with no weight.
    const targets = batch.target.map((v, k) => (known[k >> 1] ? v : 0))
    const at = this.#sample(sourceFrames, batch.source)
    const landing = this.#sample(targetFrames, targets)

    const pieces = this.#map.pieces(parameters.planes, parameters.time, parameters.network)
    const biases = this.#map.frameBiases(pieces, used)
    const frame = (frames: Int32Array) => ({ biases, frame: tf.tensor1d(frames.map(t => rank.get(t)!), 'int32') })
    const lifted = this.lift(batch.source, readDepth(parameters.depth, at))
    const canonical = this.#map.map(pieces, lifted, frame(sourceFrames), false)
    const p = this.project(this.#map.map(pieces, canonical, frame(targetFrames), true))

    const dx = tf.sub(p.x, tf.tensor1d(targets.filter((_, k) => k % 2 === 0)))
    const dy = tf.sub(p.y, tf.tensor1d(targets.filter((_, k) => k % 2 === 1)))
    const residuals = tf.add(magnitude(dx), magnitude(dy)) as tf.Tensor1D
    const inside = this.#inside(p)
    /** Point weights of some kinds, others zero. */
    const of = (factors: Partial<Record<number, number>>) =>
      tf.tensor1d(batch.weight.map((w, k) => { const factor = factors[batch.kind[k]]; return factor === undefined ? 0 : w * share * factor }))
    const w = weights
    const sums: Record<(typeof termNames)[number], tf.Tensor> = {
      pixel: dot(tf.add(tf.mul(of({ [flow]: w.pixel }), inside), of({ [occludedKnown]: w.pixel })), residuals),
      longTerm: dot(of({ [longTerm]: w.longTerm * w.pixel }), residuals),
      correction: dot(of({ [correction]: w.correction * w.pixel }), residuals),
      depth: dot(of({ [flow]: w.depth, [longTerm]: w.longTerm * w.depth, [correction]: w.correction * w.depth }), magnitude(tf.sub(p.z, readDepth(parameters.depth, landing)))),
      prior: dot(of({ [flow]: w.prior, [longTerm]: w.priorLongTerm }), magnitude(tf.sub(p.z, readDepth(prior, landing)))),
      priorGradient: dot(of({ [flow]: w.priorGradient, [longTerm]: w.priorGradientLongTerm }), tf.add(slopes(tf.sub(parameters.depth, prior), at), slopes(tf.sub(parameters.depth, prior), landing))),
      occlusion: dot(
        tf.mul(of({ [occluded]: w.occlusion, [occludedKnown]: w.occlusion }), inside),
        tf.relu(tf.sub(tf.mul(this.surface(parameters.depth, targetFrames, p), 1 + w.occlusionMargin), p.z)),
      ),
      flowGradient: tf.scalar(0),
    }
    if (batch.couples) sums.flowGradient = coupleLoss(batch, share * w.flowGradient, dx, dy, inside) ?? sums.flowGradient
    return { sums: tf.stack(termNames.map(name => sums[name])) as tf.Tensor1D, residuals: tf.reshape(residuals, [points]) }
  }

  /** Normalised lift of raster points [points, 2] at depths z. */
  lift(source: Float32Array, z: tf.Tensor1D): Points {
    const { width, height, centre, range } = this.#shape
    const focal = focalLength(this.#shape)
    const ray = (which: number, size: number) => tf.tensor1d(Float32Array.from({ length: source.length / 2 }, (_, k) => (source[2 * k + which] - size / 2) / focal))
    const normal = (v: tf.Tensor1D, axis: number) => tf.div(tf.sub(v, centre[axis]), range[axis]) as tf.Tensor1D
    return [normal(tf.mul(ray(0, width), z), 0), normal(tf.mul(ray(1, height), z), 1), normal(z, 2)]
  }

  project(points: Points): Projection {
    const { width, height, centre, range } = this.#shape
    const [x, y, z] = points.map((v, axis) => tf.add(tf.mul(v, range[axis]), centre[axis]) as tf.Tensor1D)
    const scale = tf.div(focalLength(this.#shape), tf.maximum(z, depthFloor(this.#shape)))
    return { x: tf.add(tf.mul(x, scale), width / 2), y: tf.add(tf.mul(y, scale), height / 2), z }
  }

  /** D_j(p̂_j), clamped to the border outside. */
  surface(depth: tf.Tensor1D, frames: Int32Array, p: Projection): tf.Tensor1D {
    const { width, height, depthWidth, depthHeight } = this.#shape
    const along = (v: tf.Tensor1D, pixels: number, nodes: number) => {
      const position = tf.clipByValue(tf.mul(tf.sub(v, 0.5), (nodes - 1) / (pixels - 1)), 0, nodes - 1)
      const cell = cellOf(position, nodes - 2)
      return { cell: tf.cast(cell, 'int32'), share: tf.sub(position, cell) }
    }
    const [a, b] = [along(p.x, width, depthWidth), along(p.y, height, depthHeight)]
    // In integers: nodes of a long clip are more than a float can count.
    const node = detached([a.cell, b.cell], (column, row) =>
      tf.add(tf.add(tf.mul(row, tf.scalar(depthWidth, 'int32')), column), tf.tensor1d(frames.map(t => t * depthWidth * depthHeight), 'int32')))
    const nodes = tf.add(tf.expandDims(node, 1), tf.tensor2d([[0, 1, depthWidth, depthWidth + 1]], [1, 4], 'int32')) as tf.Tensor2D
    const [left, top] = [tf.sub(1, a.share), tf.sub(1, b.share)]
    const weights = tf.stack([tf.mul(left, top), tf.mul(a.share, top), tf.mul(left, b.share), tf.mul(a.share, b.share)], 1) as tf.Tensor2D
    return readDepth(depth, { nodes, weights })
  }

  /** 1 inside the frame, else 0. */
  #inside(p: Projection): tf.Tensor1D {
    const { width, height } = this.#shape
    const between = (v: tf.Tensor, most: number) => tf.logicalAnd(tf.greaterEqual(v, 0), tf.lessEqual(v, most))
    return detached([p.x, p.y], (x, y) => tf.cast(tf.logicalAnd(between(x, width), between(y, height)), 'float32') as tf.Tensor1D)
  }

  #sample(frames: Int32Array, points: Float32Array): DepthSample {
    const { width, height, depthWidth, depthHeight } = this.#shape
    const count = frames.length
    const nodes = new Int32Array(4 * count)
    const weights = new Float32Array(4 * count)
    const clamp = (v: number, most: number) => Math.min(Math.max(v, 0), most)
    for (let k = 0; k < count; k++) {
      const u = clamp(((points[2 * k] - 0.5) * (depthWidth - 1)) / (width - 1), depthWidth - 1)
      const v = clamp(((points[2 * k + 1] - 0.5) * (depthHeight - 1)) / (height - 1), depthHeight - 1)
      const [i, j] = [Math.min(Math.floor(u), depthWidth - 2) || 0, Math.min(Math.floor(v), depthHeight - 2) || 0]
      const [a, b] = [u - i, v - j]
      const node = (frames[k] * depthHeight + j) * depthWidth + i
      nodes.set([node, node + 1, node + depthWidth, node + depthWidth + 1], 4 * k)
      weights.set([(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b], 4 * k)
    }
    return { nodes: tf.tensor2d(nodes, [count, 4], 'int32'), weights: tf.tensor2d(weights, [count, 4]) }
  }

  /** Depth of one frame each at raster points, for lifts of a readout. */
  depthAt(depth: tf.Tensor1D, frames: Int32Array, points: Float32Array): tf.Tensor1D {
    return readDepth(depth, this.#sample(frames, points))
  }
}

const dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b))

function readDepth(depth: tf.Tensor1D, { nodes, weights }: DepthSample): tf.Tensor1D {
  return tf.sum(tf.mul(gatherElements(depth, nodes), weights), 1)
}

/** |∂x| + |∂y| of bilinear maps in the cells of a sample, per node. */
function slopes(maps: tf.Tensor1D, { nodes, weights }: DepthSample): tf.Tensor1D {
  const [n00, n10, n01, n11] = tf.unstack(gatherElements(maps, nodes), 1)
  const [w00, w10, w01, w11] = tf.unstack(weights, 1)
  const x = tf.add(tf.mul(tf.sub(n10, n00), tf.add(w00, w10)), tf.mul(tf.sub(n11, n01), tf.add(w01, w11)))
  const y = tf.add(tf.mul(tf.sub(n01, n00), tf.add(w00, w01)), tf.mul(tf.sub(n11, n10), tf.add(w10, w11)))
  return tf.add(magnitude(x), magnitude(y)) as tf.Tensor1D
}

/** |r₁ − r₀|₁ over couples of flow whose points are both inside; null where the batch has none. */
function coupleLoss(batch: Batch, share: number, dx: tf.Tensor, dy: tf.Tensor, inside: tf.Tensor): tf.Tensor | null {
  const couples: number[] = []
  for (let g = 0; g < batch.groups.length; g += 4) {
    const [first, count] = batch.groups.subarray(g + 2, g + 4)
    for (let k = first; k + 1 < first + count; k += 2) if (batch.kind[k] === flow && batch.kind[k + 1] === flow) couples.push(k)
  }
  if (couples.length === 0) return null
  const at = tf.tensor1d(couples, 'int32')
  const next = tf.tensor1d(couples.map(k => k + 1), 'int32')
  const both = tf.stack([dx, dy, inside], 1) as tf.Tensor2D
  const [x0, y0, in0] = tf.unstack(gatherRows(both, at), 1)
  const [x1, y1, in1] = tf.unstack(gatherRows(both, next), 1)
  const weights = tf.tensor1d(couples.map(k => ((batch.weight[k] + batch.weight[k + 1]) / 2) * share))
  return dot(tf.mul(weights, tf.mul(in0, in1)), tf.add(magnitude(tf.sub(x1, x0)), magnitude(tf.sub(y1, y0))))
}

/** Frames of each point, the frames that occur, and the place of each among them. */
function framesOf(batch: Batch): { sourceFrames: Int32Array; targetFrames: Int32Array; used: number[]; rank: ReadonlyMap<number, number> } {
  const sourceFrames = new Int32Array(batch.weight.length)
  const targetFrames = new Int32Array(batch.weight.length)
  for (let g = 0; g < batch.groups.length; g += 4) {
    const [i, j, first, count] = batch.groups.subarray(g, g + 4)
    sourceFrames.fill(i, first, first + count)
    targetFrames.fill(j, first, first + count)
  }
  const used = [...new Set([...sourceFrames, ...targetFrames])].sort((a, b) => a - b)
  return { sourceFrames, targetFrames, used, rank: new Map(used.map((frame, n) => [frame, n])) }
}
