/**
 * Φ and Φ⁻¹ in tensor operations, all points of a batch at once: planes, time tables, perceptrons, couplings. Derivatives are TensorFlow's own:
 * nothing here is differentiated by hand. The formulas are those of engine/reference. Not here: cameras, losses.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { FieldShape } from '../backend.ts'
import { affineBound, fieldLayout, keptAxes, leakySlope, sigmoidMargin } from '../layout.ts'
import type { FieldLayout } from '../layout.ts'
import { cellOf, detached, gatherRows } from './operations.ts'

/** Three coordinates, each [points]. */
export type Points = readonly [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]

interface LayerWeights {
  /** Plane features × h1, time features × h1. */
  readonly planes: tf.Tensor2D
  readonly time: tf.Tensor2D
  readonly b1: tf.Tensor1D
  readonly w2: tf.Tensor2D
  readonly b2: tf.Tensor1D
  readonly w3: tf.Tensor2D
  readonly b3: tf.Tensor1D
}

/** Parameters cut to pieces, inside one tidy. */
export interface FieldPieces {
  /** Of each layer all nodes of its planes: [nodes, channels]. */
  readonly planes: readonly tf.Tensor2D[]
  readonly layers: readonly LayerWeights[]
  readonly tables: readonly tf.Tensor2D[]
}

/** Points of one direction: which of the used frames each belongs to, and the frames' part of every first layer, [used, h1]. */
export interface FrameBias {
  readonly biases: readonly tf.Tensor2D[]
  /** int32 [points] */
  readonly frame: tf.Tensor1D
}

export class FieldMap {
  readonly #shape: FieldShape
  readonly #layout: FieldLayout
  /** Constants of the planes: (n−1)/2, n−2, n, first node, [planes]; offsets of a cell's four nodes, [planes, 4]. */
  readonly #half: tf.Tensor1D
  readonly #last: tf.Tensor1D
  readonly #side: tf.Tensor1D
  readonly #first: tf.Tensor1D
  readonly #corners: tf.Tensor2D
  readonly #forward: CouplingTables
  readonly #inverse: CouplingTables

  constructor(shape: FieldShape) {
    this.#shape = shape
    this.#layout = fieldLayout(shape)
    const sizes = [...shape.planeSizes]
    const first = sizes.map((_, n) => sizes.slice(0, n).reduce((sum, size) => sum + size * size, 0))
    this.#half = tf.tensor1d(sizes.map(n => (n - 1) / 2))
    this.#last = tf.tensor1d(sizes.map(n => n - 2))
    this.#side = tf.tensor1d(sizes)
    this.#first = tf.tensor1d(first)
    this.#corners = tf.tensor2d(sizes.map(n => [0, 1, n, n + 1]))
    this.#forward = couplingTables(shape.controlPoints, false)
    this.#inverse = couplingTables(shape.controlPoints, true)
  }

