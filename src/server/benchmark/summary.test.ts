import { describe, expect, it } from 'vitest'
import type { CellMeasures, CellRecord } from './cell.ts'
import { spreadOf, summarise } from './summary.ts'

function cell(method: string, video: string, seed: number, averageJaccard: number | null, changed: Partial<CellMeasures> = {}): CellRecord {
  return {
    format: 'tapline-benchmark-cell', version: 1, key: '', method, video, seed, finishedAt: 0,
    environment: { version: '', node: '', platform: '', cpu: '', cores: 1, threads: 1 },
    measures: {
      frames: 8, queries: 4, dropped: [], averageJaccard, deltaAvg: 0.5, occlusionAccuracy: 0.5, temporalCoherence: 1, jaccard: [0, 0, 0, 0, 0], delta: [0.1, 0.2, 0.3, 0.4, 0.5],
      flowInconsistency: 2, flowSteps: 10, flowStepsWithoutFlow: 0, seconds: 4, supervisionSeconds: 1, phaseSeconds: {}, peakBytes: 100, notes: [], worst: [], ...changed,
    },
  }
}

describe('summary', () => {
  it('is the mean over videos for each seed, then the mean and spread over seeds', () => {
    // Seed 0: (0.2 + 0.6) / 2 = 0.4; seed 1: (0.4 + 0.8) / 2 = 0.6. Over seeds: 0.5, s = √(2 · 0.1²) = 0.1414.
    const cells = [cell('a', 'x', 0, 0.2), cell('a', 'y', 0, 0.6, { seconds: 8, peakBytes: 300 }), cell('a', 'x', 1, 0.4, { flowInconsistency: 4 }), cell('a', 'y', 1, 0.8)]
    const [summary] = summarise(cells, ['a', 'b'], ['x', 'y'])
    expect(summary).toMatchObject({ method: 'a', seeds: [0, 1], videos: ['x', 'y'], missing: [], seconds: 5, peakBytes: 300 })
    expect(summary.metrics.averageJaccard.mean).toBeCloseTo(0.5, 12)
    expect(summary.metrics.averageJaccard.deviation).toBeCloseTo(Math.SQRT2 / 10, 12)
    expect(summary.metrics.averageJaccard.least).toBeCloseTo(0.4, 12)
    expect(summary.metrics.averageJaccard.most).toBeCloseTo(0.6, 12)
    expect(summary.metrics.flowInconsistency).toMatchObject({ mean: 2.5, least: 2, most: 3 })
    expect(summary.delta.map(spread => spread.mean)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(summary.perVideo.get('x')!.averageJaccard).toMatchObject({ least: 0.2, most: 0.4, count: 2 })
  })

  it('takes means only over videos that every seed has, and names the others', () => {
    const cells = [cell('a', 'x', 0, 0.2), cell('a', 'y', 0, 0.9), cell('a', 'x', 1, 0.4), cell('b', 'x', 0, 0.1), cell('b', 'y', 0, 0.3)]
    const [a, b] = summarise(cells, ['a', 'b'], ['x', 'y'])
    expect(a).toMatchObject({ videos: ['x'], missing: ['y'] })
    expect(a.metrics.averageJaccard.mean).toBeCloseTo(0.3, 12)
    expect(a.perVideo.get('y')!.averageJaccard.mean).toBe(0.9)
    expect(b.missing).toEqual([])
    expect(b.metrics.averageJaccard).toMatchObject({ mean: 0.2, deviation: Number.NaN, count: 1 })
  })

  it('leaves out what has no number, as the scores themselves do', () => {
    const [summary] = summarise([cell('a', 'x', 0, null, { flowInconsistency: null }), cell('a', 'y', 0, 0.6)], ['a'], ['x', 'y'])
    expect(summary.metrics.averageJaccard.mean).toBe(0.6)
    expect(summary.metrics.flowInconsistency.mean).toBe(2)
    expect(spreadOf([Number.NaN])).toEqual({ mean: Number.NaN, deviation: Number.NaN, least: Number.NaN, most: Number.NaN, count: 0 })
  })

  it('shows the worst tracks of the data set with the first seed, the worst first', () => {
    const failure = (id: string, averageJaccard: number) => ({ id, averageJaccard, pictures: [] })
    const cells = [
      cell('a', 'x', 0, 0.2, { worst: [failure('p', 0.3), failure('q', 0.5)] }),
      cell('a', 'y', 0, 0.2, { worst: [failure('r', 0.1), failure('s', 0.4)] }),
      cell('a', 'x', 1, 0.2, { worst: [failure('never', 0)] }), cell('a', 'y', 1, 0.2),
    ]
    expect(summarise(cells, ['a'], ['x', 'y'])[0].worst.map(({ video, id }) => `${video} ${id}`)).toEqual(['y r', 'x p', 'y s'])
  })
})
