import { describe, expect, it } from 'vitest'
import { benchBatch, benchEngine, benchScaling, benchShape, flopPerPoint, paperBench } from './bench.ts'
import { checkBatch } from './doorChecks.ts'

describe('the engine benchmark', () => {
  it('counts the operations of the paper sizes as done by hand', () => {
    // 64·56 + 56·28 + 28·10 multiply-adds thrice, 4 nodes × 64 channels thrice, 12 passes, 2 operations each.
    expect(flopPerPoint(benchShape(paperBench))).toBe(2 * 12 * (3 * (3584 + 1568 + 280) + 3 * 256))
  })

  it('makes valid batches of the size asked for', () => {
    const shape = benchShape({ ...paperBench, frames: 9 })
    const batch = benchBatch(shape, 5, 12, 3)
    checkBatch(shape, batch)
    expect(batch.weight.length).toBe(60)
  })

  it('measures real steps, and a longer clip takes more memory', async () => {
    const small = { threads: 1, seconds: 0, width: 160, height: 90, groups: 2, pointsPerGroup: 16 }
    const result = await benchEngine({ ...small, frames: 2 })
    expect(result.pointsPerSecond * result.stepMs).toBeCloseTo(32_000, 3)
    expect(result.peakShare).toBeCloseTo(result.achievedGflops / result.peakGflops, 9)
    expect(result.medianPointsPerSecond).toBeLessThanOrEqual(result.pointsPerSecond)
    const [short, long] = await benchScaling(small, [2, 40])
    expect(long.memoryBytes).toBeGreaterThan(short.memoryBytes)
  })
})
