import { describe, expect, it } from 'vitest'
import { uniformFlowStore } from '../../../test/builders/flowStore.ts'
import type { FieldEngine } from '../../engine/backend.ts'
import { calibrate } from './calibrate.ts'

const hidden = (column: number) => column < 16
const flow = uniformFlowStore({ frames: 5, width: 64, height: 48, gaps: [1, 2], velocity: [0.5, 0.25], hidden })

/** Moves points as the flow does, off by `errorPx`; hidden ones lie `behind` below the surface, others ripple by `noise` around it. */
function fakeField(errorPx: number, behind: number, noise: number): FieldEngine {
  return {
    async read(frames: Int32Array, points: Float32Array, targets: Int32Array) {
      const n = frames.length
      const positions = new Float32Array(n * 2)
      const depths = new Float32Array(n).fill(1)
      const surface = new Float32Array(n)
      for (let k = 0; k < n; k++) {
        const dt = targets[0] - frames[k]
        positions[k * 2] = points[k * 2] + 0.5 * dt + errorPx
        positions[k * 2 + 1] = points[k * 2 + 1] + 0.25 * dt
        surface[k] = hidden(points[k * 2]) ? 1 - behind : 1 + noise * Math.sin(k * 12.9898)
      }
      return { positions, depths, surface }
    },
  } as unknown as FieldEngine
}

describe('calibration of a fitted field', () => {
  it('finds the field error against flow', async () => {
    expect((await calibrate(fakeField(1.5, 0.1, 0.01), flow, 1)).fieldErrorPx).toBeCloseTo(1.5, 1)
  })

  it('puts τ between the ripple of surfaces and the depth of what they hide', async () => {
    const { tau, depthAccuracy } = await calibrate(fakeField(0.5, 0.1, 0.04), flow, 1)
    expect(tau).toBeGreaterThan(0.03)
    expect(tau).toBeLessThan(0.1)
    expect(depthAccuracy).toBeGreaterThan(0.98)
  })

  it('says that depth knows nothing where it orders nothing', async () => {
    expect((await calibrate(fakeField(0.5, 0, 0.001), flow, 1)).depthAccuracy).toBeLessThan(0.6)
  })

  it('gives the same for the same seed', async () => {
    const field = fakeField(0.7, 0.05, 0.02)
    expect(await calibrate(field, flow, 3)).toEqual(await calibrate(field, flow, 3))
  })
})
