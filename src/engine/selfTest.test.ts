/** The self-test passes engines that are right, and refuses those that a driver has made wrong, naming the part. */
import { describe, expect, it } from 'vitest'
import type { CreateEngine, FieldEngine } from './backend.ts'
import { selfTest } from './selfTest.ts'
import { measureSpeed } from './speed.ts'
import { createReferenceEngine } from './reference/referenceEngine.ts'
import { createWasmEngine } from './wasm/wasmEngine.ts'

/** The reference with one of its operations spoilt. */
const spoilt =
  (spoil: (engine: FieldEngine) => Partial<FieldEngine>): CreateEngine =>
  async options => {
    const engine = await createReferenceEngine(options)
    const methods = ['step', 'gradients', 'read', 'exportState', 'importState', 'close'] as const
    const plain = Object.fromEntries(methods.map(name => [name, (engine[name] as (...args: unknown[]) => unknown).bind(engine)])) as unknown as FieldEngine
    return { ...plain, name: 'spoilt', shape: engine.shape, ...spoil(engine) }
  }

describe('self-test of an engine', () => {
  it('passes the CPU engine', async () => {
    const { fault, differences } = await selfTest(createWasmEngine)
    expect(fault).toBeNull()
    expect(Object.keys(differences)).toHaveLength(10)
  }, 60_000)

  it('refuses one whose plane gradients are a hundredth off', async () => {
    const wrong = spoilt(engine => ({
      gradients: async (batch, weights) => {
        const { result, values } = await engine.gradients(batch, weights)
        return { result, values: { ...values, planes: values.planes.map(v => 1.01 * v) } }
      },
    }))
    expect((await selfTest(wrong)).fault).toMatch(/gradients of planes/)
  }, 60_000)

  it('refuses one that reads not a number, and one that forgets to step', async () => {
    const blind = spoilt(engine => ({
      read: async (...args) => {
        const readout = await engine.read(...args)
        return { ...readout, positions: readout.positions.map(() => Number.NaN) }
      },
    }))
    expect((await selfTest(blind)).fault).toMatch(/positions/)
    const lazy = spoilt(engine => ({ step: async (batch, weights) => (await engine.gradients(batch, weights)).result }))
    expect((await selfTest(lazy)).fault).toMatch(/parameters of/)
  }, 60_000)

  it('counts whole steps, and stops when told', async () => {
    const stop = new AbortController()
    let steps = 0
    const counting = spoilt(engine => ({
      step: async (...args) => {
        if (++steps === 6) stop.abort()
        return engine.step(...args)
      },
    }))
    const speed = await measureSpeed(counting, { threads: 1, seconds: 3_600, groups: 1, pointsPerGroup: 2, frames: 3, signal: stop.signal })
    // Three before the clock starts.
    expect(speed.steps).toBe(3)
    expect(speed.pointsPerSecond).toBeCloseTo((2 / speed.stepMs) * 1000, 6)
  }, 60_000)
})
