/**
 * The one interface of the field's engines: a CaDeX++ (or RealNVP) field (invertible network Φ, time tables, one depth map per
 * frame), its losses, gradients, Adam, and readout. Engines know tensors and raster pixels of one size, not videos.
 * The reference engine (float64, plain TypeScript) is the oracle; one test suite runs over all.
 */

/** Shape of a field. Defaults are the paper's (METHOD: sections 1 and 2 of the paper's supplement). */
export interface FieldShape {
  readonly frames: number
  /** Raster in which source, target and predicted points are given. */
  readonly width: number
  readonly height: number
  /** Nodes of each frame's depth map; node (i,j) of the map lies at x = .5 + i·(width−1)/(depthWidth−1), y likewise. */
  readonly depthWidth: number
  readonly depthHeight: number
  readonly fovDegrees: number
  /** Axis changed by each coupling layer, 0..2; its length is the number of layers. */
  readonly axes: readonly number[]
  /** Nodes per side of the feature planes of each layer. */
  readonly planeSizes: readonly number[]
  readonly planeChannels: number
  /** Nodes of each time table, each at least 2. */
  readonly timeNodes: readonly number[]
  readonly timeChannels: number
  /** Widths of the two hidden layers. */
  readonly hidden: readonly [number, number]
  /** Kind of the coupling layers: piecewise-linear functions (CaDeX++), or x ↦ x·exp(s) + t (RealNVP; s is bounded: layout's affineBound). */
  readonly coupling: 'cadex' | 'affine'
  /** Control points B of the piecewise-linear coupling, even, at least 2 (paper: 4); an affine one ignores it. Outputs: 2·B + 2, affine 2. */
  readonly controlPoints: number
  /** Normalisation before Φ: n = (X − centre) / range, per axis. */
  readonly centre: readonly [number, number, number]
  readonly range: readonly [number, number, number]
}

/** What a correspondence teaches. */
export const SampleKind = {
  /** Short-term flow: p̂_j should be at target, and on the surface of frame j. */
  flow: 0,
  /** Long-term match: the same, weighed by its own weights. */
  longTerm: 1,
  /** Occluded at j but its place is known: pixel term; and behind the surface of j (order hinge). */
  occludedKnown: 2,
  /** Occluded at j, place unknown: order hinge only; `target` is ignored. */
  occluded: 3,
  /** A person's correction: pixel term with its own weight, never trimmed. */
  correction: 4,
} as const

/**
 * One step's correspondences, grouped by frame pair. All points of a group share (i, j).
 * Points of a group come in couples of neighbours (2k, 2k+1) when `couples` is true: the flow-gradient term compares
 * their residuals.
 */
export interface Batch {
  /** [groups, 4]: source frame i, target frame j, first point, number of points; groups follow each other and cover all points. */
  readonly groups: Int32Array
  /** [points, 2] raster pixels at i. */
  readonly source: Float32Array
  /** [points, 2] raster pixels at j. */
  readonly target: Float32Array
  /** [points] SampleKind */
  readonly kind: Uint8Array
  /** [points] multiplies all terms of the point. */
  readonly weight: Float32Array
  readonly couples: boolean
}

/**
 * Weights of the terms (METHOD section 4). Terms are sums over points of weight · term / points of the batch; a couple
 * weighs the mean of its two. Inside the frame means 0 ≤ x ≤ width, 0 ≤ y ≤ height; a couple with a point outside is
 * masked. The slope of |·| and max(0, ·) at their corner is 0. reference/losses.ts is the definition in code.
 */
