/**
 * Sizes and places of a field on a GPU: how parameters are padded for vectors of four, where groups and sums lie in the buffers, how many
 * points a workgroup takes. The shaders get the same numbers as constants. Not here: buffers, pipelines.
 *
 * Buffers: values [planes | network | time], moments likewise in pairs, depth and its moments; fixed-point sums [planes | depth | frame
 * biases], all low words and then all high words; results [header | sums per workgroup | norms | gradients of network and time | gradients
 * by time features | residuals]; work: per workgroup a tape and a slice of network gradients.
 */
import type { FieldShape, ParameterGroup } from '../backend.ts'
import { adamBeta1, adamBeta2, adamEpsilon, adamFlush, affineBound, depthFloor, fieldLayout, focalLength, leakySlope, sigmoidMargin } from '../layout.ts'
import type { FieldLayout } from '../layout.ts'

export const HEADER_FLOATS = 16
/** Numbers of stepParameters.wgsl, padded. */
export const STEP_FLOATS = 28
/** Targets that one workgroup of a readout goes through, after mapping its queries to canonical space once. */
export const READ_TARGETS = 16
/** Bytes that the tapes and network gradients of all workgroups may take. */
const WORK_BYTES = 512 * 2 ** 20
/** Steps per unit of the fixed-point sums. */
const FIXED_SCALE = 2 ** 40
/** No sum of a batch of n points may leave 2²² on its way: a point adds to a number at most eight times. */
export const addendLimit = (points: number) => 2 ** 22 / (8 * points)

const pad = (n: number) => Math.ceil(n / 4) * 4

/** A matrix [rows][columns] as it lies in a state, and where its padded copy lies. */
export interface Stretch {
  readonly packed: number
  readonly padded: number
  readonly rows: number
  readonly columns: number
  readonly paddedColumns: number
}

export interface FieldPlan {
  readonly shape: FieldShape
  readonly layout: FieldLayout
  /** Points of a tile and threads that work on it. */
  readonly points: number
  readonly threads: number
  /** Numbers of floats. */
  readonly planeFloats: number
  readonly valueFloats: number
  readonly depthFloats: number
  readonly fixedCount: number
  readonly workFloats: number
  readonly frameBiasFloats: number
  /** Threads that reduce.wgsl needs. */
  readonly reduceItems: number
  /** Places in the results, in floats. */
  readonly denseAt: number
  readonly residualsAt: number
  /** Most workgroups of a step; those that sum squares; those of Adam, each of which goes on in strides. */
  readonly workgroups: number
  readonly normGroups: number
  readonly updateGroups: number
  /** Where each group's rows lie in its buffer; depth is alone in its own. */
  readonly stretches: Readonly<Record<ParameterGroup, readonly Stretch[]>>
  /** The constants, as WGSL. */
  readonly constants: string
}

/** What of an adapter's limits a plan must keep. */
export interface PlanLimits {
  readonly workgroupBytes: number
  readonly threads: number
  readonly bindingBytes: number
  /** A driver that computes on the CPU. */
  readonly software: boolean
  /** More workgroups than this bring nothing. */
  readonly workgroups: number
}

