/**
 * Finds out how a flow network means its numbers: it is shown a picture and the same picture moved by a known shift, in each way that
 * exports are known to differ (range of the input, order of pictures, order of channels, which output). Not here: running it for a clip.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { FlowConventions, PictureInput, TensorShape } from '../../shared/models.ts'
import { Random } from '../../shared/random.ts'
import type { Size } from '../../shared/units.ts'
import type { OnnxModel } from './onnxModel.ts'
import { fixedSize, networkSize, pictureTensor } from './picture.ts'

/** Where the texture moves, in pixels: neither axis, neither sign alike. */
const SHIFT = { x: 6, y: -3 } as const
/** An answer this far off on average shows that nothing fits, in pixels. */
const MOST_ERROR_PX = 1.5
const RANGES: readonly (readonly [number, number])[] = [[0, 255], [0, 1], [-1, 1]]
/** Pictures whose size is free; and what RAFT's pyramid needs. */
const FREE: Size = { width: 192, height: 160 }
const MULTIPLE = 8
const LEAST = 128

export interface FlowSelfTest {
  readonly conventions: FlowConventions
  /** Mean end-point error in pixels over the pixels that stay in the picture. */
  readonly errorPx: number
}

/** @throws TaplineError 'bad-file' when the network has other inputs, or answers the shift in no known way. */
export async function testFlowModel(model: OnnxModel): Promise<FlowSelfTest> {
  const [first, second] = pictureInputs(model)
  const fixed = fixedSize(first)
  const size = fixed ?? FREE
  const [a, b] = shiftedPictures(size)
  let best: FlowSelfTest | null = null
  for (const range of RANGES) {
    const picture: PictureInput = { range, channels: 'rgb', mean: null, std: null, multiple: MULTIPLE, least: LEAST }
    const target = networkSize(size, picture, fixed)
    const results = await model.run({ [first.name]: pictureTensor(a, size, target, picture), [second.name]: pictureTensor(b, size, target, picture) })
    for (const [output, { values, shape }] of Object.entries(results)) {
      // Outputs at another size (RAFT's coarse one) are in other pixels.
      if (shape.length !== 4 || shape[1] !== 2 || shape[2] !== target.height || shape[3] !== target.width) continue
      for (const order of ['xy', 'yx'] as const) {
        for (const swapped of [false, true]) {
          const errorPx = endPointError(values, target.width, size, order, swapped ? -1 : 1)
          const names = swapped ? { first: second.name, second: first.name } : { first: first.name, second: second.name }
          if (!best || errorPx < best.errorPx) best = { conventions: { kind: 'flow', picture, ...names, output, order }, errorPx }
        }
      }
    }
  }
  if (!best) throw new TaplineError('bad-file', model.path, 'none of its outputs is flow [1, 2, H, W] of the pictures’ size', 'Give a RAFT-class export: two pictures in, flow in pixels out.')
  if (!(best.errorPx < MOST_ERROR_PX))
    throw new TaplineError('bad-file', model.path, `it answers a picture moved by ${SHIFT.x}, ${SHIFT.y} px with ${best.errorPx.toFixed(1)} px of error at best`, 'Give a RAFT-class export: two RGB pictures in, flow in pixels out.')
  return best
}

function pictureInputs(model: OnnxModel): [TensorShape, TensorShape] {
  const pictures = model.inputs.filter(({ shape }) => shape.length === 4 && (shape[1] === 3 || typeof shape[1] === 'string'))
  if (model.inputs.length !== 2 || pictures.length !== 2) {
    const shapes = model.inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
    throw new TaplineError('bad-file', model.path, `a flow network takes two pictures [1, 3, H, W]; this takes ${shapes}`, 'Choose another --role, or another file.')
  }
  return [pictures[0], pictures[1]]
}

/** A texture with detail at several scales, and the same moved by SHIFT: what is at p in the first is at p + SHIFT in the second. */
export function shiftedPictures({ width, height }: Size): [Uint8Array, Uint8Array] {
  const margin = 8
  const [w, h] = [width + 2 * margin, height + 2 * margin]
  const values = new Float32Array(w * h * 3)
  const random = new Random(7)
  for (const cell of [40, 17, 7, 3]) {
    const [columns, rows] = [Math.ceil(w / cell) + 2, Math.ceil(h / cell) + 2]
    const lattice = Float32Array.from({ length: columns * rows * 3 }, () => random.float() - 0.5)
    for (let y = 0, k = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const [u, v] = [x / cell, y / cell]
        const [i, j] = [Math.floor(u), Math.floor(v)]
        const [s, t] = [u - i, v - j]
        for (let c = 0; c < 3; c++, k++) {
          const at = (p: number, q: number) => lattice[((j + q) * columns + i + p) * 3 + c]
          values[k] += (at(0, 0) * (1 - s) + at(1, 0) * s) * (1 - t) + (at(0, 1) * (1 - s) + at(1, 1) * s) * t
        }
      }
    }
  }
  const picture = (dx: number, dy: number) => {
    const rgb = new Uint8Array(width * height * 3)
    for (let y = 0, k = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++, k++) rgb[k] = Math.max(0, Math.min(255, 128 + 110 * values[((y + margin - dy) * w + x + margin - dx) * 3 + c]))
    return rgb
  }
  return [picture(0, 0), picture(SHIFT.x, SHIFT.y)]
}

/** @param stride width of the planes, which may be padded beyond the picture */
function endPointError(values: Float32Array, stride: number, { width, height }: Size, order: 'xy' | 'yx', sign: 1 | -1): number {
  const plane = values.length / 2
  let sum = 0
  let count = 0
  for (let y = 16; y < height - 16; y += 2) {
    for (let x = 16; x < width - 16; x += 2, count++) {
      const p = values[y * stride + x] * sign
      const q = values[plane + y * stride + x] * sign
      sum += order === 'xy' ? Math.hypot(p - SHIFT.x, q - SHIFT.y) : Math.hypot(q - SHIFT.x, p - SHIFT.y)
    }
  }
  return sum / count
}
