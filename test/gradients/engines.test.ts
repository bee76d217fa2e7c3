/**
 * One suite over all engines (engineList.ts): each does what the interface says, and agrees with the oracle, to the same tolerances.
 */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { parameterGroups, SampleKind } from '../../src/engine/backend.ts'
import type { CreateEngine, FieldEngine, FieldShape, FieldState } from '../../src/engine/backend.ts'
import { defaultShape, fieldLayout, initialValues } from '../../src/engine/layout.ts'
import { seededRandom } from '../../src/engine/random.ts'
import { createReferenceEngine } from '../../src/engine/reference/referenceEngine.ts'
import { engines, kernels, wasmOfTwo } from './engineList.ts'
import { allTerms, oddShapes, plainRates, randomBatch, randomDepth, smallShape, wildState } from './randomScene.ts'
import { releaseWebgpu } from './webgpuAdapter.ts'

const open: FieldEngine[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(engine => engine.close()))
})
afterAll(releaseWebgpu)

async function make(create: CreateEngine, shape: FieldShape, seed: number, state?: FieldState): Promise<FieldEngine> {
  const engine = await create({ shape, initialDepth: randomDepth(shape, seed), seed, threads: 1 })
  open.push(engine)
  if (state) await engine.importState(state)
  return engine
}

const wild = (shape: FieldShape, seed: number) => wildState(shape, randomDepth(shape, seed), seed)
const largest = (values: Float32Array) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)

/** Largest difference over the largest value of `expected`. */
function difference(values: Float32Array, expected: Float32Array): number {
  let worst = 0
  expected.forEach((v, k) => {
    const d = Math.abs(values[k] - v)
    if (!(d <= worst)) worst = d
  })
  return worst / (largest(expected) || 1)
}

/** Norm of the difference over the norm of `expected`. */
function distance(values: Float32Array, expected: Float32Array): number {
  let [off, norm] = [0, 0]
  expected.forEach((v, k) => {
    off += (values[k] - v) ** 2
    norm += v * v
  })
  return Math.sqrt(off / (norm || 1))
}

/** The oracle's answer on a shape, computed once for all kernels. */
const oracle = new Map<number, ReturnType<FieldEngine['gradients']>>()
const oddBatch = (n: number) => randomBatch(oddShapes[n], n === 3 ? [1, 3, 19, 65] : [1, 3, 63, 65], 7 + n)
/** What the suite works on: all shapes and six layers, or less for slow engines. */
const scenesOf = (slow = false) => ({ shapes: slow ? [1, 2, 5, 7] : [...oddShapes.keys()], small: slow ? { ...smallShape, axes: [2, 0, 1] } : smallShape })
function oracleGradients(n: number): ReturnType<FieldEngine['gradients']> {
  let answer = oracle.get(n)
  if (!answer) oracle.set(n, (answer = make(createReferenceEngine, oddShapes[n], n, wild(oddShapes[n], n)).then(e => e.gradients(oddBatch(n), allTerms))))
  return answer
}

/** States after so many and after twice as many steps from wild values. */
async function walk(create: CreateEngine, shape: FieldShape, steps: number): Promise<readonly [FieldState, FieldState]> {
  const engine = await make(create, shape, 6, wild(shape, 6))
  const on = async (from: number) => {
    for (let n = from; n < from + steps; n++) await engine.step(randomBatch(shape, [12, 21], 100 + n), allTerms, plainRates)
    return engine.exportState()
  }
  return [await on(0), await on(steps)]
}

/** Those of the oracle, once for all kernels. */
const walked = new Map<string, ReturnType<typeof walk>>()
function oracleWalk(shape: FieldShape, steps: number): ReturnType<typeof walk> {
  const states = walked.get(`${shape.coupling} ${steps}`) ?? walk(createReferenceEngine, shape, steps)
  walked.set(`${shape.coupling} ${steps}`, states)
  return states
}

