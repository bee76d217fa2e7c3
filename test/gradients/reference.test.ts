/** The oracle is proved here: analytic gradients of the reference engine against central differences of its own loss. */
import { describe, expect, it } from 'vitest'
import { parameterGroups, SampleKind } from '../../src/engine/backend.ts'
import type { Batch, FieldShape, LossWeights } from '../../src/engine/backend.ts'
import { fieldLayout } from '../../src/engine/layout.ts'
import { seededRandom } from '../../src/engine/random.ts'
import { Homeomorphism } from '../../src/engine/reference/homeomorphism.ts'
import type { Point } from '../../src/engine/reference/homeomorphism.ts'
import { evaluateAffine } from '../../src/engine/reference/affineCoupling.ts'
import { evaluateCoupling } from '../../src/engine/reference/coupling.ts'
import { ReferenceEngine } from '../../src/engine/reference/referenceEngine.ts'
import { allTerms, noTerms, oddShapes, randomBatch, randomDepth, smallShape, wildState } from './randomScene.ts'

async function wildEngine(shape: FieldShape, seed: number): Promise<ReferenceEngine> {
  const initialDepth = randomDepth(shape, seed)
  const engine = new ReferenceEngine({ shape, initialDepth, seed, threads: 1 })
  await engine.importState(wildState(shape, initialDepth, seed))
  return engine
}

/**
 * Compares against (L(v+h) − L(v−h)) / 2h for the elements of largest gradient and some at random. A kink of the loss
 * between v−h and v+h shows as two one-sided slopes that differ: such elements are skipped, and few may be.
 */
async function expectGradients(engine: ReferenceEngine, batch: Batch, weights: LossWeights, seed: number) {
  const { values } = await engine.gradients(batch, weights)
  const random = seededRandom(seed)
  const h = 1e-6
  const compared: Record<string, number> = {}
  for (const group of parameterGroups) {
    const live = engine.values[group]
    const scale = Math.max(...values[group].map(Math.abs))
    const order = [...values[group].keys()].sort((a, b) => Math.abs(values[group][b]) - Math.abs(values[group][a]))
    const chosen = [...order.slice(0, 12), ...Array.from({ length: 12 }, () => random.below(live.length))]
    const middle = engine.lossAt(batch, weights)
    compared[group] = 0
    for (const k of chosen) {
      const held = live[k]
      live[k] = held + h
      const above = engine.lossAt(batch, weights)
      live[k] = held - h
      const below = engine.lossAt(batch, weights)
      live[k] = held
      const bend = Math.abs(above - 2 * middle + below) / h
      if (bend > 1e-3 * scale + 1e-6) continue
      compared[group]++
      expect(Math.abs((above - below) / (2 * h) - values[group][k]), `${group}[${k}]`).toBeLessThan(1e-4 * scale + 1e-6)
    }
  }
  return compared
}

describe('reference gradients equal central differences', () => {
  const terms: readonly [string, Partial<LossWeights>, readonly number[], boolean][] = [
    ['pixel', { pixel: 1 }, [SampleKind.flow, SampleKind.occludedKnown], true],
    ['longTerm', { pixel: 1, longTerm: 0.8, depth: 10 }, [SampleKind.longTerm], true],
    ['correction', { pixel: 1, correction: 2, depth: 10 }, [SampleKind.correction], true],
    ['depth', { depth: 100 }, [SampleKind.flow, SampleKind.longTerm], true],
    ['prior', { prior: 3, priorLongTerm: 10, longTerm: 1 }, [SampleKind.flow, SampleKind.longTerm], true],
    ['priorGradient', { priorGradient: 5, priorGradientLongTerm: 9 }, [SampleKind.flow, SampleKind.longTerm], false],
    ['occlusion', { occlusion: 10, occlusionMargin: 0.3 }, [SampleKind.occluded, SampleKind.occludedKnown], true],
    ['flowGradient', { flowGradient: 2 }, [SampleKind.flow], true],
  ]
  for (const [name, weights, kinds, reachesNetwork] of terms)
    it(`for the term ${name}`, async () => {
      const engine = await wildEngine(smallShape, 3)
      const batch = randomBatch(smallShape, [6, 8], 11, kinds)
      const all = { ...noTerms, ...weights }
      const { result } = await engine.gradients(batch, all)
      expect(name === 'longTerm' || name === 'correction' ? result.losses[name] : result.losses[name as 'pixel']).toBeGreaterThan(0)
      const compared = await expectGradients(engine, batch, all, 5)
      expect(compared.depth).toBeGreaterThan(15)
      if (reachesNetwork) for (const group of parameterGroups) expect(compared[group], group).toBeGreaterThan(12)
    })

  it.each([0, 1, 2, 4, 5, 6, 7])('for all terms together on odd shape %i', async n => {
    const engine = await wildEngine(oddShapes[n], 21 + n)
    const compared = await expectGradients(engine, randomBatch(oddShapes[n], [5, 1, 4], 31 + n), allTerms, 7)
    for (const group of parameterGroups) expect(compared[group], group).toBeGreaterThan(10)
  })
})

