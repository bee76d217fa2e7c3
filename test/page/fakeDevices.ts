/** Made-up devices for tests of the page: a graphics card, two of the CPU, one that is not there. Not a measurement. */
import type { DeviceInfo, DeviceName, StudioDevices } from '../../src/shared/devices.ts'

const none: Omit<DeviceInfo, 'device' | 'name'> = { memoryBytes: null, software: false, problem: null, pointsPerSecond: null, measuredAt: null }

const first: readonly DeviceInfo[] = [
  { ...none, device: 'webgpu', name: 'Made-up Graphics 9000', memoryBytes: 8 * 2 ** 30 },
  { ...none, device: 'tfjs', name: '', problem: 'its package is not installed' },
  { ...none, device: 'wasm', name: 'CPU: Made-up Processor, 2 threads', pointsPerSecond: 52_340, measuredAt: 1_760_000_000_000 },
  { ...none, device: 'reference', name: 'CPU, float64: Made-up Processor, 2 threads', software: true },
]

export function fakeDevices(view: Partial<StudioDevices> = {}, changes: Partial<Record<DeviceName, Partial<DeviceInfo>>> = {}): StudioDevices {
  return {
    choice: 'auto', used: 'wasm', reason: 'The others have not been measured yet; the first fit measures them.', measuring: null, ...view,
    devices: first.map(info => ({ ...info, ...changes[info.device] })),
  }
}