describe.each(kernels.map(engine => [engine.name, engine] as const))('%s against the reference', (_, { create, slow }) => {
  const { shapes, small } = scenesOf(slow)

  it.each(shapes)('gives its losses, residuals and gradients on shape %i, groups of odd sizes', async n => {
    const shape = oddShapes[n]
    const batch = oddBatch(n)
    const expected = await oracleGradients(n)
    const { result, values } = await (await make(create, shape, n, wild(shape, n))).gradients(batch, allTerms)
    for (const term of Object.keys(expected.result.losses) as (keyof typeof result.losses)[])
      expect(Math.abs(result.losses[term] - expected.result.losses[term]), term).toBeLessThan(1e-5 * expected.result.losses.total)
    // A rectifier whose input is within rounding of zero may fall on the other side: one such unit may show, the whole may not.
    for (const group of parameterGroups) {
      expect(distance(values[group], expected.values[group]), group).toBeLessThan(5e-4)
      expect(difference(values[group], expected.values[group]), group).toBeLessThan(5e-3)
    }
    expect(result.networkGradientNorm / expected.result.networkGradientNorm).toBeCloseTo(1, 4)
    expect(result.depthGradientNorm / expected.result.depthGradientNorm).toBeCloseTo(1, 4)
    result.residuals.forEach((r, p) => {
      const oracle = expected.result.residuals[p]
      expect(Number.isNaN(r)).toBe(batch.kind[p] === SampleKind.occluded)
      if (!Number.isNaN(r)) expect(Math.abs(r - oracle)).toBeLessThan(1e-3 * (1 + oracle))
    })
  })

  it('leaves no gradient behind: the same call twice gives the same', async () => {
    const engine = await make(create, small, 5, wild(small, 5))
    const batch = randomBatch(small, [20, 9], 5)
    const first = await engine.gradients(batch, allTerms)
    const second = await engine.gradients(batch, allTerms)
    for (const group of parameterGroups) expect(second.values[group]).toEqual(first.values[group])
  })

  const half = slow ? 5 : 25
  it.each(['cadex', 'affine'] as const)(`stays within 1e-3 of its parameters over ${half} steps, 4e-3 over ${2 * half}, %s`, async coupling => {
    const shape: FieldShape = { ...small, coupling }
    const [states, oracles] = [await walk(create, shape, half), await oracleWalk(shape, half)]
    // Adam divides by a gradient's size: where that is rounding noise, a float engine may step the other way; and a residual near
    // its corner may fall on the other side, from where both go on. So: most closely, all nearly.
    for (const [second, a] of states.entries()) {
      expect(a.step).toBe(half * (second + 1))
      for (const group of parameterGroups) {
        const b = oracles[second].values[group]
        const off = [...b.keys()].map(k => Math.abs(a.values[group][k] - b[k])).sort((x, y) => x - y)
        expect(off[Math.floor(0.98 * off.length)] / largest(b), `${group}, 98 %`).toBeLessThan(second ? 4e-3 : 1e-3)
        expect(off[off.length - 1] / largest(b), `${group}, all`).toBeLessThan(0.1)
      }
    }
  })

  it('reads the same tracks, from its own depth and from given depth', async () => {
    const shape = oddShapes[2]
    const state = wild(shape, 8)
    const [oracle, engine] = [await make(createReferenceEngine, shape, 8, state), await make(create, shape, 8, state)]
    const random = seededRandom(8)
    const queries = 150
    const frames = new Int32Array(queries).map(() => random.below(shape.frames))
    const points = new Float32Array(2 * queries).map((_, k) => (k % 2 ? shape.height : shape.width) * random.uniform())
    const depths = new Float32Array(queries).map(() => 0.9 + 0.2 * random.uniform())
    for (const given of [undefined, depths]) {
      const expected = await oracle.read(frames, points, Int32Array.of(2, 0, 2), given)
      const readout = await engine.read(frames, points, Int32Array.of(2, 0, 2), given)
      expect(difference(readout.positions, expected.positions)).toBeLessThan(1e-4)
      expect(difference(readout.depths, expected.depths)).toBeLessThan(1e-4)
      expect(difference(readout.surface, expected.surface)).toBeLessThan(1e-3)
    }
  })

  it('maps there and back to 1e-4, also far outside the frame and beyond the outer slopes', async () => {
    for (const shape of slow ? [oddShapes[2], oddShapes[7]] : oddShapes) {
      const engine = await make(create, shape, 9, wild(shape, 9))
      const random = seededRandom(9)
      const queries = 200
      const frames = new Int32Array(queries).fill(1)
      const points = new Float32Array(2 * queries).map((_, k) => (k % 2 ? shape.height : shape.width) * (6 * random.uniform() - 2.5))
      const depths = new Float32Array(queries).map(() => 0.4 + 1.5 * random.uniform())
      const { positions, depths: zs } = await engine.read(frames, points, Int32Array.of(1), depths)
      for (let q = 0; q < queries; q++) {
        // In normalised units, as METHOD section 2 counts.
        expect(Math.abs(zs[q] - depths[q]) / shape.range[2]).toBeLessThan(1e-4)
        const focal = shape.width / (2 * Math.tan((20 * Math.PI) / 180))
        for (const axis of [0, 1]) {
          const off = ((positions[2 * q + axis] - points[2 * q + axis]) / focal) * depths[q]
          expect(Math.abs(off) / shape.range[axis]).toBeLessThan(1e-4)
        }
      }
    }
  })
})

