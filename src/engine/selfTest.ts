/**
 * Whether an engine gives what the reference gives, on this machine and its driver: losses, gradients, parameters after some steps, tracks, on a
 * small field of the paper's network. Drivers differ: an engine that is right on one can be wrong on the next. Not here: the proofs of the engines
 * themselves (test/gradients).
 */
import { parameterGroups } from './backend.ts'
import type { CreateEngine, FieldEngine, FieldState } from './backend.ts'
import { benchBatch, rates, weights } from './bench.ts'
import { defaultShape } from './layout.ts'
import { seededRandom, type Random } from './random.ts'
import { createReferenceEngine } from './reference/referenceEngine.ts'

export interface SelfTest {
  /** In words what disagrees, and by how much; null when all agrees. */
  readonly fault: string | null
  /** Largest relative difference of each part that was compared. */
  readonly differences: Readonly<Record<string, number>>
}

/** Relative differences that rounding may make: of sums of losses; of a group's gradient as a whole; of half the parameters that moved after the steps; of positions in pixels. */
const ALLOWED = { losses: 1e-4, gradients: 1e-3, parameters: 5e-3, positions: 0.02 }
const STEPS = 5

export async function selfTest(create: CreateEngine, threads = 1): Promise<SelfTest> {
  const shape = defaultShape(5, 64, 40, { width: 19, height: 12 }, [0, 0, 1], [0.45, 0.3, 0.4], 3)
  const random = seededRandom(11)
  const initialDepth = new Float32Array(5 * 19 * 12).map(() => 0.9 + 0.2 * random.uniform())
  const options = { shape, initialDepth, seed: 3, threads }
  const oracle = await createReferenceEngine(options)
  const lively = shaken(await oracle.exportState(), random)
  let engine: FieldEngine | null = null
  const differences: Record<string, number> = {}
  try {
    engine = await create(options)
    await Promise.all([engine, oracle].map(each => each.importState(lively)))
    const batch = benchBatch(shape, 3, 12, 1)
    const [mine, theirs] = [await engine.gradients(batch, weights), await oracle.gradients(batch, weights)]
    differences.losses = Math.abs(mine.result.losses.total - theirs.result.losses.total) / theirs.result.losses.total
    for (const group of parameterGroups) differences[`gradients of ${group}`] = distance(mine.values[group], theirs.values[group])
    for (let step = 0; step < STEPS; step++) {
      const next = benchBatch(shape, 3, 12, 2 + step)
      await engine.step(next, weights, rates)
      await oracle.step(next, weights, rates)
    }
    const [state, expected] = [await engine.exportState(), await oracle.exportState()]
    for (const group of parameterGroups) differences[`parameters of ${group}`] = ofHalf(state.values[group], expected.values[group], lively.values[group])
    // Both read the same field: what the steps left apart is not the readout's.
    await engine.importState(expected)
    const frames = new Int32Array(16).fill(1)
    const points = new Float32Array(32).map((_, k) => (k % 2 ? shape.height : shape.width) * random.uniform())
    const targets = Int32Array.of(0, 2, 4)
    const [tracks, truth] = [await engine.read(frames, points, targets), await oracle.read(frames, points, targets)]
    differences.positions = truth.positions.reduce((worst, p, k) => larger(worst, Math.abs(tracks.positions[k] - p)), 0)
  } finally {
    await Promise.allSettled([engine?.close(), oracle.close()])
  }
  const worst = Object.entries(differences).find(([part, value]) => !(value <= ALLOWED[part.split(' ')[0] as keyof typeof ALLOWED]))
  return { fault: worst ? `its ${worst[0]} differ from the reference by ${worst[1].toPrecision(2)}` : null, differences }
}

/** A field starts so near the identity that wrong slopes hardly show: this one bends. */
function shaken(state: FieldState, random: Random): FieldState {
  const shake = (values: Float32Array, reach: number) => values.map(v => v + reach * (2 * random.uniform() - 1))
  const { planes, time, network, depth } = state.values
  return { ...state, values: { planes: shake(planes, 0.05), time: shake(time, 0.05), network: shake(network, 0.05), depth } }
}

/** NaN stays. */
const larger = (a: number, b: number) => (b <= a ? a : b)

/** Norm of the difference over the norm of what is expected. */
function distance(values: Float32Array, expected: Float32Array): number {
  let [off, norm] = [0, 0]
  expected.forEach((v, k) => {
    off += (values[k] - v) ** 2
    norm += v * v
  })
  return Math.sqrt(off / (norm || 1))
}

/** The difference that half of the parameters that moved stay below, over the largest: Adam may step the other way where a gradient is rounding noise. */
function ofHalf(values: Float32Array, expected: Float32Array, before: Float32Array): number {
  const off = expected.map((v, k) => Math.abs(values[k] - v)).filter((_, k) => values[k] !== before[k] || expected[k] !== before[k]).sort()
  if (off.length === 0) return 0
  const scale = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return off.some(Number.isNaN) ? Number.NaN : off[Math.floor(0.5 * off.length)] / (scale || 1)
}
