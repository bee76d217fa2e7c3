/**
 * A perceptron over a batch, inputs → hidden → hidden → outputs with LeakyReLU(0.01), forward and backward in float64. A frame's code may enter
 * the first layer beside the inputs: the same for all rows, so its product with the weights is computed once. Not here: what goes in and out.
 *
 * Weights, flat: w1[hidden][inputs] b1[hidden] w2[hidden][hidden] b2[hidden] w3[outputs][hidden] b3[outputs] wc[hidden][code].
 */
import { leakySlope } from '../../../engine/layout.ts'
import type { Random } from '../../../engine/random.ts'
import { addWeightGradients, multiply, multiplyBack } from './dense.ts'

export interface PerceptronShape {
  readonly inputs: number
  /** Even. */
  readonly hidden: number
  /** Even. */
  readonly outputs: number
  /** Length of the code; 0 for none. */
  readonly code: number
}

/** What the backward pass needs of a forward one. */
export interface BatchTape {
  /** [inputs, rows]: the caller's. */
  readonly input: Float64Array
  /** [hidden, rows], after the activation. */
  readonly hidden1: Float64Array
  readonly hidden2: Float64Array
  /** [outputs, rows] */
  readonly output: Float64Array
}

export class BatchPerceptron {
  readonly shape: PerceptronShape
  readonly length: number
  readonly #at: { readonly w1: number; readonly b1: number; readonly w2: number; readonly b2: number; readonly w3: number; readonly b3: number; readonly wc: number }
  readonly #bias: Float64Array
  readonly #rowSums: Float64Array

  /** @param offset where its weights start in the parameters that it is given */
  constructor(shape: PerceptronShape, offset: number) {
    this.shape = shape
    const { inputs, hidden, outputs, code } = shape
    let next = offset
    const take = (n: number) => (next += n) - n
    this.#at = { w1: take(inputs * hidden), b1: take(hidden), w2: take(hidden * hidden), b2: take(hidden), w3: take(hidden * outputs), b3: take(outputs), wc: take(hidden * code) }
    this.length = next - offset
    this.#bias = new Float64Array(hidden)
    this.#rowSums = new Float64Array(hidden)
  }

  /** Hidden layers uniform ±√(6 / inputs) (He); the last one `lastScale` of that; biases zero. */
  initialise(values: Float64Array, random: Random, lastScale: number): void {
    const { inputs, hidden, outputs, code } = this.shape
    const fill = (at: number, length: number, bound: number) => {
      for (let k = 0; k < length; k++) values[at + k] = bound * (2 * random.uniform() - 1)
    }
    fill(this.#at.w1, inputs * hidden, Math.sqrt(6 / (inputs + code)))
    fill(this.#at.w2, hidden * hidden, Math.sqrt(6 / hidden))
    fill(this.#at.w3, hidden * outputs, lastScale * Math.sqrt(6 / hidden))
    fill(this.#at.wc, hidden * code, Math.sqrt(6 / (inputs + code)))
  }

  tape(rows: number): BatchTape {
    const { inputs, hidden, outputs } = this.shape
    const plane = (n: number) => new Float64Array(n * rows)
    return { input: plane(inputs), hidden1: plane(hidden), hidden2: plane(hidden), output: plane(outputs) }
  }

  /** From `tape.input` to `tape.output`. */
  forward(values: Float64Array, tape: BatchTape, rows: number, code?: Float64Array): void {
    const { inputs, hidden, outputs } = this.shape
    const at = this.#at
    multiply(values, at.w1, this.#firstBias(values, code), tape.input, inputs, tape.hidden1, hidden, rows)
    activate(tape.hidden1)
    multiply(values, at.w2, values.subarray(at.b2, at.b2 + hidden), tape.hidden1, hidden, tape.hidden2, hidden, rows)
    activate(tape.hidden2)
    multiply(values, at.w3, values.subarray(at.b3, at.b3 + outputs), tape.hidden2, hidden, tape.output, outputs, rows)
  }

  /**
   * Adds the gradients of the weights, given that by the output [outputs, rows]; writes that by the input where `dInput` is given, adds that
   * by the code to `dCode`. Overwrites the hidden values of the tape.
   */
  backward(values: Float64Array, gradients: Float64Array, tape: BatchTape, dOutput: Float64Array, scratch: Float64Array, rows: number, dInput: Float64Array | null, code?: Float64Array, dCode?: Float64Array): void {
    const { inputs, hidden, outputs } = this.shape
    const at = this.#at
    addWeightGradients(gradients, at.w3, dOutput, tape.hidden2, hidden, outputs, rows)
    addRowSums(gradients.subarray(at.b3, at.b3 + outputs), dOutput, rows)
    multiplyBack(values, at.w3, dOutput, hidden, scratch, outputs, rows)
    // The gradient takes the place of the activation, which is no longer needed.
    activateBack(tape.hidden2, scratch)
    addWeightGradients(gradients, at.w2, tape.hidden2, tape.hidden1, hidden, hidden, rows)
    addRowSums(gradients.subarray(at.b2, at.b2 + hidden), tape.hidden2, rows)
    multiplyBack(values, at.w2, tape.hidden2, hidden, scratch, hidden, rows)
    activateBack(tape.hidden1, scratch)
    addWeightGradients(gradients, at.w1, tape.hidden1, tape.input, inputs, hidden, rows)
    const sums = this.#rowSums.fill(0)
    addRowSums(sums, tape.hidden1, rows)
    for (let n = 0; n < hidden; n++) gradients[at.b1 + n] += sums[n]
    if (code && dCode) this.#codeBackward(values, gradients, sums, code, dCode)
    if (dInput) multiplyBack(values, at.w1, tape.hidden1, inputs, dInput, hidden, rows)
  }

  #firstBias(values: Float64Array, code: Float64Array | undefined): Float64Array {
    const { hidden, code: length } = this.shape
    const bias = this.#bias
    for (let n = 0; n < hidden; n++) {
      let sum = values[this.#at.b1 + n]
      if (code) for (let c = 0, w = this.#at.wc + n * length; c < length; c++) sum += values[w + c] * code[c]
      bias[n] = sum
    }
    return bias
  }

  #codeBackward(values: Float64Array, gradients: Float64Array, sums: Float64Array, code: Float64Array, dCode: Float64Array): void {
    const { hidden, code: length } = this.shape
    for (let n = 0; n < hidden; n++)
      for (let c = 0, w = this.#at.wc + n * length; c < length; c++) {
        gradients[w + c] += sums[n] * code[c]
        dCode[c] += sums[n] * values[w + c]
      }
  }
}

function activate(x: Float64Array): void {
  for (let k = 0; k < x.length; k++) x[k] = Math.max(x[k], leakySlope * x[k])
}

/** Replaces the activated values by the gradient before the activation, given that after it. */
function activateBack(activated: Float64Array, dAfter: Float64Array): void {
  for (let k = 0; k < activated.length; k++) activated[k] = activated[k] < 0 ? leakySlope * dAfter[k] : dAfter[k]
}

function addRowSums(sums: Float64Array, x: Float64Array, rows: number): void {
  for (let n = 0, k = 0; n < sums.length; n++) {
    let sum = 0
    for (const end = k + rows; k < end; k++) sum += x[k]
    sums[n] += sum
  }
}
