/** How many correspondences an engine fits a second in whole steps, at the batch that suits it. Not here: shares of a machine's peak (bench.ts), tables. */
import type { CreateEngine, LossWeights, StepRates } from './backend.ts'
import { benchBatch, benchShape, paperBench } from './bench.ts'

export interface SpeedOptions {
  readonly threads: number
  /** Time for measured steps, the first ones left out. */
  readonly seconds: number
  /** Frame pairs of a step and points of each. */
  readonly groups: number
  readonly pointsPerGroup: number
  readonly frames?: number
  readonly signal?: AbortSignal
}

export interface Speed {
  readonly pointsPerSecond: number
  readonly stepMs: number
  readonly steps: number
}

const weights: LossWeights = {
  pixel: 1, longTerm: 1, correction: 1, depth: 100, prior: 1, priorLongTerm: 10, priorGradient: 1, priorGradientLongTerm: 100,
  occlusion: 10, occlusionMargin: 0.08, flowGradient: 0,
}
const rates: StepRates = { network: 3e-3, depth: 5e-3, clipDepth: 10, clipNetwork: Number.POSITIVE_INFINITY }
/** Steps before the clock starts: code is compiled, and pipelines made, in the first. */
const WARM = 3

export async function measureSpeed(create: CreateEngine, { threads, seconds, groups, pointsPerGroup, frames = 50, signal }: SpeedOptions): Promise<Speed> {
  const shape = benchShape({ ...paperBench, frames })
  const initialDepth = new Float32Array(shape.frames * shape.depthWidth * shape.depthHeight).fill(1)
  const engine = await create({ shape, initialDepth, seed: 1, threads })
  try {
    const batches = Array.from({ length: 4 }, (_, n) => benchBatch(shape, groups, pointsPerGroup, n))
    for (let n = 0; n < WARM; n++) await engine.step(batches[n % 4], weights, rates)
    const started = performance.now()
    let steps = 0
    let elapsed = 0
    do {
      await engine.step(batches[steps++ % 4], weights, rates)
      elapsed = performance.now() - started
      if (signal?.aborted) break
    } while (elapsed < seconds * 1000)
    return { pointsPerSecond: (steps * groups * pointsPerGroup * 1000) / elapsed, stepMs: elapsed / steps, steps }
  } finally {
    await engine.close()
  }
}
