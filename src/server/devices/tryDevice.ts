/** Asks a process of its own what a device is and how fast: whatever a driver does, the answer is a record. Not here: the examination (examine.ts). */
import { TaplineError } from '../../shared/errors.ts'
import type { DeviceName } from '../../shared/devices.ts'
import { forkProcess, type ProcessLink } from '../jobs/jobChannel.ts'

export interface DeviceQuestion {
  readonly device: DeviceName
  readonly threads: number
  /** Time for the measurement; null: only look whether it is there. */
  readonly seconds: number | null
}

export interface DeviceAnswer {
  readonly name: string
  readonly memoryBytes: number | null
  readonly software: boolean
  readonly problem: string | null
  readonly pointsPerSecond: number | null
}

export type DeviceLink = ProcessLink<DeviceQuestion, DeviceAnswer>

export function forkDevice(): DeviceLink {
  return forkProcess<DeviceQuestion, DeviceAnswer>(new URL('./deviceProcess.ts', import.meta.url))
}

/** A driver that hangs must not hold up the studio for ever. */
const PATIENCE_MS = 120_000

/** @throws TaplineError 'cancelled' when aborted; everything else is in the answer */
export function tryDevice(question: DeviceQuestion, start: () => DeviceLink = forkDevice, signal?: AbortSignal): Promise<DeviceAnswer> {
  const refused = (problem: string): DeviceAnswer => ({ name: '', memoryBytes: null, software: false, problem, pointsPerSecond: null })
  return new Promise((resolve, reject) => {
    const link = start()
    const onAbort = () => {
      reject(new TaplineError('cancelled', 'device test', 'cancelled on request', 'Run it again.'))
      link.kill()
    }
    const timer = setTimeout(() => {
      resolve(refused('its driver did not answer within two minutes'))
      link.kill()
    }, PATIENCE_MS)
    link.onResponse(resolve)
    link.onExit(({ exitCode, signal: by, stderr }) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      const last = stderr.split('\n').at(-1)
      resolve(refused(`its process ${by ? `was ended by ${by}` : `ended with exit code ${exitCode}`}${last ? ` (${last})` : ''}`))
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    else link.send(question)
  })
}
