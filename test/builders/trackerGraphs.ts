/**
 * Networks of trackers with the inputs, outputs and states of the public exports, whose answers are known: points move by so much a frame
 * (counted by what the state carries) and by so much for a frame's brightness. Not here: writing ONNX (onnxGraph.ts).
 */
import { floats, onnxGraph, type GraphConstant, type GraphNode } from './onnxGraph.ts'

const ints = (name: string, ...values: number[]): GraphConstant => ({ name, shape: [values.length], values: BigInt64Array.from(values, BigInt) })

export interface Motion {
  /** Pixels of the network's own units per frame. */
  readonly velocity?: readonly [number, number]
  /** Pixels per unit of the mean of the picture's numbers. */
  readonly gain?: readonly [number, number]
  /** A point is visible where that mean is above. */
  readonly visibleAbove?: number
}

const CHANNELS = 4
const HIRES_CHANNELS = 3

/** A grid [1, side, side, channels] that holds each cell's own place (x, y in 0…1) in its first two channels. */
function placeGrid(name: string, side: number, channels: number): GraphConstant {
  const values = new Float32Array(side * side * channels)
  for (let k = 0; k < side * side; k++) {
    values[k * channels] = ((k % side) + 0.5) / side
    values[k * channels + 1] = (Math.floor(k / side) + 0.5) / side
  }
  return { name, shape: [1, side, side, channels], values }
}

export interface TapirGraph extends Motion {
  /** Side of its pictures. */
  readonly side: number
  /** Number of points; free when left out. */
  readonly points?: number
}

/** TAPIR's network: knows a point by the place that its features hold, and counts frames in its causal state. */
export function tapirGraph({ side, points, velocity = [0, 0], gain = [0, 0], visibleAbove = -9 }: TapirGraph): Uint8Array {
  const n = points ?? 'num_points'
  return onnxGraph({
    inputs: [
      { name: 'input_frame', shape: [1, 3, side, side] },
      { name: 'query_feats', shape: [1, n, CHANNELS] },
      { name: 'hires_query_feats', shape: [1, n, HIRES_CHANNELS] },
      { name: 'causal_state', shape: [2, 3, n, 2, 5] },
    ],
    outputs: [
      { name: 'tracks', shape: [1, n, 2] },
      { name: 'visibles', shape: [1, n], type: 'bool' },
      { name: 'new_causal_state', shape: [2, 3, n, 2, 5] },
      { name: 'feature_grid', shape: [1, side / 8, side / 8, CHANNELS] },
      { name: 'hires_feats_grid', shape: [1, side / 4, side / 4, HIRES_CHANNELS] },
    ],
    constants: [
      placeGrid('grid', side / 8, CHANNELS), placeGrid('hires', side / 4, HIRES_CHANNELS), ints('zero', 0), ints('two', 2), ints('channel', 2), ints('points', 1, -1, 1), ints('flat', 1, -1), ints('one', 1, 1, 1),
      floats('half', [], [side / 2]), floats('velocity', [1, 1, 2], velocity), floats('gain', [1, 1, 2], gain), floats('least', [], [visibleAbove]), floats('none', [], [0]), floats('more', [], [1]),
    ],
    nodes: [
      { op: 'Identity', inputs: ['grid'], outputs: ['feature_grid'] },
      { op: 'Identity', inputs: ['hires'], outputs: ['hires_feats_grid'] },
      { op: 'Slice', inputs: ['query_feats', 'zero', 'two', 'channel'], outputs: ['coarse'] },
      { op: 'Slice', inputs: ['hires_query_feats', 'zero', 'two', 'channel'], outputs: ['fine'] },
      { op: 'Add', inputs: ['coarse', 'fine'], outputs: ['twice'] },
      { op: 'Mul', inputs: ['twice', 'half'], outputs: ['place'] },
      { op: 'ReduceMean', inputs: ['causal_state'], outputs: ['counted'], attributes: { axes: [0, 1, 3, 4], keepdims: 0 } },
      { op: 'Reshape', inputs: ['counted', 'points'], outputs: ['count'] },
      { op: 'Mul', inputs: ['count', 'velocity'], outputs: ['moved'] },
      { op: 'ReduceMean', inputs: ['input_frame'], outputs: ['mean'], attributes: { axes: [0, 1, 2, 3], keepdims: 0 } },
      { op: 'Reshape', inputs: ['mean', 'one'], outputs: ['level'] },
      { op: 'Mul', inputs: ['level', 'gain'], outputs: ['bright'] },
      { op: 'Add', inputs: ['place', 'moved'], outputs: ['then'] },
      { op: 'Add', inputs: ['then', 'bright'], outputs: ['tracks'] },
      { op: 'Mul', inputs: ['count', 'none'], outputs: ['nothing'] },
      { op: 'Add', inputs: ['nothing', 'level'], outputs: ['levels'] },
      { op: 'Greater', inputs: ['levels', 'least'], outputs: ['seen'] },
      { op: 'Reshape', inputs: ['seen', 'flat'], outputs: ['visibles'] },
      { op: 'Add', inputs: ['causal_state', 'more'], outputs: ['new_causal_state'] },
    ],
  })
}