  dispose(): void {
    tf.dispose([this.#half, this.#last, this.#side, this.#first, this.#corners, { ...this.#forward }, { ...this.#inverse }])
  }

  /** Cuts the groups planes, time and network. */
  pieces(planes: tf.Tensor1D, time: tf.Tensor1D, network: tf.Tensor1D): FieldPieces {
    const { axes, planeSizes, planeChannels, timeNodes, timeChannels } = this.#shape
    const { planeFeatures, timeFeatures, hidden1, hidden2, outputs } = this.#layout
    const nodes = planeSizes.reduce((sum, n) => sum + n * n, 0)
    const lengths = [planeFeatures * hidden1, timeFeatures * hidden1, hidden1, hidden1 * hidden2, hidden2, hidden2 * outputs, outputs]
    const weights = split(network, axes.flatMap(() => lengths))
    return {
      planes: split(planes, axes.map(() => nodes * planeChannels)).map(x => tf.reshape(x, [nodes, planeChannels])),
      layers: axes.map((_, layer) => {
        const [p, t, b1, w2, b2, w3, b3] = weights.slice(layer * lengths.length)
        return {
          planes: tf.reshape(p, [planeFeatures, hidden1]), time: tf.reshape(t, [timeFeatures, hidden1]), b1,
          w2: tf.reshape(w2, [hidden1, hidden2]), b2, w3: tf.reshape(w3, [hidden2, outputs]), b3,
        }
      }),
      tables: split(time, timeNodes.map(n => n * timeChannels)).map((x, table) => tf.reshape(x, [timeNodes[table], timeChannels])),
    }
  }

  /** What the frames alone give each first layer, [used, h1]: once for all points. */
  frameBiases(pieces: FieldPieces, used: readonly number[]): tf.Tensor2D[] {
    const { frames, timeNodes } = this.#shape
    const features = timeNodes.map((nodes, table) => {
      const positions = used.map(frame => (frame * (nodes - 1)) / (frames - 1))
      const low = positions.map(position => Math.min(Math.floor(position), nodes - 2))
      const share = tf.tensor2d(positions.map((position, n) => position - low[n]), [used.length, 1])
      const at = (step: number) => gatherRows(pieces.tables[table], tf.tensor1d(low.map(n => n + step), 'int32'))
      return tf.add(tf.mul(at(0), tf.sub(1, share)), tf.mul(at(1), share)) as tf.Tensor2D
    })
    const all = features.length === 1 ? features[0] : tf.concat(features, 1)
    return pieces.layers.map(({ time, b1 }) => tf.add(tf.matMul(all, time), b1) as tf.Tensor2D)
  }

  /** Normalised points to canonical space, or back when `inverse`. */
  map(pieces: FieldPieces, points: Points, { biases, frame }: FrameBias, inverse: boolean): Points {
    const mapped: [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D] = [...points]
    const count = this.#layout.layers
    for (let step = 0; step < count; step++) {
      const layer = inverse ? count - 1 - step : step
      const { planes, w2, b2, w3, b3 } = pieces.layers[layer]
      const axis = this.#shape.axes[layer]
      const [first, second] = keptAxes(axis)
      const features = this.#readPlanes(pieces.planes[layer], tf.tanh(mapped[first]), tf.tanh(mapped[second]))
      const hidden1 = tf.leakyRelu(tf.add(tf.matMul(features, planes), gatherRows(biases[layer], frame)), leakySlope) as tf.Tensor2D
      const hidden2 = tf.leakyRelu(tf.add(tf.matMul(hidden1, w2), b2), leakySlope) as tf.Tensor2D
      const raw = tf.add(tf.matMul(hidden2, w3), b3) as tf.Tensor2D
      mapped[axis] = this.#shape.coupling === 'affine' ? affine(mapped[axis], raw, inverse) : piecewise(mapped[axis], raw, inverse ? this.#inverse : this.#forward)
    }
    return mapped
  }

  /** Bilinear features of a layer's planes at bounded coordinates: [points, planes · channels]. */
  #readPlanes(table: tf.Tensor2D, u: tf.Tensor1D, v: tf.Tensor1D): tf.Tensor2D {
    const points = u.shape[0]
    const planes = this.#shape.planeSizes.length
    const along = (bounded: tf.Tensor1D) => {
      const position = tf.mul(tf.add(tf.expandDims(bounded, 1), 1), this.#half) as tf.Tensor2D
      const cell = cellOf(position, this.#last)
      const share = tf.sub(position, cell)
      return { cell, shares: tf.stack([tf.sub(1, share), share], 2) }
    }
    const [a, b] = [along(u), along(v)]
    const node = tf.add(tf.add(tf.mul(b.cell, this.#side), a.cell), this.#first)
    const corners = tf.cast(tf.add(tf.expandDims(node, 2), this.#corners), 'int32')
    // Corner (u, v), (u+1, v), (u, v+1), (u+1, v+1).
    const weights = tf.reshape(tf.mul(tf.expandDims(b.shares, 3), tf.expandDims(a.shares, 2)), [points, planes, 4, 1])
    const rows = tf.reshape(gatherRows(table, tf.reshape(corners, [-1])), [points, planes, 4, -1])
    return tf.reshape(tf.sum(tf.mul(rows, weights), 2), [points, -1])
  }
}

function split(vector: tf.Tensor1D, lengths: readonly number[]): tf.Tensor1D[] {
  return lengths.length === 1 ? [vector] : tf.split(vector, [...lengths])
}

/** x ↦ x·exp(s) + t, or back. */
function affine(x: tf.Tensor1D, raw: tf.Tensor2D, inverse: boolean): tf.Tensor1D {
  const [scale, shift] = tf.unstack(raw, 1) as tf.Tensor1D[]
  const s = tf.mul(affineBound, tf.tanh(tf.div(scale, affineBound)))
  return inverse ? tf.mul(tf.sub(x, shift), tf.exp(tf.neg(s))) : tf.add(tf.mul(x, tf.exp(s)), shift)
}

/**
 * The piecewise-linear function as one product: sigmoids · matrix + constant = for each of the B + 1 segments its base in the coordinate and in
 * the value, its run and its rise. Rows of the matrix are the 2B + 2 outputs, columns [4][B + 1].
 */
interface CouplingTables {
  readonly matrix: tf.Tensor2D
  readonly constant: tf.Tensor1D
}

function couplingTables(points: number, inverse: boolean): CouplingTables {
  const segments = points + 1
  const half = points / 2
  const matrix = Array.from({ length: 2 * points + 2 }, () => new Array<number>(4 * segments).fill(0))
  const constant = new Array<number>(4 * segments).fill(0)
  const width = 4 / points
  // Control point k of the axis whose widths begin at row `base`: minus the widths from the origin to it, or plus.
  const addPosition = (base: number, column: number, k: number, sign: number) => {
    if (k < half) for (let n = k; n < half; n++) matrix[base + n][column] -= sign * width
    else for (let n = half; n <= k; n++) matrix[base + n][column] += sign * width
  }
  const [from, to] = inverse ? [points, 0] : [0, points]
  for (let k = 0; k < segments; k++) {
    const start = Math.max(0, k - 1)
    addPosition(from, k, start, 1)
    addPosition(to, segments + k, start, 1)
    if (k === 0 || k === points) {
      const slope = matrix[2 * points + (k === 0 ? 0 : 1)]
      slope[(inverse ? 2 : 3) * segments + k] = 2
      constant[(inverse ? 3 : 2) * segments + k] = 1
    } else
      for (const [base, part] of [[from, 2], [to, 3]]) {
        addPosition(base, part * segments + k, k, 1)
        addPosition(base, part * segments + k, k - 1, -1)
      }
  }
  return { matrix: tf.tensor2d(matrix), constant: tf.tensor1d(constant) }
}

function piecewise(x: tf.Tensor1D, raw: tf.Tensor2D, { matrix, constant }: CouplingTables): tf.Tensor1D {
  const segments = constant.shape[0] / 4
  const sigmoids = tf.add(tf.mul(tf.sigmoid(raw), 1 - 2 * sigmoidMargin), sigmoidMargin) as tf.Tensor2D
  const all = tf.reshape(tf.add(tf.matMul(sigmoids, matrix), constant), [-1, 4, segments])
  // 1 in the segment that holds x.
  const chosen = detached([x, all], (coordinate, parts) => {
    const knots = tf.reshape(tf.slice(parts, [0, 0, 1], [-1, 1, segments - 1]), [-1, segments - 1])
    const beyond = tf.cast(tf.greaterEqual(tf.expandDims(coordinate, 1), knots), 'float32') as tf.Tensor2D
    const points = coordinate.shape[0]!
    return tf.sub(tf.concat([tf.ones([points, 1]), beyond], 1), tf.concat([beyond, tf.zeros([points, 1])], 1))
  })
  const [base, value, run, rise] = tf.unstack(tf.sum(tf.mul(all, tf.expandDims(chosen, 1)), 2), 1) as tf.Tensor1D[]
  return tf.add(value, tf.mul(rise, tf.div(tf.sub(x, base), run)))
}