/** Fails unless the states have the same bits; quicker than toEqual on millions of numbers. */
function expectSameState(a: FieldState, b: FieldState): void {
  expect(a.step).toBe(b.step)
  for (const part of ['values', 'firstMoments', 'secondMoments'] as const)
    for (const group of parameterGroups) expect(Buffer.from(a[part][group].buffer).equals(Buffer.from(b[part][group].buffer)), `${part}.${group}`).toBe(true)
}

describe.each(engines.map(engine => [engine.name, engine] as const))('%s', (_, { create, slow }) => {
  const { small } = scenesOf(slow)

  it.each(['cadex', 'affine'] as const)('starts from the same bits for the same seed, near the identity, %s', async coupling => {
    const shape: FieldShape = { ...small, coupling }
    const engine = await make(create, shape, 11)
    const { values, step } = await engine.exportState()
    expect(step).toBe(0)
    expect(values).toEqual(initialValues(shape, randomDepth(shape, 11), 11))
    const { positions } = await engine.read(Int32Array.of(0, 2), Float32Array.of(10, 9, 30, 14), Int32Array.of(0, 1, 2, 3, 4))
    for (let t = 0; t < 5; t++) {
      expect(Math.abs(positions[2 * t] - 10)).toBeLessThan(0.3)
      expect(Math.abs(positions[10 + 2 * t] - 30)).toBeLessThan(0.3)
    }
  })

  it.each(['cadex', 'affine'] as const)('learns: the loss falls, %s', async coupling => {
    const engine = await make(create, { ...small, coupling }, 12)
    const batch = randomBatch(small, [24, 24], 12, [SampleKind.flow])
    const first = await engine.step(batch, allTerms, plainRates)
    let last = first
    for (let n = 0; n < (slow ? 12 : 40); n++) last = await engine.step(batch, allTerms, plainRates)
    expect(last.losses.total).toBeLessThan((slow ? 0.97 : 0.8) * first.losses.total)
  })

  it('goes on exactly from an exported state', async () => {
    const [a, b] = [await make(create, small, 13), await make(create, small, 14)]
    const batch = (n: number) => randomBatch(small, [30, 7], n)
    const half = slow ? 2 : 4
    for (let n = 0; n < half; n++) await a.step(batch(n), allTerms, plainRates)
    await b.importState(await a.exportState())
    // The prior is not part of the state: leave it out of the weights.
    const weights = { ...allTerms, prior: 0, priorLongTerm: 0, priorGradient: 0, priorGradientLongTerm: 0 }
    for (let n = half; n < 2 * half; n++) {
      await a.step(batch(n), weights, plainRates)
      await b.step(batch(n), weights, plainRates)
    }
    const [left, right] = [await a.exportState(), await b.exportState()]
    for (const group of parameterGroups) expect(difference(right.values[group], left.values[group]), group).toBeLessThan(create === createReferenceEngine ? 1e-4 : 1e-12)
  })

  it('gives the same bits for the same seed and threads', async () => {
    const run = async () => {
      const engine = await make(create, small, 15)
      for (let n = 0; n < (slow ? 2 : 6); n++) await engine.step(randomBatch(small, [64, 65, 12, 3], n), allTerms, { ...plainRates, clipDepth: 0.5, clipNetwork: 1 })
      return engine.exportState()
    }
    expectSameState(await run(), await run())
  })

  it('reports what is not finite and then changes nothing', async () => {
    const engine = await make(create, small, 16)
    await engine.step(randomBatch(small, [20], 16), allTerms, plainRates)
    const before = await engine.exportState()
    const batch = randomBatch(small, [70, 20], 17, [SampleKind.flow])
    for (const [where, value] of [['weight', Number.NaN], ['target', Number.NaN], ['source', Number.NaN], ['weight', Infinity], ['target', Infinity]] as const) {
      const broken = { ...batch, [where]: batch[where].slice().fill(value, 67, 68) }
      const result = await engine.step(broken, allTerms, plainRates)
      expect(result.finite, `${where} ${value}`).toBe(false)
      expectSameState(await engine.exportState(), before)
    }
    const after = await engine.step(batch, allTerms, plainRates)
    expect(after.finite).toBe(true)
    expect(await engine.exportState()).not.toEqual(before)
  })

  it('reports parameters that are not finite', async () => {
    for (const group of parameterGroups) {
      const state = wild(small, 18)
      state.values[group].fill(Number.NaN)
      const engine = await make(create, small, 18, state)
      expect((await engine.step(randomBatch(small, [40], 18, [SampleKind.flow]), allTerms, plainRates)).finite, group).toBe(false)
    }
  })

  it('takes an empty batch and empty groups', async () => {
    const engine = await make(create, small, 19)
    const before = await engine.exportState()
    const result = await engine.step(randomBatch(small, [], 19), allTerms, plainRates)
    expect(result.finite).toBe(true)
    expect(result.losses.total).toBe(0)
    expect(result.residuals.length).toBe(0)
    expectSameState(await engine.exportState(), before)
    expect((await engine.step(randomBatch(small, [0, 5, 0], 20), allTerms, plainRates)).finite).toBe(true)
    expect((await engine.read(new Int32Array(0), new Float32Array(0), Int32Array.of(1))).positions.length).toBe(0)
  })

  it('clips gradients, and keeps depth above its floor', async () => {
    const engine = await make(create, small, 21)
    const batch = randomBatch(small, [64], 21)
    const still = await engine.exportState()
    await engine.step(batch, allTerms, { network: 1e-3, depth: 50, clipDepth: 1e-3, clipNetwork: 1e-3 })
    const moved = await engine.exportState()
    const norm = (a: Float32Array) => Math.sqrt(a.reduce((s, v) => s + v * v, 0))
    expect(norm(moved.firstMoments.depth)).toBeCloseTo(1e-4, 7)
    expect(Math.hypot(...(['planes', 'time', 'network'] as const).map(g => norm(moved.firstMoments[g])))).toBeCloseTo(1e-4, 7)
    expect(Math.min(...moved.values.depth)).toBeCloseTo(0.01 * (small.centre[2] + small.range[2]), 6)
    expect(Math.min(...still.values.depth)).toBeGreaterThan(0.5)
  })

  it('refuses broken batches and states by saying what is wrong', async () => {
    const engine = await make(create, small, 22)
    const batch = randomBatch(small, [4], 22)
    await expect(engine.step({ ...batch, groups: Int32Array.of(0, 9, 0, 4) }, allTerms, plainRates)).rejects.toThrow('names frames 0 and 9 of 5')
    await expect(engine.step({ ...batch, groups: Int32Array.of(0, 1, 0, 3) }, allTerms, plainRates)).rejects.toThrow('cover 3 of 4')
    const state = await engine.exportState()
    await expect(engine.importState({ ...state, values: { ...state.values, time: new Float32Array(3) } })).rejects.toThrow('group time')
    await expect(engine.read(Int32Array.of(7), Float32Array.of(1, 1), Int32Array.of(0))).rejects.toThrow('does not exist')
    expect((await engine.step(batch, allTerms, plainRates)).finite).toBe(true)
  })
})

