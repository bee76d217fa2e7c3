/**
 * Optical flow by a RAFT-class network: two pictures in, displacement of each pixel of the first out. Pictures that are too large for one
 * pass are seen whole but small, and then in tiles that follow the coarse motion. Not here: what its numbers mean (flowSelfTest.ts).
 */
import type { FlowNetwork } from '../../pipeline/supervision/networks.ts'
import type { FlowConventions } from '../../shared/models.ts'
import type { Size } from '../../shared/units.ts'
import { OnnxModel } from './onnxModel.ts'
import type { FloatTensor, OnnxOptions } from './onnxModel.ts'
import { cropPlane, fixedSize, networkSize, pictureTensor, resizePlane } from './picture.ts'
import { crop, tilesOf } from './tiles.ts'

/** Most pixels of one pass: RAFT's all-pairs volume grows with their square, to some 400 MB here. */
const MOST_PIXELS = 640_000
/** A fixed network sees pictures up to so much larger than its own size without tiles. */
const FIXED_SLACK = 1.5
/** Weight of the coarse flow beside a tile's. */
const COARSE_WEIGHT = 0.02

export interface FlowModelOptions extends OnnxOptions {
  readonly mostPixels?: number
}

/** Displacement [height, width, 2] of each pixel of a towards b, and of b towards a. */
export type BothWays = readonly [Float32Array, Float32Array]

export class FlowModel {
  readonly model: OnnxModel
  readonly #conventions: FlowConventions
  readonly #fixed: Size | null
  readonly #most: number
  readonly #batches: boolean

  static async open(path: string, conventions: FlowConventions, options: FlowModelOptions): Promise<FlowModel> {
    return new FlowModel(await OnnxModel.open(path, options), conventions, options.mostPixels)
  }

  constructor(model: OnnxModel, conventions: FlowConventions, mostPixels = MOST_PIXELS) {
    this.model = model
    this.#conventions = conventions
    const input = model.inputs.find(i => i.name === conventions.first)!
    this.#fixed = fixedSize(input)
    this.#most = mostPixels
    this.#batches = typeof input.shape[0] !== 'number' || input.shape[0] > 1
  }

  /** Both ways; one pass where the network takes two pairs at once. RGB [height, width, 3]. */
  async flow(a: Uint8Array, b: Uint8Array, size: Size): Promise<BothWays> {
    const fixed = this.#fixed
    const large = fixed ? Math.max(size.width / fixed.width, size.height / fixed.height) > FIXED_SLACK : size.width * size.height > this.#most
    const coarse = await this.#pass(a, b, size)
    if (!large) return coarse
    return [await this.#tiled(a, b, size, coarse[0]), await this.#tiled(b, a, size, coarse[1])]
  }

  /** One look at whole pictures, scaled to what the network takes. */
  async #pass(a: Uint8Array, b: Uint8Array, size: Size): Promise<BothWays> {
    const { first, second, output, picture } = this.#conventions
    const target = networkSize(size, picture, this.#fixed, this.#most)
    const [ta, tb] = [pictureTensor(a, size, target, picture), pictureTensor(b, size, target, picture)]
    const read = ({ values, shape }: FloatTensor, at: number) => {
      const [height, width] = shape.slice(-2)
      const plane = width * height
      const channels = [0, 1].map(c => values.subarray((2 * at + c) * plane, (2 * at + c + 1) * plane))
      const [u, v] = this.#conventions.order === 'xy' ? channels : channels.reverse()
      // Some networks answer at a fraction of their pictures' size, in pixels of that fraction's picture.
      const content = { width: Math.round((target.content.width * width) / target.width), height: Math.round((target.content.height * height) / target.height) }
      const back = (part: Float32Array) => resizePlane(cropPlane(part, width, content), content, size)
      return interleave(back(u), back(v), size.width / target.content.width, size.height / target.content.height)
    }
    if (this.#batches) {
      const both = await this.model.run({ [first]: stack(ta, tb), [second]: stack(tb, ta) }, [output])
      return [read(both[output], 0), read(both[output], 1)]
    }
    const forward = await this.model.run({ [first]: ta, [second]: tb }, [output])
    const backward = await this.model.run({ [first]: tb, [second]: ta }, [output])
    return [read(forward[output], 0), read(backward[output], 0)]
  }

  /** The coarse flow, refined tile by tile: each tile of `a` beside the part of `b` where the coarse flow leads most of it. */
  async #tiled(a: Uint8Array, b: Uint8Array, size: Size, coarse: Float32Array): Promise<Float32Array> {
    const sum = coarse.map(v => v * COARSE_WEIGHT)
    const weights = new Float32Array(size.width * size.height).fill(COARSE_WEIGHT)
    const side = Math.max(this.#conventions.picture.least, Math.floor(Math.sqrt(this.#most)))
    for (const tile of tilesOf(size, this.#fixed ?? { width: side, height: side })) {
      const { x, y, width, height } = tile
      const shiftX = Math.round(median(tile, size, coarse, 0))
      const shiftY = Math.round(median(tile, size, coarse, 1))
      const bx = Math.min(size.width - width, Math.max(0, x + shiftX))
      const by = Math.min(size.height - height, Math.max(0, y + shiftY))
      const [flow] = await this.#pass(crop(a, size, tile), crop(b, size, { x: bx, y: by, width, height }), tile)
      for (let j = 0, k = 0; j < height; j++) {
        for (let i = 0; i < width; i++, k++) {
          const [u, v] = [flow[2 * k], flow[2 * k + 1]]
          // What leaves the window was guessed.
          if (i + 0.5 + u < 0 || j + 0.5 + v < 0 || i + 0.5 + u >= width || j + 0.5 + v >= height) continue
          const w = tile.weight(i, j)
          const at = (y + j) * size.width + x + i
          sum[2 * at] += w * (u + bx - x)
          sum[2 * at + 1] += w * (v + by - y)
          weights[at] += w
        }
      }
    }
    return sum.map((s, k) => s / weights[k >> 1])
  }

  close(): Promise<void> {
    return this.model.close()
  }
}

/** A flow network of a file, opened when flow is asked for. */
export function flowNetwork(path: string, sha256: string, conventions: FlowConventions, onOpen: (model: OnnxModel) => void = () => {}): FlowNetwork {
  return {
    id: sha256.slice(0, 16),
    async open({ threads, signal }) {
      const model = await FlowModel.open(path, conventions, { threads, signal })
      onOpen(model.model)
      return { flow: (a, b, size) => model.flow(a, b, size), close: () => model.close() }
    },
  }
}

function stack(a: FloatTensor, b: FloatTensor): FloatTensor {
  const values = new Float32Array(a.values.length * 2)
  values.set(a.values)
  values.set(b.values, a.values.length)
  return { values, shape: [2, ...a.shape.slice(1)] }
}

function interleave(u: Float32Array, v: Float32Array, scaleX: number, scaleY: number): Float32Array {
  const flow = new Float32Array(u.length * 2)
  for (let k = 0; k < u.length; k++) {
    flow[2 * k] = u[k] * scaleX
    flow[2 * k + 1] = v[k] * scaleY
  }
  return flow
}

/** Median over a tile of one channel of interleaved flow, from every fourth pixel. */
function median(tile: Size & { readonly x: number; readonly y: number }, size: Size, flow: Float32Array, channel: number): number {
  const values: number[] = []
  for (let j = 0; j < tile.height; j += 4) for (let i = 0; i < tile.width; i += 4) values.push(flow[2 * ((tile.y + j) * size.width + tile.x + i) + channel])
  return values.sort((p, q) => p - q)[values.length >> 1]
}
