import { describe, expect, it } from 'vitest'
import { uniformFlowStore } from '../../../test/builders/flowStore.ts'
import { SampleKind } from '../../engine/backend.ts'
import type { LongMatches } from '../supervision/supervision.ts'
import { Sampler, type SamplerOptions } from './sampler.ts'

const size = { frames: 12, width: 64, height: 48 }
const options: SamplerOptions = {
  ...size, pairsPerStep: 8, pointsPerPair: 32, occludedShare: 0.25, longTermGroups: 2, couples: false, seed: 5,
}
const hidden = (column: number) => column < 8
const store = uniformFlowStore({ ...size, gaps: [1, 2, 4, 8], velocity: [1.5, -0.5], hidden })

/** Ten matches of frames 0 and 11; the last is wrong. */
const matches: LongMatches = {
  frameA: new Int32Array(10).fill(0),
  frameB: new Int32Array(10).fill(11),
  a: Float32Array.from({ length: 20 }, (_, k) => 10 + k),
  b: Float32Array.from({ length: 20 }, (_, k) => 12 + k),
  confidence: new Float32Array(10).fill(0.5),
}

describe('the sampler', () => {
  it('draws what flow says, inside the window of gaps, and occlusion evidence with it', () => {
    const sampler = new Sampler(store, null, options)
    const batch = sampler.next(2, false)
    expect(batch.groups.length).toBe(8 * 4)
    let flows = 0
    let occluded = 0
    for (let g = 0; g < batch.groups.length; g += 4) {
      const [i, j, first, count] = batch.groups.subarray(g, g + 4)
      expect(Math.abs(j - i)).toBeLessThanOrEqual(2)
      for (let k = first; k < first + count; k++) {
        if (batch.kind[k] === SampleKind.occluded) {
          occluded++
          expect(batch.source[k * 2]).toBeLessThan(8)
          continue
        }
        flows++
        expect(batch.kind[k]).toBe(SampleKind.flow)
        expect(batch.target[k * 2] - batch.source[k * 2]).toBeCloseTo(1.5 * (j - i), 1)
        expect(batch.target[k * 2 + 1] - batch.source[k * 2 + 1]).toBeCloseTo(-0.5 * (j - i), 1)
      }
    }
    expect(flows).toBe(8 * 24)
    expect(occluded).toBe(8 * 8)
  })

  it('draws couples of neighbours when asked to', () => {
    const batch = new Sampler(store, null, { ...options, couples: true }).next(8, false)
    for (let k = 0; k < batch.kind.length; k += 2) {
      if (batch.kind[k] !== SampleKind.flow) continue
      const distance = Math.abs(batch.source[k * 2] - batch.source[k * 2 + 2]) + Math.abs(batch.source[k * 2 + 1] - batch.source[k * 2 + 3])
      expect(distance).toBe(1)
    }
  })

  it('visits hard places more often', () => {
    const isHard = (x: number, y: number) => x > 32 && y > 32
    /** Share of points drawn in the hard corner when its residual is `hardPx`, elsewhere 0.2 px. */
    const share = (hardPx: number) => {
      const sampler = new Sampler(store, null, options)
      let hard = 0
      let all = 0
      for (let s = 0; s < 200; s++) {
        const batch = sampler.next(8, false)
        const residuals = Float32Array.from(batch.kind, (_, k) => (isHard(batch.source[k * 2], batch.source[k * 2 + 1]) ? hardPx : 0.2))
        for (let k = 0; k < residuals.length; k++) {
          if (batch.kind[k] !== SampleKind.flow) continue
          all++
          if (isHard(batch.source[k * 2], batch.source[k * 2 + 1])) hard++
        }
        sampler.report(residuals)
      }
      return hard / all
    }
    expect(share(10)).toBeGreaterThan(share(0.2) * 1.5)
  })

  it('drops a long-term match that stays far above the median, and none below two pixels', () => {
    const sampler = new Sampler(store, matches, options)
    for (let s = 0; s < 60; s++) {
      const batch = sampler.next(8, true)
      const residuals = new Float32Array(batch.kind.length).fill(0.5)
      for (let k = 0; k < residuals.length; k++)
        if (batch.kind[k] === SampleKind.longTerm && Math.min(batch.source[k * 2], batch.target[k * 2]) >= 28) residuals[k] = 30
      sampler.report(residuals)
      sampler.trimLongTerm(residuals, 2)
    }
    expect([...sampler.save().dropped]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  })

  it('goes on from a saved state with the very same draws', () => {
    const play = (sampler: Sampler, steps: number) =>
      Array.from({ length: steps }, () => {
        const batch = sampler.next(8, true)
        sampler.report(Float32Array.from(batch.source.subarray(0, batch.kind.length), x => x / 9))
        return [...batch.source, ...batch.groups]
      })
    const whole = new Sampler(store, matches, options)
    play(whole, 33)
    const saved = whole.save()
    const resumed = new Sampler(store, matches, options)
    resumed.restore(saved)
    expect(play(resumed, 70)).toEqual(play(whole, 70))
  })
})