describe('the map of the reference', () => {
  it('has an inverse that undoes it to 1e-9, also far beyond the outer slopes', async () => {
    for (const [n, shape] of oddShapes.entries()) {
      const engine = await wildEngine(shape, 41 + n)
      const phi = new Homeomorphism(shape, fieldLayout(shape))
      const random = seededRandom(n)
      for (let k = 0; k < 40; k++) {
        const reach = k % 2 ? 1 : 6
        const start = [0, 1, 2].map(() => reach * (2 * random.uniform() - 1)) as Point
        const point: Point = [...start]
        const frame = random.below(shape.frames)
        phi.map(engine.values, point, frame, false)
        phi.map(engine.values, point, frame, true)
        point.forEach((v, axis) => expect(Math.abs(v - start[axis])).toBeLessThan(1e-9 * Math.max(1, reach)))
      }
    }
  })

  it('is the identity where every sigmoid is one half', () => {
    for (const raw of [new Float64Array(6), new Float64Array(10), new Float64Array(14)])
      for (const x of [-7, -1, -0.6, -0.2, 0, 0.3, 0.5, 0.9, 4])
        for (const inverse of [false, true]) expect(evaluateCoupling(x, raw, inverse).value).toBeCloseTo(x, 12)
  })

  it('is affine, where its coupling is: scale and shift of the network, the scale bounded', () => {
    for (const raw of [[0, 0], [0.7, -0.3], [-40, 2], [40, 0.5]]) {
      const s = 2 * Math.tanh(raw[0] / 2)
      for (const x of [-3, 0, 0.4, 7]) {
        expect(evaluateAffine(x, raw, false).value).toBeCloseTo(x * Math.exp(s) + raw[1], 10)
        expect(evaluateAffine(evaluateAffine(x, raw, false).value, raw, true).value).toBeCloseTo(x, 10)
      }
    }
    expect(evaluateAffine(1, [1e9, 0], false).value).toBeCloseTo(Math.exp(2), 10)
  })

  it('bends at its control points as METHOD section 2 says', () => {
    const logit = (s: number) => Math.log(s / (1 - s))
    // s' = .01 + .98 s: choose raw so that the widths and slopes are round numbers.
    const raw = [0.3, 0.2, 0.4, 0.6, 0.5, 0.1, 0.2, 0.7, 0.25, 0.75].map(w => logit((w - 0.01) / 0.98))
    const f = (x: number) => evaluateCoupling(x, raw, false).value
    expect(f(-0.5)).toBeCloseTo(-0.6, 12)
    expect(f(-0.2)).toBeCloseTo(-0.1, 12)
    expect(f(0.4)).toBeCloseTo(0.2, 12)
    expect(f(1)).toBeCloseTo(0.9, 12)
    expect(f(-1.5)).toBeCloseTo(-0.6 - 0.5, 12)
    expect(f(2)).toBeCloseTo(0.9 + 1.5, 12)
    expect(f(0.1)).toBeCloseTo(-0.1 + 0.5 * 0.3, 12)
  })
})
