/** Analytic gradients of the volume against central differences, part by part and together. Not here: whole fits (omniMotion.test.ts). */
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../engine/random.ts'
import { BatchPerceptron, type Code } from './batchPerceptron.ts'
import { Bijection, points, type Points } from './bijection.ts'
import type { RayGroup, RayWeights } from './rayLoss.ts'
import { renderWeights, renderWeightsBack } from './renderRays.ts'
import { Volume, volumeGroups, type VolumeShape } from './volume.ts'
import { VolumeLane } from './volumeLane.ts'

const STEP = 1e-6

/**
 * Compares with (f(v+h) − f(v−h)) / 2h at `places` of `live`. Where the two one-sided slopes differ there is a kink between: such places are
 * skipped, and the number compared is returned.
 */
function expectSlopes(live: Float64Array, gradient: ArrayLike<number>, places: readonly number[], f: () => number): number {
  const scale = Math.max(...Array.from(gradient, Math.abs))
  const middle = f()
  let compared = 0
  for (const k of places) {
    const held = live[k]
    live[k] = held + STEP
    const above = f()
    live[k] = held - STEP
    const below = f()
    live[k] = held
    if (Math.abs(above - 2 * middle + below) / STEP > 1e-3 * scale + 1e-6) continue
    compared++
    expect(Math.abs((above - below) / (2 * STEP) - gradient[k]), `element ${k}`).toBeLessThan(1e-4 * scale + 1e-7)
  }
  return compared
}

const normals = (length: number, seed: number, scale = 1) => {
  const random = seededRandom(seed)
  return Float64Array.from({ length }, () => scale * random.normal())
}
const weighed = (values: ArrayLike<number>, by: Float64Array) => by.reduce((sum, w, k) => sum + w * values[k], 0)
const all = (length: number) => [...Array(length).keys()]

describe('gradients equal central differences', () => {
  it.each([
    { inputs: 5, hidden: 6, outputs: 2, code: 3 },
    { inputs: 6, hidden: 4, outputs: 4, code: 0 },
    { inputs: 7, hidden: 4, outputs: 2, code: 1 },
  ])('of a perceptron %o, by weights, inputs and code', shape => {
    const network = new BatchPerceptron(shape, 2)
    const values = normals(network.length + 2, 1, 0.7)
    const input = normals(shape.inputs * 8, 2)
    const code = codeOf(normals(shape.code, 3))
    const by = normals(shape.outputs * 8, 4)
    const forward = () => {
      const tape = network.tape(8)
      tape.input.set(input)
      network.forward(values, tape, code)
      return tape
    }
    const gradients = new Float64Array(values.length)
    const tape = forward()
    tape.dOutput.set(by)
    network.backward(values, gradients, tape, code)
    const f = () => weighed(forward().output, by)
    expect(expectSlopes(values, gradients, all(values.length), f)).toBeGreaterThan(0.9 * values.length)
    expect(expectSlopes(input, tape.dInput, all(input.length), f)).toBeGreaterThan(0.9 * input.length)
    expect(expectSlopes(code.values, code.gradient, all(shape.code), f)).toBe(shape.code)
  })

  it.each([false, true])('of the bijection, by weights, code and points; inverse: %s', inverse => {
    const { bijection, values, code } = wildBijection()
    const from = cloud(8, 5)
    const by = cloud(8, 6)
    const run = () => {
      const x = copyOf(from)
      const tape = bijection.tape(8)
      bijection.map(values, x, code, inverse, tape)
      return { x, tape }
    }
    const gradients = new Float64Array(values.length)
    const d = copyOf(by)
    bijection.backward(values, gradients, d, code, inverse, run().tape)
    const f = () => {
      const { x } = run()
      return x.reduce((sum, axis, a) => sum + weighed(axis, by[a]), 0)
    }
    expect(expectSlopes(values, gradients, some(values.length, 120, 7), f)).toBeGreaterThan(90)
    expect(expectSlopes(code.values, code.gradient, all(4), f)).toBeGreaterThan(2)
    for (let axis = 0; axis < 3; axis++) expect(expectSlopes(from[axis], d[axis], all(8), f), `axis ${axis}`).toBeGreaterThan(4)
  })

  it('of the rendering weights, by density', () => {
    const density = normals(24, 8).map(Math.abs)
    const by = normals(24, 9)
    const weights = new Float64Array(24)
    const f = () => (renderWeights(density, 8, weights), weighed(weights, by))
    f()
    const gradient = new Float64Array(24)
    renderWeightsBack(density, weights, by, 8, gradient)
    expect(expectSlopes(density, gradient, all(24), f)).toBe(24)
  })

  const none: RayWeights = { flow: 0, photometric: 0, smoothness: 0, depthRange: 0, distortion: 0 }
  const reached = {
    flow: ['time', 'bijection', 'canonical'],
    photometric: ['time', 'bijection', 'canonical'],
    smoothness: ['time', 'bijection'],
    depthRange: ['time', 'bijection'],
    distortion: ['time', 'bijection', 'canonical'],
  } as const
  it.each(Object.keys(reached) as (keyof RayWeights)[])('of the term %s, by every group of parameters that it reaches', term => {
    const compared = compareStep({ ...none, [term]: 2 })
    for (const group of volumeGroups) expect(compared[group] > 30, group).toBe((reached[term] as readonly string[]).includes(group))
  })

  it('of a whole step', () => {
    const compared = compareStep({ flow: 1, photometric: 7, smoothness: 20, depthRange: 10, distortion: 5 })
    for (const group of volumeGroups) expect(compared[group], group).toBeGreaterThan(30)
  })
})

