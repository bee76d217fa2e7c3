/** The perceptron of a coupling layer, inputs → h1 → h2 → outputs with LeakyReLU(0.01), forward and backward in float64. */
import { leakySlope } from '../layout.ts'
import type { FieldLayout, LayerOffsets } from '../layout.ts'

export interface PerceptronTape {
  readonly input: Float64Array
  readonly hidden1: Float64Array
  readonly hidden2: Float64Array
  readonly output: Float64Array
}

/** out = act(inputᵀ · w + b), w [inputs][outputs] at `w` of `network`. */
function dense(network: Float64Array, w: number, b: number, input: Float64Array, outputs: number, leaky: boolean): Float64Array {
  const out = new Float64Array(outputs)
  for (let n = 0; n < outputs; n++) {
    let sum = network[b + n]
    for (let m = 0; m < input.length; m++) sum += input[m] * network[w + m * outputs + n]
    out[n] = leaky && sum < 0 ? leakySlope * sum : sum
  }
  return out
}

/** Adds the gradients of w and b, returns that of the input. `dOut` is by the layer's value before its activation. */
function denseBackward(
  network: Float64Array,
  gradient: Float64Array,
  w: number,
  b: number,
  input: Float64Array,
  dOut: Float64Array,
): Float64Array {
  const outputs = dOut.length
  const dInput = new Float64Array(input.length)
  for (let n = 0; n < outputs; n++) gradient[b + n] += dOut[n]
  for (let m = 0; m < input.length; m++) {
    const row = w + m * outputs
    let sum = 0
    for (let n = 0; n < outputs; n++) {
      gradient[row + n] += input[m] * dOut[n]
      sum += network[row + n] * dOut[n]
    }
    dInput[m] = sum
  }
  return dInput
}

const throughLeaky = (d: Float64Array, activated: Float64Array) => d.map((g, n) => (activated[n] < 0 ? leakySlope * g : g))

export function perceptron(network: Float64Array, at: LayerOffsets, layout: FieldLayout, input: Float64Array): PerceptronTape {
  const hidden1 = dense(network, at.w1, at.b1, input, layout.hidden1, true)
  const hidden2 = dense(network, at.w2, at.b2, hidden1, layout.hidden2, true)
  return { input, hidden1, hidden2, output: dense(network, at.w3, at.b3, hidden2, layout.outputs, false) }
}

/** Adds weight gradients, returns the gradient of the input. */
export function perceptronBackward(
  network: Float64Array,
  gradient: Float64Array,
  at: LayerOffsets,
  tape: PerceptronTape,
  dOutput: Float64Array,
): Float64Array {
  const d2 = throughLeaky(denseBackward(network, gradient, at.w3, at.b3, tape.hidden2, dOutput), tape.hidden2)
  const d1 = throughLeaky(denseBackward(network, gradient, at.w2, at.b2, tape.hidden1, d2), tape.hidden1)
  return denseBackward(network, gradient, at.w1, at.b1, tape.input, d1)
}
