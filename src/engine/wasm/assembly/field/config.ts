// The slots of an instance as globals, read once; and the offsets inside network and workspace that follow from them.
import * as slot from './slots'

export let table: usize = 0
export let thread: i32 = 0
export let threads: i32 = 0
export let frames: i32 = 0
export let layers: i32 = 0
export let planesPerLayer: i32 = 0
export let planeChannels: i32 = 0
export let features: i32 = 0
export let hidden1: i32 = 0
export let hidden2: i32 = 0
export let outputs: i32 = 0
export let controlPoints: i32 = 0
export let affine: bool = false
export let timeTables: i32 = 0
export let timeChannels: i32 = 0
export let timeFeatures: i32 = 0
export let depthWidth: i32 = 0
export let depthHeight: i32 = 0
export let width: f32 = 0
export let height: f32 = 0
export let focal: f32 = 0
export let depthFloor: f32 = 0
export let axes: usize = 0
export let planeSizes: usize = 0
export let planeOffsets: usize = 0
export let planeUnits: usize = 0
export let timeNodes: usize = 0
export let timeOffsets: usize = 0
export let planes: usize = 0
export let time: usize = 0
export let network: usize = 0
export let depth: usize = 0
export let toFirst: usize = 0
export let toSecond: usize = 0
/** Distance from a value to thread 0's gradient of it, and to this thread's. */
export let toSum: usize = 0
export let toGradient: usize = 0
export let gradientStride: usize = 0
export let prior: usize = 0
export let planeUnitCount: i32 = 0
export let depthUnitCount: i32 = 0
export let active: usize = 0
export let touched: usize = 0
export let touchedStride: usize = 0
export let transposed: usize = 0
export let frameBias: usize = 0
export let frameTime: usize = 0
export let frameTimeGradient: usize = 0
export let frameBiasGradient: usize = 0
export let frameBiasGradientStride: usize = 0
export let workspace: usize = 0
export let stats: usize = 0
export let statsStride: usize = 0
export let barrierAddress: usize = 0
export let timeLength: i32 = 0
export let networkLength: i32 = 0

// Byte offsets inside one layer's weights, and the bytes of a layer.
export let atW1: usize = 0
export let atWt: usize = 0
export let atB1: usize = 0
export let atW2: usize = 0
export let atB2: usize = 0
export let atW3: usize = 0
export let atB3: usize = 0
export let layerBytes: usize = 0
// Byte offsets inside one layer's transposed weights.
export let atW2t: usize = 0
export let atW3t: usize = 0
export let transposedBytes: usize = 0
// Byte offsets inside the tape of one pass.
export let tapeHidden1: usize = 0
export let tapeHidden2: usize = 0
export let tapeSigmoid: usize = 0
export let tapeCoupling: usize = 0
export let tapeBounded: usize = 0
export let tapeBytes: usize = 0
// Scratch of a block, after the tapes.
export let rawOutputs: usize = 0
export let gradHidden2: usize = 0
export let gradHidden1: usize = 0
export let gradFeatures: usize = 0
/** f32 [3][BLOCK] each. */
export let position: usize = 0
export let positionGradient: usize = 0
/** Grid reads of one plane: i32 node [BLOCK], f32 share u [BLOCK], f32 share v [BLOCK]. */
export let grid: usize = 0

// @ts-ignore: decorator
@inline export function getInt(n: i32): i32 {
  return load<i32>(table + ((<usize>n) << 2))
}
// @ts-ignore: decorator
@inline export function getFloat(n: i32): f32 {
  return load<f32>(table + ((<usize>n) << 2))
}
// @ts-ignore: decorator
@inline export function getAddress(n: i32): usize {
  return <usize>getInt(n)
}

