/** Φ and Φ⁻¹: the stack of coupling layers, one point at a time, forward and backward in float64. Not here: cameras, losses. */
import type { FieldShape, ParameterGroup } from '../backend.ts'
import { keptAxes } from '../layout.ts'
import type { FieldLayout } from '../layout.ts'
import { evaluateAffine } from './affineCoupling.ts'
import { sampleGrid, sampleTable, weighted } from './bilinear.ts'
import type { GridSample } from './bilinear.ts'
import { evaluateCoupling } from './coupling.ts'
import type { CouplingTape } from './coupling.ts'
import { perceptron, perceptronBackward } from './perceptron.ts'
import type { PerceptronTape } from './perceptron.ts'

export type Values = Readonly<Record<ParameterGroup, Float64Array>>
export type Point = [number, number, number]

interface PassTape {
  readonly layer: number
  /** tanh of the two kept coordinates. */
  readonly bounded: readonly [number, number]
  readonly samples: readonly GridSample[]
  readonly network: PerceptronTape
  readonly coupling: CouplingTape
}

/** All layers passed by one point in one direction at one frame. */
export interface MapTape {
  readonly frame: number
  readonly passes: readonly PassTape[]
}

export class Homeomorphism {
  readonly shape: FieldShape
  readonly layout: FieldLayout

  constructor(shape: FieldShape, layout: FieldLayout) {
    this.shape = shape
    this.layout = layout
  }

  /** Maps a normalised point at `frame` to canonical space, or back when `inverse`. The point is changed in place. */
  map(values: Values, point: Point, frame: number, inverse: boolean): MapTape {
    const passes: PassTape[] = []
    const layers = this.layout.layers
    for (let step = 0; step < layers; step++) {
      const layer = inverse ? layers - 1 - step : step
      const axis = this.shape.axes[layer]
      const [first, second] = keptAxes(axis)
      const bounded = [Math.tanh(point[first]), Math.tanh(point[second])] as const
      const samples = this.shape.planeSizes.map(n =>
        sampleGrid(((bounded[0] + 1) / 2) * (n - 1), ((bounded[1] + 1) / 2) * (n - 1), n, n),
      )
      const network = perceptron(values.network, this.layout.networkOffsets[layer], this.layout, this.#input(values, layer, samples, frame))
      const evaluate = this.shape.coupling === 'affine' ? evaluateAffine : evaluateCoupling
      const coupling = evaluate(point[axis], network.output, inverse)
      point[axis] = coupling.value
      passes.push({ layer, bounded, samples, network, coupling })
    }
    return { frame, passes }
  }

  /** Given the gradient by the mapped point, adds those of all parameters; `gradient` becomes that by the point before. */
  backward(values: Values, gradients: Values, tape: MapTape, gradient: Point): void {
    const { shape, layout } = this
    for (const pass of [...tape.passes].reverse()) {
      const axis = shape.axes[pass.layer]
      const g = gradient[axis]
      const dOutput = pass.coupling.rawGradient.map(d => d * g)
      gradient[axis] = g * pass.coupling.slope
      const dInput = perceptronBackward(values.network, gradients.network, layout.networkOffsets[pass.layer], pass.network, dOutput)
      keptAxes(axis).forEach((kept, which) => {
        let sum = 0
        pass.samples.forEach((sample, plane) => {
          const base = layout.planeOffsets[pass.layer * shape.planeSizes.length + plane]
          const scale = (shape.planeSizes[plane] - 1) / 2
          const slopes = which === 0 ? sample.du : sample.dv
          for (let c = 0; c < shape.planeChannels; c++) {
            const d = dInput[plane * shape.planeChannels + c]
            for (let k = 0; k < 4; k++) {
              const at = base + sample.nodes[k] * shape.planeChannels + c
              sum += d * scale * slopes[k] * values.planes[at]
              if (which === 0) gradients.planes[at] += d * sample.weights[k]
            }
          }
        })
        gradient[kept] += sum * (1 - pass.bounded[which] ** 2)
      })
      this.#timeBackward(gradients, tape.frame, dInput)
    }
  }

  #input(values: Values, layer: number, samples: readonly GridSample[], frame: number): Float64Array {
    const { shape, layout } = this
    const input = new Float64Array(layout.inputs)
    const channels = shape.planeChannels
    samples.forEach((sample, plane) => {
      const base = layout.planeOffsets[layer * shape.planeSizes.length + plane]
      const scaled: GridSample = { ...sample, nodes: sample.nodes.map(n => n * channels) as unknown as GridSample['nodes'] }
      for (let c = 0; c < channels; c++) input[plane * channels + c] = weighted(values.planes, base + c, scaled)
    })
    shape.timeNodes.forEach((nodes, table) => {
      const { node, share } = sampleTable(frame, shape.frames, nodes)
      const at = layout.timeOffsets[table] + node * shape.timeChannels
      for (let c = 0; c < shape.timeChannels; c++)
        input[layout.planeFeatures + table * shape.timeChannels + c] =
          (1 - share) * values.time[at + c] + share * values.time[at + shape.timeChannels + c]
    })
    return input
  }

  #timeBackward(gradients: Values, frame: number, dInput: Float64Array): void {
    const { shape, layout } = this
    shape.timeNodes.forEach((nodes, table) => {
      const { node, share } = sampleTable(frame, shape.frames, nodes)
      const at = layout.timeOffsets[table] + node * shape.timeChannels
      for (let c = 0; c < shape.timeChannels; c++) {
        const d = dInput[layout.planeFeatures + table * shape.timeChannels + c]
        gradients.time[at + c] += (1 - share) * d
        gradients.time[at + shape.timeChannels + c] += share * d
      }
    })
  }
}
