/**
 * Where every parameter of a field lies, what it starts from, and the paper's default shape. All engines share this
 * file, so a state written by one is read by another. Not here: any evaluation of the field.
 *
 * Groups, each one flat Float32Array:
 * - planes  [layer][plane][row v][column u][channel]: the planes of a layer one after the other. u is the kept axis of
 *           lower index, v the other; node (u, v) of an n² plane stands for tanh(kept) = −1 + 2·(u, v)/(n−1).
 * - time    [table][node][channel]: frame t reads node position t·(nodes−1)/(frames−1).
 * - network [layer] of w1[inputs][h1] b1[h1] w2[h1][h2] b2[h2] w3[h2][outputs] b3[outputs]; inputs are the plane
 *           channels in the order of planeSizes, then the time channels in the order of timeNodes.
 *           outputs of a cadex coupling, before the sigmoid, half = B/2: dxl(half)…dxl1 dxr1…dxr(half)
 *           dyl(half)…dyl1 dyr1…dyr(half) kl kr; of an affine one: scale, before its bound, and shift.
 * - depth   [frame][row][column]: node (i, j) lies at raster x = .5 + i·(width−1)/(depthWidth−1), y likewise.
 */
import type { FieldShape, ParameterGroup } from './backend.ts'
import { seededRandom } from './random.ts'

/** Adam's constants, of all engines. */
export const adamBeta1 = 0.9
export const adamBeta2 = 0.999
export const adamEpsilon = 1e-8
/** First moments below this are set to zero: their update is far below a float's last bit, and subnormals are slow. */
export const adamFlush = 1e-17

/**
 * A sigmoid s enters as s' = ε + (1 − 2ε)·s: half stays half, and a saturated sigmoid cannot make a segment so
 * steep that its inverse loses all digits.
 */
export const sigmoidMargin = 0.01

/**
 * An affine coupling maps x to x·exp(s) + t with s = bound·tanh(raw / bound): near zero s is what the network says, and
 * no layer stretches more than e² times, so that the inverse keeps its digits. t is not bounded.
 */
export const affineBound = 2

/** Slope of LeakyReLU below zero. */
export const leakySlope = 0.01

export interface LayerOffsets {
  readonly w1: number
  readonly b1: number
  readonly w2: number
  readonly b2: number
  readonly w3: number
  readonly b3: number
}

export interface FieldLayout {
  readonly layers: number
  readonly planeFeatures: number
  readonly timeFeatures: number
  readonly inputs: number
  readonly hidden1: number
  readonly hidden2: number
  readonly outputs: number
  /** Offset of plane `plane` of layer `layer` in the group planes, at [layer·planeSizes.length + plane]. */
  readonly planeOffsets: readonly number[]
  readonly timeOffsets: readonly number[]
  readonly networkOffsets: readonly LayerOffsets[]
  readonly lengths: Readonly<Record<ParameterGroup, number>>
}

/** The two axes that a layer changing `axis` conditions on, lower index first. */
export function keptAxes(axis: number): readonly [number, number] {
  return axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1]
}

/** Focal length in pixels: W / (2 tan(fov/2)). */
export function focalLength(shape: FieldShape): number {
  return shape.width / (2 * Math.tan((shape.fovDegrees * Math.PI) / 360))
}

/** Depths never go below this: kept by every update, and by the divisor of a projection. */
export function depthFloor(shape: FieldShape): number {
  return Math.fround(0.01 * (Math.abs(shape.centre[2]) + shape.range[2]))
}

function check(ok: boolean, what: string): void {
  if (!ok) throw new Error(`field shape: ${what}`)
}

/** Throws when a shape makes no sense. */
export function checkShape(s: FieldShape): void {
  const whole = (n: number, least: number) => Number.isInteger(n) && n >= least
  check(whole(s.frames, 2), 'a field needs at least 2 frames')
  check(s.width > 1 && s.height > 1, 'width and height must exceed 1')
  check(whole(s.depthWidth, 2) && whole(s.depthHeight, 2), 'depth maps need at least 2×2 nodes')
  check(s.fovDegrees > 0 && s.fovDegrees < 180, 'field of view must lie between 0 and 180 degrees')
  check(s.axes.length > 0 && s.axes.every(a => a === 0 || a === 1 || a === 2), 'axes must be 0, 1 or 2')
  check(s.planeSizes.length > 0 && s.planeSizes.every(n => whole(n, 2)), 'planes need at least 2² nodes')
  check(s.timeNodes.length > 0 && s.timeNodes.every(n => whole(n, 2)), 'time tables need at least 2 nodes')
  check(whole(s.planeChannels, 1) && whole(s.timeChannels, 1), 'channels must be positive')
  check(s.hidden.every(n => whole(n, 1)), 'hidden widths must be positive')
  check(s.coupling === 'cadex' || s.coupling === 'affine', `there is no coupling '${String(s.coupling)}'`)
  check(whole(s.controlPoints, 2) && s.controlPoints % 2 === 0, 'control points must be even, at least 2')
  check(s.centre.every(Number.isFinite) && s.range.every(r => r > 0 && Number.isFinite(r)), 'centre must be finite, range positive')
}

