/**
 * TAPIR's online export in two files: the network, which sees one frame and carries a causal state, and its point encoder, which reads the
 * features of the query points from a frame's grids. Not here: which frames in which order (pointPasses.ts).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { TapirConventions, TensorShape } from '../../shared/models.ts'
import type { FloatTensor, OnnxModel } from '../models/onnxModel.ts'
import { fixedSize, networkSize, pictureTensor, type NetworkSize } from '../models/picture.ts'
import type { PassPoint, Picture, PointNetwork, TakePlace } from './pointPasses.ts'

/** Names of the export. */
export const tapirNames = {
  inputs: ['input_frame', 'query_feats', 'hires_query_feats', 'causal_state'],
  outputs: ['tracks', 'visibles', 'new_causal_state', 'feature_grid', 'hires_feats_grid'],
} as const
export const encoderNames = { inputs: ['query_points', 'feature_grid', 'hires_feats_grid'], outputs: ['query_feats', 'hires_query_feats'] } as const

/** Side of the picture where the file leaves it free: what TAPIR was trained at. */
const FREE_SIDE = 256
/** Most bytes of the causal state of one pass: a point of the published network has about a megabyte. */
const STATE_BYTES = 128 * 2 ** 20

/** @throws TaplineError 'bad-file' when the two files do not fit together, or shapes are not those of the export */
export function tapirNetwork(model: OnnxModel, encoder: OnnxModel, { picture }: TapirConventions): PointNetwork {
  const shapeOf = (name: string) => model.inputs.find(input => input.name === name)!
  const fixed = fixedSize(shapeOf('input_frame'))
  const free = { width: FREE_SIDE, height: FREE_SIDE }
  const size = fixed ?? free
  const target: NetworkSize = networkSize(size, picture, fixed)
  const count = pointCount(model, [[shapeOf('query_feats'), 1], [shapeOf('hires_query_feats'), 1], [shapeOf('causal_state'), 2]])
  const encoded = pointCount(encoder, [[encoder.inputs.find(input => input.name === 'query_points')!, 1]])
  if (count !== null && encoded !== null && count !== encoded) {
    throw new TaplineError('bad-file', encoder.path, `it encodes ${encoded} points, the network ${model.path} takes ${count}`, 'Add the two files of one export.')
  }
  const wanted = count ?? encoded
  const zeros = (input: TensorShape, n: number): FloatTensor => {
    const shape = input.shape.map((length, axis) => (typeof length === 'number' ? length : axis === (input.name === 'causal_state' ? 2 : 1) ? n : 0))
    if (shape.includes(0)) throw new TaplineError('bad-file', model.path, `its input “${input.name}” is [${input.shape.join(', ')}], free in more than the number of points`, 'Export it again with only the number of points free.')
    return { values: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape }
  }
  const stateBytes = zeros(shapeOf('causal_state'), 1).values.byteLength
  const most = wanted ?? Math.max(1, Math.floor(STATE_BYTES / stateBytes))

  return {
    starts: 'first',
    most,
    async follow(steps: number, pictureAt: (step: number) => Promise<Picture>, points: readonly PassPoint[], take: TakePlace, onStep: () => void) {
      const n = wanted ?? points.length
      const frame = async (step: number) => {
        const { rgb, ...from } = await pictureAt(step)
        return pictureTensor(rgb, from, target, picture)
      }
      const first = await frame(0)
      const blank = { query_feats: zeros(shapeOf('query_feats'), n), hires_query_feats: zeros(shapeOf('hires_query_feats'), n), causal_state: zeros(shapeOf('causal_state'), n) }
      const { feature_grid, hires_feats_grid } = await model.run({ input_frame: first, ...blank }, ['feature_grid', 'hires_feats_grid'])
      const features = await encoder.run({ query_points: pointsTensor(points, n), feature_grid, hires_feats_grid }, encoderNames.outputs)
      let state = blank.causal_state
      for (let step = 0; step < steps; step++) {
        const input_frame = step === 0 ? first : await frame(step)
        const answer = await model.run({ input_frame, query_feats: features.query_feats, hires_query_feats: features.hires_query_feats, causal_state: state }, ['tracks', 'visibles', 'new_causal_state'])
        state = answer.new_causal_state
        points.forEach((_, k) => take(k, step, answer.tracks.values[2 * k] / target.width, answer.tracks.values[2 * k + 1] / target.height, answer.visibles.values[k] > 0.5))
        onStep()
      }
    },
  }
}

/** Query points [1, n, 2] as (y, x) in 0…1; the last is repeated where the network wants more. */
export function pointsTensor(points: readonly Pick<PassPoint, 'x' | 'y'>[], n: number): FloatTensor {
  const values = new Float32Array(2 * n)
  for (let k = 0; k < n; k++) {
    const { x, y } = points[Math.min(k, points.length - 1)]
    values[2 * k] = y
    values[2 * k + 1] = x
  }
  return { values, shape: [1, n, 2] }
}

/** The fixed number of points that inputs agree on at their axis; null where it is free. */
function pointCount(model: OnnxModel, axes: readonly (readonly [TensorShape, number])[]): number | null {
  const counts = [...new Set(axes.map(([{ shape }, axis]) => shape[axis]).filter(length => typeof length === 'number' && length > 0))] as number[]
  if (counts.length > 1) throw new TaplineError('bad-file', model.path, `its inputs are of ${counts.join(' and ')} points`, 'Give a whole export.')
  return counts[0] ?? null
}
