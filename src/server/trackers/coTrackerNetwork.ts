/**
 * CoTracker's online export: windows of frames that overlap by half, all queries at once, and a state from window to window (what it
 * predicted, the features of its points, the index of the window's first frame). Not here: which frames in which order (pointPasses.ts).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { CoTrackerConventions, TensorShape } from '../../shared/models.ts'
import type { Size } from '../../shared/units.ts'
import type { FloatTensor, OnnxModel } from '../models/onnxModel.ts'
import { fixedSize, networkSize, pictureTensor } from '../models/picture.ts'
import type { PassPoint, Picture, PointNetwork, TakePlace } from './pointPasses.ts'

export const coTrackerNames = {
  inputs: ['video', 'queries', 'ind', 'track_feat', 'track_support', 'coords_predicted', 'vis_predicted', 'conf_predicted'],
  outputs: ['pred_tracks', 'pred_visibility'],
} as const

/** The state's inputs; each comes back as an output of the same name behind one of these. */
const STATE = ['ind', 'track_feat', 'track_support', 'coords_predicted', 'vis_predicted', 'conf_predicted'] as const
const STATE_PREFIXES = ['o_', 'new_', 'out_'] as const

/** Where the file leaves them free: frames of a window, and the size that CoTracker was trained at. */
const FREE_WINDOW = 16
const FREE_SIZE: Size = { width: 512, height: 384 }
/** Most points of a pass: attention and features grow with them. */
const MOST_POINTS = 256
/** Visibility times confidence above this is visible; exports that answer truth values have compared already. */
const VISIBLE = 0.6

/** @throws TaplineError 'bad-file' when inputs or outputs of the export are missing or of other shapes */
export function coTrackerNetwork(model: OnnxModel, { picture, units, starts }: CoTrackerConventions): PointNetwork {
  const inputOf = (name: string): TensorShape => model.inputs.find(input => input.name === name)!
  const video = inputOf('video')
  const fixed = fixedSize(video)
  const size = networkSize(fixed ?? FREE_SIZE, picture, fixed)
  const window = windowOf(model)
  const half = window / 2
  const fixedPoints = inputOf('queries').shape[1]
  const most = typeof fixedPoints === 'number' ? fixedPoints : MOST_POINTS
  const states = STATE.map(name => ({ input: inputOf(name), output: stateOutput(model, name) }))
  // The network counts from the centre of the first pixel to that of the last.
  const scale = units === 'picture' ? { x: 1, y: 1 } : { x: (units.width - 1) / (size.width - 1), y: (units.height - 1) / (size.height - 1) }

  return {
    starts,
    most,
    async follow(steps: number, pictureAt: (step: number) => Promise<Picture>, points: readonly PassPoint[], take: TakePlace, onStep: () => void) {
      const n = typeof fixedPoints === 'number' ? fixedPoints : points.length
      const queries = new Float32Array(3 * n)
      for (let k = 0; k < n; k++) {
        const { step, x, y } = points[Math.min(k, points.length - 1)]
        queries.set([step, (x * size.width - 0.5) * scale.x, (y * size.height - 0.5) * scale.y], 3 * k)
      }
      let state: Record<string, FloatTensor> = Object.fromEntries(states.map(({ input }) => [input.name, emptyState(input, n, half)]))
      const planes = 3 * size.width * size.height
      const values = new Float32Array(window * planes)
      let told = 0
      for (let start = 0; start === 0 || start + half < steps; start += half) {
        // The first half of a later window was the second of the one before.
        if (start > 0) values.copyWithin(0, half * planes)
        for (let k = start > 0 ? half : 0; k < window; k++) {
          if (start + k >= steps) {
            values.copyWithin(k * planes, (k - 1) * planes, k * planes)
            continue
          }
          const { rgb, ...from } = await pictureAt(start + k)
          values.set(pictureTensor(rgb, from, size, picture).values, k * planes)
        }
        const answer = await model.run({ video: { values, shape: [1, window, 3, size.height, size.width] }, queries: { values: queries, shape: [1, n, 3] }, ...state })
        const { pred_tracks, pred_visibility } = answer
        // Some exports answer the window, some everything up to it: the window is the end of either.
        const skipped = pred_tracks.shape[1] - window
        for (let k = 0; k < window && start + k < steps; k++) {
          points.forEach((point, p) => {
            if (start + k < point.step) return
            const at = (skipped + k) * n + p
            const x = (pred_tracks.values[2 * at] / scale.x + 0.5) / size.width
            const y = (pred_tracks.values[2 * at + 1] / scale.y + 0.5) / size.height
            take(p, start + k, x, y, pred_visibility.values[at] > VISIBLE)
          })
        }
        state = Object.fromEntries(states.map(({ input, output }) => [input.name, nextState(input, answer[output])]))
        for (; told < Math.min(steps, start + window); told++) onStep()
      }
    },
  }
}

/** Frames of a window, even. */
function windowOf(model: OnnxModel): number {
  const length = model.inputs.find(input => input.name === 'video')!.shape[1]
  const window = typeof length === 'number' ? length : FREE_WINDOW
  if (window < 2 || window % 2 > 0) throw new TaplineError('bad-file', model.path, `its windows of ${window} frames cannot overlap by half`, 'Give an online export of CoTracker: 16 frames a window.')
  return window
}

/** @throws TaplineError 'bad-file' when the state does not come back: windows could not be joined */
function stateOutput(model: OnnxModel, name: string): string {
  const found = STATE_PREFIXES.map(prefix => `${prefix}${name}`).find(candidate => model.outputs.some(output => output.name === candidate))
  if (found) return found
  throw new TaplineError('bad-file', model.path, `its state “${name}” does not come back: there is no output “${STATE_PREFIXES[0]}${name}”`, 'Export the online model with its state as outputs.')
}

/** Before the first window: zeros, of half a window where time is free (the network itself makes room for the other half). */
function emptyState(input: TensorShape, n: number, half: number): FloatTensor {
  const predicted = input.name.endsWith('_predicted')
  const points = input.name.startsWith('track_') ? input.shape.length - 2 : 2
  const shape = input.shape.map((length, axis) => (typeof length === 'number' ? length : predicted && axis === 1 ? half : axis === points ? n : 1))
  return { values: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape }
}

/** What came back as the next window's input; of a fixed length in time, only its end. */
function nextState(input: TensorShape, { values, shape }: FloatTensor): FloatTensor {
  const length = input.shape[1]
  if (!input.name.endsWith('_predicted') || typeof length !== 'number' || shape[1] <= length) return { values, shape: input.shape.length === 0 ? [] : shape.length === 0 ? [1] : shape }
  const row = values.length / shape[1]
  return { values: values.slice((shape[1] - length) * row), shape: [shape[0], length, ...shape.slice(2)] }
}
