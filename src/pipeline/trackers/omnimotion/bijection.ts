/**
 * The bijection between a frame's space and the canonical one: affine couplings (RealNVP), x ↦ x·exp(s) + t on one axis at a
 * time, s and t from the two kept coordinates and the frame's code; forward, inverse, and the gradients of both, over batches. Not here:
 * codes, densities.
 */
import type { Random } from '../../../engine/random.ts'
import { keptAxes } from '../../../engine/layout.ts'
import { BatchPerceptron, type BatchTape, type Code } from './batchPerceptron.ts'
import { encode, encodeBack, encodedLength } from './encoding.ts'

/** Scales lie between exp(−this) and exp(this): a layer can be undone to the last digits. */
const SCALE_LIMIT = 2

/** Three coordinates of a batch, [rows] each. */
export type Points = readonly [Float64Array, Float64Array, Float64Array]

export const points = (rows: number): Points => [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)]

export interface BijectionShape {
  /** Axis changed by each layer, 0..2. */
  readonly axes: readonly number[]
  readonly octaves: number
  readonly hidden: number
  readonly code: number
}

interface LayerTape {
  readonly network: BatchTape
  /** [rows] the changed coordinate after the layer, and tanh of its raw scale. */
  readonly after: Float64Array
  readonly bounded: Float64Array
}

/** All layers passed by a batch in one direction. */
export interface BijectionTape {
  readonly rows: number
  readonly layers: readonly LayerTape[]
}

export class Bijection {
  readonly length: number
  readonly #shape: BijectionShape
  readonly #networks: readonly BatchPerceptron[]

  /** @param offset where its weights start in the parameters that it is given */
  constructor(shape: BijectionShape, offset: number) {
    this.#shape = shape
    const { octaves, hidden, code } = shape
    let next = offset
    this.#networks = shape.axes.map(() => {
      const network = new BatchPerceptron({ inputs: encodedLength(2, octaves), hidden, outputs: 2, code }, next)
      next += network.length
      return network
    })
    this.length = next - offset
  }

  /** Starts within a hundredth of the identity. */
  initialise(values: Float64Array, random: Random): void {
    for (const network of this.#networks) network.initialise(values, random, 0.01)
  }

  tape(rows: number): BijectionTape {
    const plane = () => new Float64Array(rows)
    return { rows, layers: this.#networks.map(network => ({ network: network.tape(rows), after: plane(), bounded: plane() })) }
  }

  /** Maps points of the frame with this code to canonical space, or back when `inverse`; in place. */
  map(values: Float64Array, x: Points, code: Code, inverse: boolean, tape: BijectionTape): void {
    const { axes, octaves } = this.#shape
    const { rows } = tape
    for (let step = 0; step < axes.length; step++) {
      const layer = inverse ? axes.length - 1 - step : step
      const { network, after, bounded } = tape.layers[layer]
      const [first, second] = keptAxes(axes[layer])
      encode([x[first], x[second]], octaves, network.input, rows)
      this.#networks[layer].forward(values, network, code)
      const changed = x[axes[layer]]
      const { output } = network
      for (let r = 0; r < rows; r++) {
        const b = Math.tanh(output[r] / SCALE_LIMIT)
        const shift = output[rows + r]
        bounded[r] = b
        const scale = Math.exp(SCALE_LIMIT * b)
        changed[r] = after[r] = inverse ? (changed[r] - shift) / scale : changed[r] * scale + shift
      }
    }
  }

  /** Given the gradient by the mapped points, adds those of weights and code; `d` becomes that by the points before. Once after a map. */
  backward(values: Float64Array, gradients: Float64Array, d: Points, code: Code, inverse: boolean, tape: BijectionTape): void {
    const { axes, octaves } = this.#shape
    const { rows } = tape
    for (let step = axes.length - 1; step >= 0; step--) {
      const layer = inverse ? axes.length - 1 - step : step
      const { network, after, bounded } = tape.layers[layer]
      const dChanged = d[axes[layer]]
      const { output, dOutput } = network
      for (let r = 0; r < rows; r++) {
        const b = bounded[r]
        const g = dChanged[r]
        if (inverse) {
          const scale = Math.exp(-SCALE_LIMIT * b)
          dOutput[r] = -g * after[r] * (1 - b * b)
          dOutput[rows + r] = -g * scale
          dChanged[r] = g * scale
        } else {
          // x·exp(s) is what the layer gave without its shift.
          dOutput[r] = g * (after[r] - output[rows + r]) * (1 - b * b)
          dOutput[rows + r] = g
          dChanged[r] = g * Math.exp(SCALE_LIMIT * b)
        }
      }
      this.#networks[layer].backward(values, gradients, network, code)
      const [first, second] = keptAxes(axes[layer])
      encodeBack(network.input, network.dInput, octaves, [d[first], d[second]], rows)
    }
  }
}
