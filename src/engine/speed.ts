/** How many correspondences an engine fits a second in whole steps, at the batch that suits it. Not here: shares of a machine's peak (bench.ts), tables. */
import type { CreateEngine } from './backend.ts'
import { benchBatch, benchShape, paperBench, rates, weights } from './bench.ts'

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
