/**
 * Measures the field engine of this machine: whole steps (losses, gradients, clipping, Adam) on random correspondences,
 * against the register-only multiply-add rate of the same runtime on as many threads, measured alternately.
 * Not here: printing; `tapline bench` does that.
 */
import type { Batch, FieldShape, LossWeights, StepRates } from './backend.ts'
import { defaultShape, fieldLayout } from './layout.ts'
import { seededRandom } from './random.ts'
import { WasmEngine } from './wasm/wasmEngine.ts'

export interface EngineBenchOptions {
  readonly threads: number
  readonly frames: number
  /** Time to spend on measured steps. */
  readonly seconds: number
  readonly width: number
  readonly height: number
  /** Frame pairs of a step and points of each. */
  readonly groups: number
  readonly pointsPerGroup: number
}

export const paperBench: EngineBenchOptions = { threads: 2, frames: 50, seconds: 8, width: 512, height: 288, groups: 32, pointsPerGroup: 64 }

export interface EngineBench {
  readonly frames: number
  readonly threads: number
  /** Correspondences per second: the best round, and the median round. */
  readonly pointsPerSecond: number
  readonly medianPointsPerSecond: number
  /** f32x4 multiply-adds in registers, all threads together. */
  readonly peakGflops: number
  readonly achievedGflops: number
  /** achieved / peak, both the best of the run. */
  readonly peakShare: number
  /** The median over rounds of the same ratio within a round: what is left of it when other programs run beside. */
  readonly medianPeakShare: number
  readonly memoryBytes: number
  readonly stepMs: number
  /** Operations counted per correspondence. */
  readonly flopPerPoint: number
  readonly fusedMultiplyAdd: boolean
}

/**
 * Floating-point operations that a correspondence needs, two per multiply-add, at the least: the perceptrons forward, to
 * inputs and to weights, without the frame-only rows of the first layer, which are done once per frame; and bilinear
 * plane reads, their scatter and their slopes. Twelve passes of the paper's six layers. Not counted: coupling, tanh,
 * sigmoids, losses, depth, padding, Adam, sums over threads: time spent on them lowers the share.
 */
export function flopPerPoint(shape: FieldShape): number {
  const layout = fieldLayout(shape)
  const perceptron = layout.planeFeatures * layout.hidden1 + layout.hidden1 * layout.hidden2 + layout.hidden2 * layout.outputs
  const planes = 4 * layout.planeFeatures
  return 2 * (2 * layout.layers) * (3 * perceptron + 3 * planes)
}

/** Weights of a step with every term of METHOD section 4 at work. */
export const weights: LossWeights = {
  pixel: 1,
  longTerm: 1,
  correction: 1,
  depth: 100,
  prior: 1,
  priorLongTerm: 10,
  priorGradient: 1,
  priorGradientLongTerm: 100,
  occlusion: 10,
  occlusionMargin: 0.08,
  flowGradient: 0.1,
}

export const rates: StepRates = { network: 3e-3, depth: 5e-3, clipDepth: 10, clipNetwork: Infinity }

/** Field shape of a benchmark: the paper's, with depth maps at 0.3× the raster. */
export function benchShape(options: EngineBenchOptions): FieldShape {
  const { frames, width, height } = options
  const depthSize = { width: Math.round(0.3 * width), height: Math.round(0.3 * height) }
  return defaultShape(frames, width, height, depthSize, [0, 0, 1], [0.45, 0.3, 0.4], 1)
}