/** TAPIR's point encoder as it is published: bilinear samples of both grids at (y, x) in 0…1; `swapped` takes (x, y). */
export function pointEncoderGraph({ points, swapped = false }: { readonly points?: number; readonly swapped?: boolean } = {}): Uint8Array {
  const n = points ?? 'num_points'
  const sample = (grid: string, to: string, channels: string): GraphNode[] => [
    { op: 'Transpose', inputs: [grid], outputs: [`${grid}_planes`], attributes: { perm: [0, 3, 1, 2] } },
    { op: 'GridSample', inputs: [`${grid}_planes`, 'places'], outputs: [`${grid}_read`] },
    { op: 'Transpose', inputs: [`${grid}_read`], outputs: [`${grid}_rows`], attributes: { perm: [0, 2, 3, 1] } },
    { op: 'Reshape', inputs: [`${grid}_rows`, channels], outputs: [to] },
  ]
  return onnxGraph({
    opset: 16,
    inputs: [
      { name: 'query_points', shape: [1, n, 2] },
      { name: 'feature_grid', shape: [1, 'rows', 'columns', CHANNELS] },
      { name: 'hires_feats_grid', shape: [1, 'hires_rows', 'hires_columns', HIRES_CHANNELS] },
    ],
    outputs: [
      { name: 'query_feats', shape: [1, n, CHANNELS] },
      { name: 'hires_query_feats', shape: [1, n, HIRES_CHANNELS] },
    ],
    constants: [ints('order', ...(swapped ? [0, 1] : [1, 0])), floats('two', [], [2]), floats('one', [], [1]), ints('columns', 1, -1, 1, 2), ints('coarse', 1, -1, CHANNELS), ints('fine', 1, -1, HIRES_CHANNELS)],
    nodes: [
      { op: 'Gather', inputs: ['query_points', 'order'], outputs: ['xy'], attributes: { axis: 2 } },
      { op: 'Mul', inputs: ['xy', 'two'], outputs: ['doubled'] },
      { op: 'Sub', inputs: ['doubled', 'one'], outputs: ['signed'] },
      { op: 'Reshape', inputs: ['signed', 'columns'], outputs: ['places'] },
      ...sample('feature_grid', 'query_feats', 'coarse'),
      ...sample('hires_feats_grid', 'hires_query_feats', 'fine'),
    ],
  })
}

export interface CoTrackerGraph extends Motion {
  readonly window: number
  readonly width: number
  readonly height: number
  readonly points?: number
  /** Pixels per window that was seen before: shows that the features' state comes back. */
  readonly perWindow?: readonly [number, number]
  /** Knows nothing of points that are given after the first window, as traced exports. */
  readonly firstWindowOnly?: boolean
  /** Left out of the outputs. */
  readonly without?: string
}

