/** The latent code of every frame: a small perceptron of time, so that near frames have near codes. Not here: what reads the codes. */
import type { Random } from '../../../engine/random.ts'
import { BatchPerceptron, type BatchTape, type Code } from './batchPerceptron.ts'
import { encode, encodedLength } from './encoding.ts'

export interface TimeCodesShape {
  readonly frames: number
  readonly octaves: number
  readonly hidden: number
  readonly code: number
}

export class TimeCodes {
  readonly length: number
  /** Of each frame: values as `forward` left them, gradients as those who read them add to, until `backward`. */
  readonly codes: readonly Code[]
  readonly #network: BatchPerceptron
  readonly #tape: BatchTape

  constructor({ frames, octaves, hidden, code }: TimeCodesShape, offset: number) {
    this.#network = new BatchPerceptron({ inputs: encodedLength(1, octaves), hidden, outputs: code, code: 0 }, offset)
    this.length = this.#network.length
    // Rows come in fours: the last frame stands for those missing.
    const rows = 4 * Math.ceil(frames / 4)
    this.#tape = this.#network.tape(rows)
    const times = Float64Array.from({ length: rows }, (_, frame) => (frames < 2 ? 0 : (2 * Math.min(frame, frames - 1)) / (frames - 1) - 1))
    encode([times], octaves, this.#tape.input, rows)
    this.codes = Array.from({ length: frames }, () => ({ values: new Float64Array(code), gradient: new Float64Array(code) }))
  }

  initialise(values: Float64Array, random: Random): void {
    this.#network.initialise(values, random, 1)
  }

  /** Computes all codes, and starts their gradients at zero. */
  forward(values: Float64Array): void {
    const { rows, output } = this.#tape
    this.#network.forward(values, this.#tape)
    this.codes.forEach((code, frame) => {
      for (let c = 0; c < code.values.length; c++) code.values[c] = output[c * rows + frame]
      code.gradient.fill(0)
    })
  }

  /** Adds the gradients of the weights. Once after each `forward`. */
  backward(values: Float64Array, gradients: Float64Array): void {
    const { rows, dOutput } = this.#tape
    dOutput.fill(0)
    this.codes.forEach(({ gradient }, frame) => {
      for (let c = 0; c < gradient.length; c++) dOutput[c * rows + frame] = gradient[c]
    })
    this.#network.backward(values, gradients, this.#tape)
  }
}