export interface LossWeights {
  /** |p̂_j − p_j|₁, in pixels, for flow; masked out where p̂_j leaves the frame and the kind is flow. */
  readonly pixel: number
  /** Multiplies the pixel and depth terms of long-term samples. */
  readonly longTerm: number
  /** Multiplies those of corrections. */
  readonly correction: number
  /** |ẑ_j − D_j(p_j)|, bilinear D: kinds flow, longTerm, correction. */
  readonly depth: number
  /** |ẑ_j − D⁰_j(p_j)|: for flow; for longTerm the next weight (not multiplied by `longTerm`). */
  readonly prior: number
  readonly priorLongTerm: number
  /** |∇D − ∇D⁰|₁ at p_i and p_j, per node: the slopes of the bilinear cell that holds the point. Flow; longTerm has the next weight. */
  readonly priorGradient: number
  readonly priorGradientLongTerm: number
  /** Occlusion order: max(0, (1 + margin)·D_j(p̂_j) − ẑ_j) for kinds occluded, occludedKnown with p̂_j inside the frame. */
  readonly occlusion: number
  readonly occlusionMargin: number
  /** |r_{2k+1} − r_{2k}|₁ over couples of kind flow, r = p̂_j − p_j. */
  readonly flowGradient: number
}

export interface StepRates {
  readonly network: number
  readonly depth: number
  /** The depth maps' gradient norm is clipped at this; Infinity for none. */
  readonly clipDepth: number
  /** Likewise the network's; Infinity for none. */
  readonly clipNetwork: number
}

/** Sums of the weighted terms (already divided by the number of points), for plots and tests. */
export interface LossReport {
  readonly total: number
  readonly pixel: number
  readonly longTerm: number
  readonly correction: number
  readonly depth: number
  readonly prior: number
  readonly priorGradient: number
  readonly occlusion: number
  readonly flowGradient: number
}

export interface StepResult {
  readonly losses: LossReport
  /** [points] |p̂_j − p_j|₁ unweighted, in pixels; NaN for kind occluded. Valid until the next call. */
  readonly residuals: Float32Array
  readonly networkGradientNorm: number
  readonly depthGradientNorm: number
  /** False when a loss or a gradient was not finite: then nothing was updated. */
  readonly finite: boolean
}

/** Names of the parameter groups, in the order of a state. Layouts are documented in engine/layout.ts. */
export const parameterGroups = ['planes', 'time', 'network', 'depth'] as const
export type ParameterGroup = (typeof parameterGroups)[number]

/** Everything that a step changes: enough for an exact resume, readable by every engine. */
export interface FieldState {
  /** Number of Adam updates done. */
  readonly step: number
  readonly values: Readonly<Record<ParameterGroup, Float32Array>>
  readonly firstMoments: Readonly<Record<ParameterGroup, Float32Array>>
  readonly secondMoments: Readonly<Record<ParameterGroup, Float32Array>>
}

/** Readout of `queries` points at `targets` frames. */
export interface Readout {
  /** [queries, targets, 2] p̂_j in raster pixels. */
  readonly positions: Float32Array
  /** [queries, targets] ẑ_j. */
  readonly depths: Float32Array
  /** [queries, targets] D_j(p̂_j), clamped to the border outside. */
  readonly surface: Float32Array
}

export interface FieldEngine {
  readonly name: string
  readonly shape: FieldShape
  /**
   * One optimisation step: losses, gradients, clipping, Adam (optim/adam.ts). Depth stays at or above layout's depthFloor.
   * An empty batch changes nothing. Operations of an engine run one at a time, in the order of the calls.
   */
  step(batch: Batch, weights: LossWeights, rates: StepRates): Promise<StepResult>
  /** Losses and raw gradients without an update, for proofs. */
  gradients(batch: Batch, weights: LossWeights): Promise<{ readonly result: StepResult; readonly values: Record<ParameterGroup, Float32Array> }>
  /** Tracks points [queries, 2] of one frame each ([queries]) to every frame of `targets`; `depths` lifts from given depths instead of D. */
  read(queryFrames: Int32Array, queryPoints: Float32Array, targets: Int32Array, depths?: Float32Array): Promise<Readout>
  exportState(): Promise<FieldState>
  importState(state: FieldState): Promise<void>
  close(): Promise<void>
}

/** Makes an engine. `initialDepth` is D⁰ and the first D, [frames, depthHeight, depthWidth]; initial weights follow `seed`. */
export interface EngineOptions {
  readonly shape: FieldShape
  readonly initialDepth: Float32Array
  readonly seed: number
  readonly threads: number
}
export type CreateEngine = (options: EngineOptions) => Promise<FieldEngine>