describe('the bijection', () => {
  it('undoes itself to 1e-9, also far outside the unit cube', () => {
    const { bijection, values, code } = wildBijection()
    for (const reach of [1, 5]) {
      const start = cloud(16, 10).map(axis => axis.map(v => reach * v)) as unknown as Points
      const x = copyOf(start)
      bijection.map(values, x, code, false, bijection.tape(16))
      expect(Math.abs(x[0][0] - start[0][0]) + Math.abs(x[2][3] - start[2][3])).toBeGreaterThan(0.01)
      bijection.map(values, x, code, true, bijection.tape(16))
      x.forEach((axis, a) => axis.forEach((v, r) => expect(Math.abs(v - start[a][r])).toBeLessThan(1e-9)))
    }
  })
})

describe('rendering weights', () => {
  it('are the product of α and what is left of the light, and sum to at most 1', () => {
    const density = normals(80, 11, 3).map(Math.abs)
    density.set([0, 0, 0, 0, 900, 1, 0, 2], 72)
    const weights = new Float64Array(80)
    renderWeights(density, 8, weights)
    for (let first = 0; first < 80; first += 8) {
      let left = 1
      for (let k = first; k < first + 8; k++) {
        const alpha = 1 - Math.exp(-density[k])
        expect(weights[k]).toBeCloseTo(left * alpha, 12)
        left *= 1 - alpha
      }
      expect(weights.subarray(first, first + 8).reduce((a, b) => a + b)).toBeLessThanOrEqual(1 + 1e-12)
    }
    expect(weights[76]).toBe(1)
  })
})

function wildBijection() {
  const bijection = new Bijection({ axes: [2, 0, 1, 1, 2, 0], octaves: 2, hidden: 6, code: 4 }, 3)
  return { bijection, values: normals(bijection.length + 3, 12, 0.4), code: codeOf(normals(4, 13)) }
}

const codeOf = (values: Float64Array): Code => ({ values, gradient: new Float64Array(values.length) })

function cloud(rows: number, seed: number): Points {
  const cloud = points(rows)
  cloud.forEach((axis, a) => axis.set(normals(rows, seed + 20 * a, 0.5)))
  return cloud
}

const copyOf = (x: Points) => x.map(axis => axis.slice()) as unknown as Points

function some(length: number, count: number, seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random.below(length))
}

/** A step's gradients of a volume far from where it starts; how many parameters with a gradient were compared, by group. */
function compareStep(weights: RayWeights): Record<string, number> {
  const shape: VolumeShape = {
    width: 40, height: 30, frames: 5, samples: 4, layers: 4, octaves: 2, hidden: 6, code: 4,
    timeOctaves: 1, timeHidden: 4, canonicalOctaves: 2, canonicalHidden: 6,
  }
  const volume = new Volume(shape, 14)
  volume.values.set(normals(volume.values.length, 15, 0.35))
  const lane = new VolumeLane(volume, 4)
  const live = new Float64Array(volume.values.length)
  const groups = [wildGroup(1, 3, shape, 16), wildGroup(2, 1, shape, 17), wildGroup(4, 0, shape, 18)]
  const f = () => {
    const { pixel, ...terms } = lane.differentiate({ groups, weights, share: 1 / 12 }, live)
    expect(pixel).toBeGreaterThan(0)
    return Object.values(terms).reduce((a, b) => a + b, 0)
  }
  expect(f()).toBeGreaterThan(0)
  const gradients = live.slice()
  const compared: Record<string, number> = {}
  for (const group of volumeGroups) {
    const [first, end] = volume.ranges[group]
    const reached = all(volume.values.length).slice(first, end).filter(k => gradients[k] !== 0)
    compared[group] = reached.length ? expectSlopes(volume.values, gradients, some(reached.length, 60, 19).map(k => reached[k]), f) : 0
  }
  return compared
}

function wildGroup(from: number, to: number, { width, height, samples }: VolumeShape, seed: number): RayGroup {
  const random = seededRandom(seed)
  const place = () => Float64Array.from({ length: 8 }, (_, k) => random.uniform() * (k % 2 ? height : width))
  const depths = Float64Array.from({ length: 4 * samples }, (_, k) => (2 * ((k % samples) + random.uniform())) / samples - 1)
  return { from, to, source: place(), target: place(), colour: Float64Array.from({ length: 12 }, () => random.uniform()), depths }
}