/** @throws Error that says which limit of the adapter a field of this shape breaks */
export function planField(shape: FieldShape, limits: PlanLimits): FieldPlan {
  const layout = fieldLayout(shape)
  const { layers } = layout
  const planes = shape.planeSizes.length
  const channels = pad(shape.planeChannels)
  const features = planes * channels
  const [hidden1, hidden2, outputs, timeFeatures] = [pad(layout.hidden1), pad(layout.hidden2), pad(layout.outputs), pad(layout.timeFeatures)]

  // Planes: node after node, channels padded.
  const planeStretches: Stretch[] = []
  let planeFloats = 0
  layout.planeOffsets.forEach((packed, n) => {
    const nodes = shape.planeSizes[n % planes] ** 2
    planeStretches.push({ packed, padded: planeFloats, rows: nodes, columns: shape.planeChannels, paddedColumns: channels })
    planeFloats += nodes * channels
  })
  // Network: per layer w1 of plane features, w1 of time features, b1, w2, b2, w3, b3.
  const networkStretches: Stretch[] = []
  let at = planeFloats
  const stretch = (packed: number, rows: number, columns: number, paddedRows: number, paddedColumns: number) => {
    networkStretches.push({ packed, padded: at, rows, columns, paddedColumns })
    at += paddedRows * paddedColumns
  }
  for (const from of layout.networkOffsets) {
    for (let n = 0; n < planes; n++) stretch(from.w1 + n * shape.planeChannels * layout.hidden1, shape.planeChannels, layout.hidden1, channels, hidden1)
    stretch(from.w1 + layout.planeFeatures * layout.hidden1, layout.timeFeatures, layout.hidden1, timeFeatures, hidden1)
    stretch(from.b1, 1, layout.hidden1, 1, hidden1)
    stretch(from.w2, layout.hidden1, layout.hidden2, hidden1, hidden2)
    stretch(from.b2, 1, layout.hidden2, 1, hidden2)
    stretch(from.w3, layout.hidden2, layout.outputs, hidden2, outputs)
    stretch(from.b3, 1, layout.outputs, 1, outputs)
  }
  const networkFloats = at - planeFloats
  const timeAt = at
  const valueFloats = timeAt + pad(layout.lengths.time)
  const flat = (padded: number, columns: number): Stretch[] => [{ packed: 0, padded, rows: 1, columns, paddedColumns: columns }]

  const rowCount = features + Math.max(hidden1, features / 2) + hidden2
  const workgroupBytes = (points: number) => 16 * Math.max(rowCount * (points / 4 + 1), 2 * points) + 4 * points * (outputs + 3 * planes) + 16
  const points = [32, 16, 8].find(n => workgroupBytes(n) <= limits.workgroupBytes && 4 * n <= limits.threads)
  if (!points) throw new Error(`its layers need ${workgroupBytes(8)} bytes of workgroup memory, the adapter has ${limits.workgroupBytes}`)

  const depthFloats = layout.lengths.depth
  const frameBiasFloats = shape.frames * layers * hidden1
  const fixedCount = planeFloats + depthFloats + frameBiasFloats
  const tapeQuads = points + ((hidden1 + hidden2) * points) / 4
  const workQuads = 2 * layers * tapeQuads + networkFloats / 4
  const workgroups = Math.min(limits.workgroups, Math.floor(Math.min(limits.bindingBytes, WORK_BYTES) / (16 * workQuads)))
  const largest = Math.max(8 * fixedCount, 8 * valueFloats, 8 * depthFloats, 16 * workQuads)
  if (largest > limits.bindingBytes)
    throw new Error(`it needs a buffer of ${Math.ceil(largest / 2 ** 20)} MB, the adapter allows ${Math.floor(limits.bindingBytes / 2 ** 20)} MB`)

  const [normGroups, updateGroups] = limits.software ? [4, 8] : [256, 1024]
  const sumsAt = HEADER_FLOATS
  const sumsStride = 12
  const normsAt = sumsAt + sumsStride * workgroups
  const denseAt = normsAt + 2 * normGroups
  const frameTimeAt = denseAt + valueFloats - planeFloats
  const residualsAt = frameTimeAt + shape.frames * timeFeatures

  let planeStart = 0
  const planeStarts = shape.planeSizes.map(n => (planeStart += (n * n * channels) / 4) - (n * n * channels) / 4)
  const w2At = ((features + timeFeatures + 1) * hidden1) / 4
  const w3At = w2At + ((hidden1 + 1) * hidden2) / 4
  const whole: Readonly<Record<string, number>> = {
    POINTS: points,
    QUADS: points / 4,
    // A quad more than there are: neighbouring rows start in different banks.
    ROW: points / 4 + 1,
    ROWS: Math.max(rowCount, Math.ceil((2 * points) / (points / 4 + 1))),
    THREADS: 4 * points,
    FRAMES: shape.frames,
    LAYERS: layers,
    PLANES: planes,
    PLANE_QUADS: channels / 4,
    PLANE_LAYER: planeStart,
    PLANE_FLOATS: planeFloats,
    FEATURES: features,
    FEATURE_QUADS: features / 4,
    HIDDEN1: hidden1,
    HIDDEN1_QUADS: hidden1 / 4,
    HIDDEN1_ROW: features,
    HIDDEN2: hidden2,
    HIDDEN2_QUADS: hidden2 / 4,
    HIDDEN2_ROW: features + Math.max(hidden1, features / 2),
    OUTPUTS: outputs,
    OUTPUT_QUADS: outputs / 4,
    USED_OUTPUTS: layout.outputs,
    CONTROLS: shape.controlPoints,
    HALF: shape.controlPoints / 2,
    NETWORK_AT: planeFloats / 4,
    LAYER_QUADS: networkFloats / layers / 4,
    WT_AT: (features * hidden1) / 4,
    B1_AT: ((features + timeFeatures) * hidden1) / 4,
    W2_AT: w2At,
    B2_AT: w2At + (hidden1 * hidden2) / 4,
    W3_AT: w3At,
    B3_AT: w3At + (hidden2 * outputs) / 4,
    TIME_AT: timeAt,
    TIME_LENGTH: layout.lengths.time,
    TIME_TABLES: shape.timeNodes.length,
    TIME_CHANNELS: shape.timeChannels,
    TIME_FEATURES: timeFeatures,
    MAP_NODES: shape.depthWidth * shape.depthHeight,
    DEPTH_FIXED: planeFloats,
    FRAME_FIXED: planeFloats + depthFloats,
    FIXED_COUNT: fixedCount,
    TAPE_QUADS: tapeQuads,
    WORK_QUADS: workQuads,
    SUMS_AT: sumsAt,
    SUMS_STRIDE: sumsStride,
    NORMS_AT: normsAt,
    NORM_GROUPS: normGroups,
    DENSE_AT: denseAt,
    FRAME_TIME_AT: frameTimeAt,
    RESIDUALS_AT: residualsAt,
    READ_TARGETS,
    FLOW: 0,
    LONG_TERM: 1,
    OCCLUDED: 3,
    CORRECTION: 4,
  }
  const real: Readonly<Record<string, number>> = {
    WIDTH: shape.width,
    HEIGHT: shape.height,
    FOCAL: focalLength(shape),
    DEPTH_FLOOR: depthFloor(shape),
    LEAKY: leakySlope,
    MARGIN: sigmoidMargin,
    AFFINE_BOUND: affineBound,
    BETA1: adamBeta1,
    BETA2: adamBeta2,
    EPSILON: adamEpsilon,
    FLUSH: adamFlush,
    FIXED_SCALE,
  }
  const list = (type: string, values: readonly number[]) => `array<${type}, ${values.length}>(${values.join(', ')})`
  const constants = [
    ...Object.entries(whole).map(([name, n]) => `const ${name} = ${n}u;`),
    ...Object.entries(real).map(([name, n]) => `const ${name}: f32 = ${n};`),
    `const DEPTH_WIDTH = ${shape.depthWidth}i;`,
    `const DEPTH_HEIGHT = ${shape.depthHeight}i;`,
    `const SOFTWARE = ${limits.software};`,
    `const AFFINE = ${shape.coupling === 'affine'};`,
    `const CENTRE = vec3<f32>(${shape.centre.join(', ')});`,
    `const RANGE = vec3<f32>(${shape.range.join(', ')});`,
    `const AXES = ${list('u32', shape.axes)};`,
    `const PLANE_SIZE = ${list('i32', shape.planeSizes)};`,
    `const PLANE_START = ${list('u32', planeStarts)};`,
    `const TIME_NODES = ${list('u32', shape.timeNodes)};`,
    `const TIME_START = ${list('u32', layout.timeOffsets)};`,
  ].join('\n')
  return {
    shape, layout, points, threads: 4 * points, planeFloats, valueFloats, depthFloats, fixedCount, workFloats: 4 * workQuads, frameBiasFloats,
    reduceItems: networkFloats / 4 + shape.frames * timeFeatures, denseAt, residualsAt, workgroups, normGroups, updateGroups, constants,
    stretches: { planes: planeStretches, network: networkStretches, time: flat(timeAt, layout.lengths.time), depth: flat(0, depthFloats) },
  }
}
