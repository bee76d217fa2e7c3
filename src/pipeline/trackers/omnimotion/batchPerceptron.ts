/**
 * A perceptron over a batch, inputs → hidden → hidden → outputs with LeakyReLU(0.01), forward and backward in float64. A frame's code may
 * enter the first layer beside the inputs: the same for all rows, so its product with the weights is computed once. Not here: what goes in.
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

/** What enters the first layer for all rows alike: [code], and the gradient by it, to which backward passes add. */
export interface Code {
  readonly values: Float64Array
  readonly gradient: Float64Array
}

/** A batch on its way: the caller fills `input` before `forward`, `dOutput` before `backward`. */
export interface BatchTape {
  readonly rows: number
  /** [inputs, rows] */
  readonly input: Float64Array
  readonly dInput: Float64Array
  /** [hidden, rows], after the activation. */
  readonly hidden1: Float64Array
  readonly hidden2: Float64Array
  readonly dHidden: Float64Array
  /** [outputs, rows] */
  readonly output: Float64Array
  readonly dOutput: Float64Array
}

export class BatchPerceptron {
  readonly shape: PerceptronShape
  readonly length: number
  readonly #at: Readonly<Record<'w1' | 'b1' | 'w2' | 'b2' | 'w3' | 'b3' | 'wc', number>>
  readonly #bias: Float64Array
  readonly #rowSums: Float64Array

  /** @param offset where its weights start in the parameters that it is given */
  constructor(shape: PerceptronShape, offset: number) {
    this.shape = shape
    const { inputs, hidden, outputs, code } = shape
    let next = offset
    const take = (n: number) => (next += n) - n
    this.#at = {
      w1: take(inputs * hidden),
      b1: take(hidden),
      w2: take(hidden * hidden),
      b2: take(hidden),
      w3: take(hidden * outputs),
      b3: take(outputs),
      wc: take(hidden * code),
    }
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
    return {
      rows,
      input: plane(inputs), dInput: plane(inputs),
      hidden1: plane(hidden), hidden2: plane(hidden), dHidden: plane(hidden),
      output: plane(outputs), dOutput: plane(outputs),
    }
  }

  /** From `tape.input` to `tape.output`. */
  forward(values: Float64Array, tape: BatchTape, code?: Code): void {
    const { inputs, hidden, outputs } = this.shape
    const { rows, input, hidden1, hidden2, output } = tape
    const at = this.#at
    multiply(values, at.w1, this.#firstBias(values, code), input, inputs, hidden1, hidden, rows)
    activate(hidden1)
    multiply(values, at.w2, values.subarray(at.b2, at.b2 + hidden), hidden1, hidden, hidden2, hidden, rows)
    activate(hidden2)
    multiply(values, at.w3, values.subarray(at.b3, at.b3 + outputs), hidden2, hidden, output, outputs, rows)
  }

  /** From `tape.dOutput` to `tape.dInput`; adds the gradients of weights and code. Once after a forward pass, whose hidden values go. */
  backward(values: Float64Array, gradients: Float64Array, tape: BatchTape, code?: Code): void {
    const { inputs, hidden, outputs } = this.shape
    const { rows, input, dInput, hidden1, hidden2, dHidden, dOutput } = tape
    const at = this.#at
    addWeightGradients(gradients, at.w3, dOutput, hidden2, hidden, outputs, rows)
    addRowSums(gradients.subarray(at.b3, at.b3 + outputs), dOutput, rows)
    multiplyBack(values, at.w3, dOutput, hidden, dHidden, outputs, rows)
    // The gradient takes the place of the activation, which is no longer needed.
    activateBack(hidden2, dHidden)
    addWeightGradients(gradients, at.w2, hidden2, hidden1, hidden, hidden, rows)
    addRowSums(gradients.subarray(at.b2, at.b2 + hidden), hidden2, rows)
    multiplyBack(values, at.w2, hidden2, hidden, dHidden, hidden, rows)
    activateBack(hidden1, dHidden)
    addWeightGradients(gradients, at.w1, hidden1, input, inputs, hidden, rows)
    const sums = this.#rowSums.fill(0)
    addRowSums(sums, hidden1, rows)
    for (let n = 0; n < hidden; n++) gradients[at.b1 + n] += sums[n]
    if (code) this.#codeBackward(values, gradients, sums, code)
    multiplyBack(values, at.w1, hidden1, inputs, dInput, hidden, rows)
  }

  #firstBias(values: Float64Array, code: Code | undefined): Float64Array {
    const { hidden, code: length } = this.shape
    const bias = this.#bias
    for (let n = 0; n < hidden; n++) {
      let sum = values[this.#at.b1 + n]
      if (code) for (let c = 0, w = this.#at.wc + n * length; c < length; c++) sum += values[w + c] * code.values[c]
      bias[n] = sum
    }
    return bias
  }

  #codeBackward(values: Float64Array, gradients: Float64Array, sums: Float64Array, code: Code): void {
    const { hidden, code: length } = this.shape
    for (let n = 0; n < hidden; n++)
      for (let c = 0, w = this.#at.wc + n * length; c < length; c++) {
        gradients[w + c] += sums[n] * code.values[c]
        code.gradient[c] += sums[n] * values[w + c]
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