/** CoTracker's online network: counts frames by `ind`, windows by `track_feat`, and answers the whole history. */
export function coTrackerGraph({ window, width, height, points, velocity = [0, 0], gain = [0, 0], visibleAbove = -9, perWindow = [0, 0], firstWindowOnly = false, without }: CoTrackerGraph): Uint8Array {
  const n = points ?? 'num_tracks'
  const history = [1, 'time', n]
  const state = [
    { name: 'ind', shape: [1], type: 'int64' as const },
    { name: 'track_feat', shape: [2, 1, 1, n, 2] },
    { name: 'track_support', shape: [2, 1, 9, n, 2] },
    { name: 'coords_predicted', shape: [...history, 2] },
    { name: 'vis_predicted', shape: history },
    { name: 'conf_predicted', shape: history },
  ]
  const outputs = [
    { name: 'pred_tracks', shape: [1, 'length', n, 2] },
    { name: 'pred_visibility', shape: [1, 'length', n], type: 'bool' as const },
    ...state.map(value => ({ ...value, name: `o_${value.name}`, shape: value.shape.map(length => (length === 'time' ? 'length' : length)) })),
  ].filter(({ name }) => name !== without)
  const whole = { name: 'pred_tracks', visible: 'pred_visibility' }
  return onnxGraph({
    inputs: [{ name: 'video', shape: [1, window, 3, height, width] }, { name: 'queries', shape: [1, n, 3] }, ...state],
    outputs,
    constants: [
      floats('ramp', [1, window, 1, 1], Array.from({ length: window }, (_, k) => k)), floats('velocity', [1, 1, 1, 2], velocity), floats('gain', [1, 1, 1, 2], gain), floats('perWindow', [1, 1, 1, 2], perWindow),
      floats('least', [], [visibleAbove]), floats('none', [], [0]), floats('more', [], [1]), floats('middle', [], [0.5]), floats('limit', [], [firstWindowOnly ? window : 1e9]),
      ints('zero', 0), ints('first', 1), ints('third', 3), ints('last', 2), ints('times', 1), ints('half', window / 2),
      ints('perFrame', 1, window, 1, 1), ints('perPoint', 1, 1, -1, 1), ints('pairs', 1, 1, -1, 2), ints('cells', 1, window, -1),
    ],
    nodes: [
      { op: 'ReduceMean', inputs: ['video'], outputs: ['mean'], attributes: { axes: [2, 3, 4], keepdims: 0 } },
      { op: 'Reshape', inputs: ['mean', 'perFrame'], outputs: ['level'] },
      { op: 'Cast', inputs: ['ind'], outputs: ['start'], attributes: { to: 1 } },
      { op: 'Add', inputs: ['ramp', 'start'], outputs: ['frame'] },
      { op: 'Slice', inputs: ['queries', 'zero', 'first', 'last'], outputs: ['when'] },
      { op: 'Reshape', inputs: ['when', 'perPoint'], outputs: ['given'] },
      { op: 'Slice', inputs: ['queries', 'first', 'third', 'last'], outputs: ['where'] },
      { op: 'Reshape', inputs: ['where', 'pairs'], outputs: ['place'] },
      { op: 'Less', inputs: ['given', 'limit'], outputs: ['early'] },
      { op: 'Cast', inputs: ['early'], outputs: ['known'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['place', 'known'], outputs: ['origin'] },
      { op: 'Sub', inputs: ['frame', 'given'], outputs: ['age'] },
      { op: 'Mul', inputs: ['age', 'velocity'], outputs: ['moved'] },
      { op: 'Mul', inputs: ['level', 'gain'], outputs: ['bright'] },
      { op: 'ReduceMean', inputs: ['track_feat'], outputs: ['counted'], attributes: { axes: [0, 1, 2, 4], keepdims: 0 } },
      { op: 'Reshape', inputs: ['counted', 'perPoint'], outputs: ['windows'] },
      { op: 'Mul', inputs: ['windows', 'perWindow'], outputs: ['late'] },
      { op: 'Add', inputs: ['origin', 'moved'], outputs: ['then'] },
      { op: 'Add', inputs: ['then', 'bright'], outputs: ['shifted'] },
      { op: 'Add', inputs: ['shifted', 'late'], outputs: ['coords'] },
      { op: 'Slice', inputs: ['coords_predicted', 'zero', 'ind', 'times'], outputs: ['kept'] },
      { op: 'Concat', inputs: ['kept', 'coords'], outputs: [whole.name], attributes: { axis: 1 } },
      { op: 'Mul', inputs: ['age', 'none'], outputs: ['nothing'] },
      { op: 'Add', inputs: ['nothing', 'level'], outputs: ['levels'] },
      { op: 'Greater', inputs: ['levels', 'least'], outputs: ['seen'] },
      { op: 'Cast', inputs: ['seen'], outputs: ['seenNumbers'], attributes: { to: 1 } },
      { op: 'Reshape', inputs: ['seenNumbers', 'cells'], outputs: ['vis'] },
      { op: 'Slice', inputs: ['vis_predicted', 'zero', 'ind', 'times'], outputs: ['visKept'] },
      { op: 'Concat', inputs: ['visKept', 'vis'], outputs: ['o_vis_predicted'], attributes: { axis: 1 } },
      { op: 'Greater', inputs: ['o_vis_predicted', 'middle'], outputs: [whole.visible] },
      { op: 'Slice', inputs: ['conf_predicted', 'zero', 'ind', 'times'], outputs: ['confKept'] },
      { op: 'Concat', inputs: ['confKept', 'vis'], outputs: ['o_conf_predicted'], attributes: { axis: 1 } },
      { op: 'Identity', inputs: [whole.name], outputs: ['o_coords_predicted'] },
      { op: 'Add', inputs: ['ind', 'half'], outputs: ['o_ind'] },
      { op: 'Add', inputs: ['track_feat', 'more'], outputs: ['o_track_feat'] },
      { op: 'Add', inputs: ['track_support', 'more'], outputs: ['o_track_support'] },
    ],
  })
}
