/** What is particular to this engine; that it does what all do is proved in test/gradients. */
import { expect, it } from 'vitest'
import { allTerms, oddShapes, randomBatch, randomDepth, wildState } from '../../../test/gradients/randomScene.ts'
import { parameterGroups } from '../backend.ts'
import { createTfjsEngineOn } from './tfjsEngine.ts'

it('a batch or a readout too large for one tensor is done in parts, with the same sums', async () => {
  const shape = oddShapes[1]
  const initialDepth = randomDepth(shape, 1)
  const options = { shape, initialDepth, seed: 1, threads: 1 }
  // The least tensors hold 64 points.
  const [whole, parted] = [await createTfjsEngineOn(['cpu'], options), await createTfjsEngineOn(['cpu'], options, 1)]
  for (const engine of [whole, parted]) await engine.importState(wildState(shape, initialDepth, 1))
  const batch = randomBatch(shape, [40, 50, 3, 80, 0, 30], 1)
  const [a, b] = [await whole.gradients(batch, allTerms), await parted.gradients(batch, allTerms)]
  expect(b.result.losses.total).toBeCloseTo(a.result.losses.total, 4)
  expect([...b.result.residuals]).toEqual([...a.result.residuals])
  for (const group of parameterGroups) {
    const scale = Math.max(...a.values[group].map(Math.abs))
    expect(scale).toBeGreaterThan(0)
    a.values[group].forEach((g, k) => expect(Math.abs(b.values[group][k] - g)).toBeLessThan(1e-5 * scale))
  }
  const frames = new Int32Array(70).fill(1)
  const points = new Float32Array(140).map((_, k) => (k * 7) % 23)
  const [left, right] = [await whole.read(frames, points, Int32Array.of(1, 0)), await parted.read(frames, points, Int32Array.of(1, 0))]
  expect(left.positions.some(v => v !== 0)).toBe(true)
  expect(right).toEqual(left)
  await Promise.all([whole.close(), parted.close()])
})
