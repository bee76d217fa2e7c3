/** Density and colour of canonical space: a perceptron of Fourier features, forward and backward. Not here: rays (renderRays.ts). */
import type { Random } from '../../../engine/random.ts'
import { BatchPerceptron, type BatchTape } from './batchPerceptron.ts'
import type { Points } from './bijection.ts'
import { encode, encodeBack, encodedLength } from './encoding.ts'

export interface CanonicalShape {
  readonly octaves: number
  readonly hidden: number
}

/** Density before the softplus starts about here, so that a ray passes several samples. */
const DENSITY_SHIFT = -1

export interface VolumeTape {
  readonly rows: number
  readonly network: BatchTape
  /** [rows] σ ≥ 0, optical depth of a sample. */
  readonly density: Float64Array
  /** [3, rows] 0..1. */
  readonly colour: Float64Array
}

export class CanonicalVolume {
  readonly length: number
  readonly #shape: CanonicalShape
  readonly #network: BatchPerceptron

  constructor(shape: CanonicalShape, offset: number) {
    this.#shape = shape
    this.#network = new BatchPerceptron({ inputs: encodedLength(3, shape.octaves), hidden: shape.hidden, outputs: 4, code: 0 }, offset)
    this.length = this.#network.length
  }

  initialise(values: Float64Array, random: Random): void {
    this.#network.initialise(values, random, 0.1)
  }

  tape(rows: number): VolumeTape {
    return { rows, network: this.#network.tape(rows), density: new Float64Array(rows), colour: new Float64Array(3 * rows) }
  }

  forward(values: Float64Array, canonical: Points, tape: VolumeTape): void {
    const { rows, network, density, colour } = tape
    encode(canonical, this.#shape.octaves, network.input, rows)
    this.#network.forward(values, network)
    const { output } = network
    for (let k = 0; k < 3 * rows; k++) colour[k] = 1 / (1 + Math.exp(-output[k]))
    for (let r = 0; r < rows; r++) {
      const v = output[3 * rows + r] + DENSITY_SHIFT
      density[r] = Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))
    }
  }

  /** Given gradients by density [rows] and colour [3, rows], adds those of the weights, and those by the points to `dCanonical`. */
  backward(
    values: Float64Array,
    gradients: Float64Array,
    dDensity: Float64Array,
    dColour: Float64Array,
    dCanonical: Points,
    tape: VolumeTape,
  ): void {
    const { rows, network, density, colour } = tape
    const { dOutput } = network
    for (let k = 0; k < 3 * rows; k++) dOutput[k] = dColour[k] * colour[k] * (1 - colour[k])
    // The slope of softplus is 1 − exp(−softplus).
    for (let r = 0; r < rows; r++) dOutput[3 * rows + r] = dDensity[r] * -Math.expm1(-density[r])
    this.#network.backward(values, gradients, network)
    encodeBack(network.input, network.dInput, this.#shape.octaves, dCanonical, rows)
  }
}