export function configure(address: usize, index: i32): void {
  table = address
  thread = index
  threads = getInt(slot.THREADS)
  frames = getInt(slot.FRAMES)
  layers = getInt(slot.LAYERS)
  planesPerLayer = getInt(slot.PLANES_PER_LAYER)
  planeChannels = getInt(slot.PLANE_CHANNELS)
  features = getInt(slot.FEATURES)
  hidden1 = getInt(slot.HIDDEN1)
  hidden2 = getInt(slot.HIDDEN2)
  outputs = getInt(slot.OUTPUTS)
  controlPoints = getInt(slot.CONTROL_POINTS)
  affine = getInt(slot.AFFINE) != 0
  timeTables = getInt(slot.TIME_TABLES)
  timeChannels = getInt(slot.TIME_CHANNELS)
  timeFeatures = getInt(slot.TIME_FEATURES)
  depthWidth = getInt(slot.DEPTH_WIDTH)
  depthHeight = getInt(slot.DEPTH_HEIGHT)
  width = getFloat(slot.WIDTH)
  height = getFloat(slot.HEIGHT)
  focal = getFloat(slot.FOCAL)
  depthFloor = getFloat(slot.DEPTH_FLOOR)
  axes = getAddress(slot.AXES)
  planeSizes = getAddress(slot.PLANE_SIZES)
  planeOffsets = getAddress(slot.PLANE_OFFSETS)
  planeUnits = getAddress(slot.PLANE_UNITS)
  timeNodes = getAddress(slot.TIME_NODES)
  timeOffsets = getAddress(slot.TIME_OFFSETS)
  planes = getAddress(slot.PLANES)
  time = getAddress(slot.TIME)
  network = getAddress(slot.NETWORK)
  depth = getAddress(slot.DEPTH)
  toFirst = getAddress(slot.TO_FIRST)
  toSecond = getAddress(slot.TO_SECOND)
  toSum = getAddress(slot.TO_GRADIENT)
  gradientStride = getAddress(slot.GRADIENT_STRIDE)
  toGradient = toSum + <usize>index * gradientStride
  prior = getAddress(slot.PRIOR)
  planeUnitCount = getInt(slot.PLANE_UNIT_COUNT)
  depthUnitCount = getInt(slot.DEPTH_UNIT_COUNT)
  active = getAddress(slot.ACTIVE)
  touchedStride = getAddress(slot.TOUCHED_STRIDE)
  touched = getAddress(slot.TOUCHED) + <usize>index * touchedStride
  transposed = getAddress(slot.TRANSPOSED)
  frameBias = getAddress(slot.FRAME_BIAS)
  frameTime = getAddress(slot.FRAME_TIME)
  frameTimeGradient = getAddress(slot.FRAME_TIME_GRADIENT)
  frameBiasGradientStride = getAddress(slot.FRAME_BIAS_GRADIENT_STRIDE)
  frameBiasGradient = getAddress(slot.FRAME_BIAS_GRADIENT) + <usize>index * frameBiasGradientStride
  workspace = getAddress(slot.WORKSPACE) + <usize>index * getAddress(slot.WORKSPACE_STRIDE)
  statsStride = getAddress(slot.STATS_STRIDE)
  stats = getAddress(slot.STATS) + <usize>index * statsStride
  barrierAddress = getAddress(slot.BARRIER)
  timeLength = getInt(slot.TIME_LENGTH)
  networkLength = getInt(slot.NETWORK_LENGTH)

  const k = <usize>features, h1 = <usize>hidden1, h2 = <usize>hidden2, o = <usize>outputs
  atW1 = 0
  atWt = k * h1 * 4
  atB1 = atWt + (<usize>timeFeatures) * h1 * 4
  atW2 = atB1 + h1 * 4
  atB2 = atW2 + h1 * h2 * 4
  atW3 = atB2 + h2 * 4
  atB3 = atW3 + h2 * o * 4
  layerBytes = atB3 + o * 4
  atW2t = h1 * k * 4
  atW3t = atW2t + h2 * h1 * 4
  transposedBytes = atW3t + o * h2 * 4

  const row = <usize>slot.BLOCK * 4
  tapeHidden1 = k * row
  tapeHidden2 = tapeHidden1 + h1 * row
  tapeSigmoid = tapeHidden2 + h2 * row
  tapeCoupling = tapeSigmoid + o * row
  tapeBounded = tapeCoupling + 4 * row
  tapeBytes = tapeBounded + 2 * row
  rawOutputs = workspace + 2 * (<usize>layers) * tapeBytes
  gradHidden2 = rawOutputs + o * row
  gradHidden1 = gradHidden2 + h2 * row
  gradFeatures = gradHidden1 + h1 * row
  position = gradFeatures + k * row
  positionGradient = position + 3 * row
  grid = positionGradient + 3 * row
}