describe('the threads of the WASM engine', () => {
  it('leave operations rejected, not hanging, after close', async () => {
    const engine = await make(wasmOfTwo, smallShape, 41)
    const batch = randomBatch(smallShape, [64, 64, 64], 41)
    const running = engine.step(batch, allTerms, plainRates).then(
      () => 'done',
      () => 'rejected',
    )
    await engine.close()
    expect(['done', 'rejected']).toContain(await running)
    await expect(engine.step(batch, allTerms, plainRates)).rejects.toThrow('closed')
    await engine.close()
  })

  it('do operations in the order of the calls', async () => {
    const [a, b] = [await make(wasmOfTwo, smallShape, 42), await make(wasmOfTwo, smallShape, 42)]
    const batches = [1, 2, 3].map(n => randomBatch(smallShape, [40, 9], n))
    await Promise.all(batches.map(batch => a.step(batch, allTerms, plainRates)))
    for (const batch of batches) await b.step(batch, allTerms, plainRates)
    expectSameState(await a.exportState(), await b.exportState())
  })
})

describe('the states of engines', () => {
  it('pass from one to the other without loss', async () => {
    for (const shape of oddShapes) {
      const [a, b] = [await make(wasmOfTwo, shape, 31), await make(createReferenceEngine, shape, 32)]
      for (let n = 0; n < 3; n++) await a.step(randomBatch(shape, [9, 5], n), allTerms, plainRates)
      const state = await a.exportState()
      await b.importState(state)
      expectSameState(await b.exportState(), state)
      const c = await make(wasmOfTwo, shape, 33, await b.exportState())
      expectSameState(await c.exportState(), state)
    }
  })

  it.each(['cadex', 'affine'] as const)('let one engine go on where another stopped, %s', async coupling => {
    const shape: FieldShape = { ...smallShape, coupling }
    // The prior is not part of a state: both start from the same depth.
    const [begins, goesOn] = [await make(wasmOfTwo, shape, 34, wild(shape, 34)), await make(createReferenceEngine, shape, 34)]
    const batch = (n: number) => randomBatch(shape, [12, 21], n)
    for (let n = 0; n < 5; n++) await begins.step(batch(n), allTerms, plainRates)
    await goesOn.importState(await begins.exportState())
    for (let n = 5; n < 15; n++) {
      const [a, b] = [await begins.step(batch(n), allTerms, plainRates), await goesOn.step(batch(n), allTerms, plainRates)]
      expect(Math.abs(a.losses.total / b.losses.total - 1)).toBeLessThan(1e-3)
    }
    const [a, b] = [await begins.exportState(), await goesOn.exportState()]
    expect([a.step, b.step]).toEqual([15, 15])
    for (const group of parameterGroups) expect(distance(a.values[group], b.values[group]), group).toBeLessThan(1e-3)
  })
})

describe('initial values', () => {
  it('number 1.85 million at T = 50 in the paper sizes, depth apart', () => {
    const shape = defaultShape(50, 512, 288, { width: 154, height: 86 }, [0, 0, 1], [1, 1, 1], 1)
    const { planes, time, network } = fieldLayout(shape).lengths
    expect((planes + time + network) / 1e6).toBeCloseTo(1.85, 2)
    expect([...shape.axes.slice(0, 3)].sort()).toEqual([0, 1, 2])
    expect(defaultShape(2, 64, 64, { width: 4, height: 4 }, [0, 0, 1], [1, 1, 1], 1).timeNodes).toEqual([2, 2, 2])
  })
})
