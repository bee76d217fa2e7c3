/** One device looked at, tested against the reference, and timed, in this very process. Not here: the process around it (tryDevice.ts). */
import { cpus } from 'node:os'
import { openDevice } from '../../engine/devices.ts'
import { selfTest } from '../../engine/selfTest.ts'
import { measureSpeed } from '../../engine/speed.ts'
import type { DeviceName } from '../../shared/devices.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { DeviceAnswer, DeviceQuestion } from './tryDevice.ts'

/** Batches that suit each: GPUs take the paper's, one core of float64 a handful. */
const BATCH: Readonly<Record<DeviceName, { readonly groups: number; readonly pointsPerGroup: number }>> = {
  webgpu: { groups: 96, pointsPerGroup: 1024 },
  tfjs: { groups: 32, pointsPerGroup: 64 },
  wasm: { groups: 32, pointsPerGroup: 64 },
  reference: { groups: 2, pointsPerGroup: 8 },
}
/** A software driver would take minutes for a GPU's batch. */
const SOFTWARE_BATCH = { groups: 4, pointsPerGroup: 64 }

export async function examine({ device, threads, seconds }: DeviceQuestion): Promise<DeviceAnswer> {
  let found = { name: '', memoryBytes: null as number | null, software: false }
  try {
    const { create, ...about } = await openDevice(device)
    found = { ...about, name: device === 'wasm' || device === 'reference' ? processor(threads, about.name) : about.name }
    if (seconds === null) return { ...found, problem: null, pointsPerSecond: null }
    if (device !== 'reference') {
      const { fault } = await selfTest(create, threads)
      if (fault) return { ...found, problem: `it failed its self-test: ${fault}`, pointsPerSecond: null }
    }
    const batch = found.software && device !== 'reference' ? SOFTWARE_BATCH : BATCH[device]
    const { pointsPerSecond } = await measureSpeed(create, { threads, seconds, ...batch })
    return { ...found, problem: null, pointsPerSecond }
  } catch (error) {
    return { ...found, problem: error instanceof TaplineError ? error.reason : String((error as Error).message ?? error), pointsPerSecond: null }
  }
}

function processor(threads: number, name: string): string {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim()
  return `${name}${model ? `: ${model}` : ''}, ${threads} thread${threads === 1 ? '' : 's'}`
}