/** Flow-like correspondences: smooth motion between frames at most 16 apart, sources anywhere in the frame. */
export function benchBatch(shape: FieldShape, groups: number, pointsPerGroup: number, seed: number): Batch {
  const random = seededRandom(seed)
  const points = groups * pointsPerGroup
  const batch = {
    groups: new Int32Array(4 * groups),
    source: new Float32Array(2 * points),
    target: new Float32Array(2 * points),
    kind: new Uint8Array(points),
    weight: new Float32Array(points).fill(1),
    couples: true,
  }
  for (let g = 0; g < groups; g++) {
    const i = random.below(shape.frames)
    const j = Math.min(shape.frames - 1, Math.max(0, i - 16 + random.below(33)))
    batch.groups.set([i, j, g * pointsPerGroup, pointsPerGroup], 4 * g)
    for (let p = g * pointsPerGroup; p < (g + 1) * pointsPerGroup; p++) {
      const [x, y] = [shape.width * random.uniform(), shape.height * random.uniform()]
      batch.source.set([x, y], 2 * p)
      batch.target.set([x + 0.8 * (j - i) * Math.cos(y / 60), y + 0.5 * (j - i) * Math.sin(x / 80)], 2 * p)
      batch.kind[p] = random.uniform() < 0.1 ? 3 : 0
    }
  }
  return batch
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]

/** One round of the peak chain sized to take a few milliseconds; GFLOP/s over all threads. */
async function measurePeak(engine: WasmEngine, threads: number): Promise<number> {
  const rounds = 60_000
  const times = await engine.measurePeak(rounds)
  return (rounds * 768 * threads) / Math.max(...times) / 1e6
}

export async function benchEngine(partial: Partial<EngineBenchOptions> = {}): Promise<EngineBench> {
  const options = { ...paperBench, ...partial }
  const shape = benchShape(options)
  const random = seededRandom(5)
  const initialDepth = new Float32Array(shape.frames * shape.depthWidth * shape.depthHeight).map(() => 0.9 + 0.2 * random.uniform())
  const engine = await WasmEngine.create({ shape, initialDepth, seed: 1, threads: options.threads })
  try {
    const points = options.groups * options.pointsPerGroup
    const batches = Array.from({ length: 24 }, (_, n) => benchBatch(shape, options.groups, options.pointsPerGroup, n))
    // Warm up until code is compiled and momentum lives on as many nodes as it will: a cold field would look faster.
    for (let n = 0; n < 72; n++) await engine.step(batches[n % 24], weights, rates)
    const rounds: { stepMs: number; peak: number }[] = []
    const stepsPerRound = 4
    const deadline = performance.now() + options.seconds * 1000
    while (performance.now() < deadline || rounds.length < 3) {
      const before = await measurePeak(engine, options.threads)
      const start = performance.now()
      for (let n = 0; n < stepsPerRound; n++) await engine.step(batches[(rounds.length * stepsPerRound + n) % 24], weights, rates)
      const stepMs = (performance.now() - start) / stepsPerRound
      rounds.push({ stepMs, peak: Math.max(before, await measurePeak(engine, options.threads)) })
    }
    const flop = flopPerPoint(shape) * points
    const stepMs = Math.min(...rounds.map(r => r.stepMs))
    const peakGflops = Math.max(...rounds.map(r => r.peak))
    return {
      frames: options.frames,
      threads: options.threads,
      pointsPerSecond: (points / stepMs) * 1000,
      medianPointsPerSecond: (points / median(rounds.map(r => r.stepMs))) * 1000,
      peakGflops,
      achievedGflops: flop / stepMs / 1e6,
      peakShare: flop / stepMs / 1e6 / peakGflops,
      medianPeakShare: median(rounds.map(r => flop / r.stepMs / 1e6 / r.peak)),
      memoryBytes: engine.memoryBytes,
      stepMs,
      flopPerPoint: flopPerPoint(shape),
      fusedMultiplyAdd: engine.name.includes('fused'),
    }
  } finally {
    await engine.close()
  }
}

/** The same over clips of several lengths: time and memory of a step. */
export async function benchScaling(
  partial: Partial<EngineBenchOptions> = {},
  lengths: readonly number[] = [25, 50, 100, 200],
): Promise<EngineBench[]> {
  const table: EngineBench[] = []
  for (const frames of lengths) table.push(await benchEngine({ ...partial, frames }))
  return table
}
