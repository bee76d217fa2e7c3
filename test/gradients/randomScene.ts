/** Small random fields, batches and weights on which engines are compared and differentiated. Every number follows the seed. */
import { parameterGroups, SampleKind } from '../../src/engine/backend.ts'
import type { Batch, FieldShape, FieldState, LossWeights, StepRates } from '../../src/engine/backend.ts'
import { fieldLayout, initialValues } from '../../src/engine/layout.ts'
import { seededRandom } from '../../src/engine/random.ts'

export const smallShape: FieldShape = {
  frames: 5,
  width: 40,
  height: 24,
  depthWidth: 13,
  depthHeight: 8,
  fovDegrees: 40,
  axes: [2, 0, 1, 1, 2, 0],
  planeSizes: [4, 9],
  planeChannels: 8,
  timeNodes: [2, 3, 4],
  timeChannels: 3,
  hidden: [12, 8],
  coupling: 'cadex',
  controlPoints: 4,
  centre: [0.01, -0.02, 1],
  range: [0.4, 0.3, 0.25],
}

/** Shapes that stress padding and generality: odd channels and widths, other control points, two frames, one layer, affine couplings. */
export const oddShapes: readonly FieldShape[] = [
  smallShape,
  { ...smallShape, frames: 2, axes: [1], planeSizes: [5], planeChannels: 3, timeNodes: [2], timeChannels: 1, hidden: [5, 3], controlPoints: 2 },
  { ...smallShape, frames: 3, axes: [0, 2, 1], planeSizes: [3, 6, 17], planeChannels: 6, timeNodes: [2, 2], timeChannels: 5, hidden: [17, 9], controlPoints: 6 },
  { ...smallShape, frames: 7, axes: [0, 1, 2, 2, 1, 0], planeSizes: [12, 96], planeChannels: 32, timeNodes: [2, 2, 5], timeChannels: 16, hidden: [56, 28] },
  { ...smallShape, controlPoints: 8, hidden: [10, 7] },
  { ...smallShape, axes: [1, 2, 0], controlPoints: 16 },
  { ...smallShape, coupling: 'affine' },
  { ...smallShape, frames: 3, axes: [0, 2, 1, 1], planeSizes: [5, 8, 3], planeChannels: 5, timeNodes: [2, 3], timeChannels: 2, hidden: [13, 6], coupling: 'affine', controlPoints: 8 },
]

export const allTerms: LossWeights = {
  pixel: 1,
  longTerm: 0.7,
  correction: 1.3,
  depth: 20,
  prior: 1.5,
  priorLongTerm: 4,
  priorGradient: 2,
  priorGradientLongTerm: 3,
  occlusion: 8,
  occlusionMargin: 0.08,
  flowGradient: 0.4,
}

export const noTerms: LossWeights = {
  pixel: 0,
  longTerm: 0,
  correction: 0,
  depth: 0,
  prior: 0,
  priorLongTerm: 0,
  priorGradient: 0,
  priorGradientLongTerm: 0,
  occlusion: 0,
  occlusionMargin: 0,
  flowGradient: 0,
}

export const plainRates: StepRates = { network: 3e-3, depth: 5e-3, clipDepth: 10, clipNetwork: Infinity }

/** Depth around the centre's, smooth plus noise, far from the floor. */
export function randomDepth(shape: FieldShape, seed: number): Float32Array {
  const random = seededRandom(seed)
  return new Float32Array(shape.frames * shape.depthWidth * shape.depthHeight).map(() => shape.centre[2] * (0.85 + 0.3 * random.uniform()))
}

/**
 * A state far from the identity: last layers and planes large enough that all segments of the couplings are used, and
 * depth apart from its prior. Moments zero.
 */
export function wildState(shape: FieldShape, initialDepth: Float32Array, seed: number): FieldState {
  const layout = fieldLayout(shape)
  const random = seededRandom(seed + 99)
  const values = initialValues(shape, initialDepth, seed)
  const reach = Math.sqrt(8 / shape.planeChannels)
  // Finer planes bend more per unit of height: keep all of them as smooth as the coarsest, or float32 cannot follow.
  layout.planeOffsets.forEach((from, n) => {
    const size = shape.planeSizes[n % shape.planeSizes.length]
    const to = layout.planeOffsets[n + 1] ?? layout.lengths.planes
    for (let k = from; k < to; k++) values.planes[k] *= 40 * reach * Math.min(1, 4 / size)
  })
  values.time = values.time.map(v => 10 * reach * v)
  for (const at of layout.networkOffsets)
    for (let k = at.w3; k < at.b3 + layout.outputs; k++)
      values.network[k] = (k < at.b3 ? 0.9 / Math.sqrt(layout.hidden2) : 0.5) * random.normal()
  values.depth = values.depth.map(z => z * (0.95 + 0.1 * random.uniform()))
  const zeros = () => {
    const entries = parameterGroups.map(g => [g, new Float32Array(layout.lengths[g])])
    return Object.fromEntries(entries) as FieldState['values']
  }
  return { step: 0, values, firstMoments: zeros(), secondMoments: zeros() }
}

/** Random correspondences: groups of the given sizes, kinds drawn from `kinds` (couples share their kind), targets near or beside sources. */
export function randomBatch(
  shape: FieldShape,
  groupSizes: readonly number[],
  seed: number,
  kinds: readonly number[] = Object.values(SampleKind),
  couples = true,
): Batch {
  const random = seededRandom(seed)
  const points = groupSizes.reduce((a, b) => a + b, 0)
  const groups = new Int32Array(4 * groupSizes.length)
  const source = new Float32Array(2 * points)
  const target = new Float32Array(2 * points)
  const kind = new Uint8Array(points)
  const weight = new Float32Array(points)
  let first = 0
  groupSizes.forEach((size, g) => {
    const i = random.below(shape.frames)
    groups.set([i, (i + 1 + random.below(shape.frames - 1)) % shape.frames, first, size], 4 * g)
    for (let k = 0; k < size; k++) {
      const p = first + k
      source[2 * p] = shape.width * random.uniform()
      source[2 * p + 1] = shape.height * random.uniform()
      target[2 * p] = shape.width * random.uniform()
      target[2 * p + 1] = shape.height * random.uniform()
      kind[p] = couples && k % 2 === 1 ? kind[p - 1] : kinds[random.below(kinds.length)]
      weight[p] = 0.5 + random.uniform()
    }
    first += size
  })
  return { groups, source, target, kind, weight, couples }
}
