/** The latent code of every frame: a small perceptron of time, so that near frames have near codes. Not here: what reads the codes. */
import type { Random } from '../../../engine/random.ts'
import { BatchPerceptron, type BatchTape } from './batchPerceptron.ts'
import { encode, encodedLength } from './encoding.ts'

export interface TimeCodesShape {
  readonly frames: number
  readonly octaves: number
  readonly hidden: number
  readonly code: number
}

export class TimeCodes {
  readonly length: number
  /** Of each frame, [code]; as `forward` left them. */
  readonly codes: readonly Float64Array[]
  /** Gradients by them, summed by whoever reads them between `forward` and `backward`. */
  readonly gradients: readonly Float64Array[]
  readonly #network: BatchPerceptron
  readonly #tape: BatchTape
  readonly #rows: number
  readonly #dOutput: Float64Array
  readonly #scratch: Float64Array

  constructor({ frames, octaves, hidden, code }: TimeCodesShape, offset: number) {
    this.#network = new BatchPerceptron({ inputs: encodedLength(1, octaves), hidden, outputs: code, code: 0 }, offset)
    this.length = this.#network.length
    // Rows come in fours: the last frame stands for those missing.
    const rows = (this.#rows = 4 * Math.ceil(frames / 4))
    this.#tape = this.#network.tape(rows)
    this.#dOutput = new Float64Array(code * rows)
    this.#scratch = new Float64Array(hidden * rows)
    const times = Float64Array.from({ length: rows }, (_, frame) => (frames < 2 ? 0 : (2 * Math.min(frame, frames - 1)) / (frames - 1) - 1))
    encode([times], octaves, this.#tape.input, rows)
    const table = () => Array.from({ length: frames }, () => new Float64Array(code))
    this.codes = table()
    this.gradients = table()
  }

  initialise(values: Float64Array, random: Random): void {
    this.#network.initialise(values, random, 1)
  }

  /** Computes all codes, and starts their gradients at zero. */
  forward(values: Float64Array): void {
    this.#network.forward(values, this.#tape, this.#rows)
    this.codes.forEach((code, frame) => {
      for (let c = 0; c < code.length; c++) code[c] = this.#tape.output[c * this.#rows + frame]
      this.gradients[frame].fill(0)
    })
  }

  /** Adds the gradients of the weights. Once after each `forward`. */
  backward(values: Float64Array, gradients: Float64Array): void {
    this.#dOutput.fill(0)
    this.gradients.forEach((d, frame) => {
      for (let c = 0; c < d.length; c++) this.#dOutput[c * this.#rows + frame] = d[c]
    })
    this.#network.backward(values, gradients, this.#tape, this.#dOutput, this.#scratch, this.#rows, null)
  }
}
