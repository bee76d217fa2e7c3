/** A fit outlives its device: one that cannot be opened, one lost on the way, one lost again; cancel and other faults pass through. */
import { describe, expect, it } from 'vitest'
import type { EngineDevice } from '../../engine/devices.ts'
import { createReferenceEngine } from '../../engine/reference/referenceEngine.ts'
import type { DeviceName } from '../../shared/devices.ts'
import { TaplineError } from '../../shared/errors.ts'
import { PauseSwitch } from '../../shared/pauseGate.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import type { JobHooks } from '../jobs/serveJob.ts'
import { onDevice } from './onDevice.ts'

const lost = () => new TaplineError('device', 'the GPU', 'its driver was lost', 'Try again.')

function setUp() {
  const told: ProgressMessage[] = []
  const saved: number[] = []
  const stop = new AbortController()
  const hooks: JobHooks = {
    checkpoint: Uint8Array.of(7),
    saveCheckpoint: async (_, step) => void saved.push(step),
    progress: message => void told.push(message),
    signal: stop.signal,
    pause: new PauseSwitch(),
  }
  const opened: DeviceName[] = []
  const open = async (device: DeviceName): Promise<EngineDevice> => {
    opened.push(device)
    return { create: createReferenceEngine, name: device, memoryBytes: null, software: false }
  }
  return { hooks, told, saved, stop, opened, open }
}

describe('fit on a device', () => {
  it('goes on from the last checkpoint on the same device, then on the CPU', async () => {
    const { hooks, told, saved, opened, open } = setUp()
    const started: (number | undefined)[] = []
    const result = await onDevice('webgpu', hooks, async (_, { checkpoint, saveCheckpoint }) => {
      started.push(checkpoint?.[0])
      if (started.length < 3) {
        await saveCheckpoint(Uint8Array.of(10 * started.length), 100 * started.length)
        throw lost()
      }
      return 'tracks'
    }, open)
    expect(result).toBe('tracks')
    expect(opened).toEqual(['webgpu', 'webgpu', 'wasm'])
    expect(started).toEqual([7, 10, 20])
    expect(saved).toEqual([100, 200])
    expect(told).toEqual([
      { kind: 'recovered', step: 100, reason: 'the GPU: its driver was lost; it is tried again from step 100' },
      { kind: 'recovered', step: 200, reason: 'the GPU: its driver was lost; the CPU goes on from step 200' },
    ])
  })

  it('falls back to the CPU where the device cannot be opened, and says so', async () => {
    const { hooks, told, open } = setUp()
    const missing = async (device: DeviceName) => {
      if (device === 'webgpu') throw new TaplineError('device', 'webgpu', 'no adapter', 'Choose another.')
      return open(device)
    }
    expect(await onDevice('webgpu', hooks, async () => 1, missing)).toBe(1)
    expect(told).toEqual([{ kind: 'recovered', step: 0, reason: 'webgpu: no adapter; the CPU goes on from step 0' }])
  })

  it('does not try again what got nowhere: a field that does not fit into its memory', async () => {
    const { hooks, opened, open } = setUp()
    expect(await onDevice('webgpu', hooks, async () => (opened.at(-1) === 'wasm' ? 'tracks' : Promise.reject(lost())), open)).toBe('tracks')
    expect(opened).toEqual(['webgpu', 'wasm'])
  })

  it('passes on what is not the device’s fault, a cancel, and a failure of the last resort', async () => {
    const { hooks, stop, opened, open } = setUp()
    await expect(onDevice('webgpu', hooks, () => Promise.reject(new Error('a fault of ours')), open)).rejects.toThrow('a fault of ours')
    expect(opened).toEqual(['webgpu'])
    await expect(onDevice('wasm', hooks, () => Promise.reject(lost()), open)).rejects.toMatchObject({ code: 'device' })
    stop.abort()
    await expect(onDevice('webgpu', hooks, () => Promise.reject(lost()), open)).rejects.toMatchObject({ code: 'device' })
    expect(opened).toEqual(['webgpu', 'wasm', 'webgpu'])
  })
})