export function fieldLayout(shape: FieldShape): FieldLayout {
  checkShape(shape)
  const layers = shape.axes.length
  const [hidden1, hidden2] = shape.hidden
  const planeFeatures = shape.planeSizes.length * shape.planeChannels
  const timeFeatures = shape.timeNodes.length * shape.timeChannels
  const inputs = planeFeatures + timeFeatures
  const outputs = shape.coupling === 'affine' ? 2 : 2 * shape.controlPoints + 2

  const planeOffsets: number[] = []
  let planes = 0
  for (let layer = 0; layer < layers; layer++)
    for (const n of shape.planeSizes) {
      planeOffsets.push(planes)
      planes += n * n * shape.planeChannels
    }

  const timeOffsets: number[] = []
  let time = 0
  for (const n of shape.timeNodes) {
    timeOffsets.push(time)
    time += n * shape.timeChannels
  }

  const networkOffsets: LayerOffsets[] = []
  let network = 0
  const take = (n: number) => (network += n) - n
  for (let layer = 0; layer < layers; layer++)
    networkOffsets.push({
      w1: take(inputs * hidden1),
      b1: take(hidden1),
      w2: take(hidden1 * hidden2),
      b2: take(hidden2),
      w3: take(hidden2 * outputs),
      b3: take(outputs),
    })

  const depth = shape.frames * shape.depthWidth * shape.depthHeight
  return {
    layers,
    planeFeatures,
    timeFeatures,
    inputs,
    hidden1,
    hidden2,
    outputs,
    planeOffsets,
    timeOffsets,
    networkOffsets,
    lengths: { planes, time, network, depth },
  }
}

/** The paper's field for a clip: 6 layers, planes 12² and 96² × 32, time tables T/20, 5T/20, 13T/20 × 16, 4 control points. */
export function defaultShape(
  frames: number,
  width: number,
  height: number,
  depthSize: { readonly width: number; readonly height: number },
  centre: readonly [number, number, number],
  range: readonly [number, number, number],
  seed: number,
): FieldShape {
  const random = seededRandom(seed ^ 0x5eed)
  const nodes = (share: number) => Math.max(2, Math.round((share * frames) / 20))
  return {
    frames,
    width,
    height,
    depthWidth: depthSize.width,
    depthHeight: depthSize.height,
    fovDegrees: 40,
    axes: [...random.permutation(3), ...random.permutation(3)],
    planeSizes: [12, 96],
    planeChannels: 32,
    timeNodes: [nodes(1), nodes(5), nodes(13)],
    timeChannels: 16,
    hidden: [56, 28],
    coupling: 'cadex',
    controlPoints: 4,
    centre,
    range,
  }
}

/**
 * Values before the first step. Planes N(0, variance 1e-4), time tables N(0, variance 1e-3), hidden layers uniform
 * ±√(6 / inputs) (He, for rectifiers), last layer a thousandth of that with zero bias: Φ starts at the identity up to
 * a thousandth, yet every parameter has a gradient from the first step.
 */
export function initialValues(shape: FieldShape, initialDepth: Float32Array, seed: number): Record<ParameterGroup, Float32Array> {
  const layout = fieldLayout(shape)
  if (initialDepth.length !== layout.lengths.depth)
    throw new Error(`initial depth has ${initialDepth.length} values, ${layout.lengths.depth} expected`)
  const random = seededRandom(seed)
  const planes = new Float32Array(layout.lengths.planes).map(() => 1e-2 * random.normal())
  const time = new Float32Array(layout.lengths.time).map(() => Math.sqrt(1e-3) * random.normal())
  const network = new Float32Array(layout.lengths.network)
  const fill = (offset: number, length: number, bound: number) => {
    for (let k = 0; k < length; k++) network[offset + k] = bound * (2 * random.uniform() - 1)
  }
  for (const at of layout.networkOffsets) {
    fill(at.w1, layout.inputs * layout.hidden1, Math.sqrt(6 / layout.inputs))
    fill(at.w2, layout.hidden1 * layout.hidden2, Math.sqrt(6 / layout.hidden1))
    fill(at.w3, layout.hidden2 * layout.outputs, 1e-3 * Math.sqrt(6 / layout.hidden2))
  }
  const floor = depthFloor(shape)
  return { planes, time, network, depth: initialDepth.map(z => Math.max(z, floor)) }
}
