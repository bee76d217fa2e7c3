/**
 * A fit on the device that was chosen for it, whatever becomes of that device: one that cannot be opened or has too little memory gives way to
 * the CPU, one that is lost on the way is tried once more, then gives way too, each from the last checkpoint. Not here: choosing (server/devices).
 */
import type { CreateEngine } from '../../engine/backend.ts'
import { type EngineDevice, openDevice } from '../../engine/devices.ts'
import type { DeviceName } from '../../shared/devices.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { JobHooks } from '../jobs/serveJob.ts'

/** Devices to try in turn: a lost one may come back. */
const attemptsOf = (device: DeviceName): readonly DeviceName[] => (device === 'wasm' || device === 'reference' ? [device] : [device, device, 'wasm'])

export async function onDevice<Result>(
  device: DeviceName,
  hooks: JobHooks,
  fit: (createEngine: CreateEngine, hooks: JobHooks) => Promise<Result>,
  open: (device: DeviceName) => Promise<EngineDevice> = openDevice,
): Promise<Result> {
  let saved = { checkpoint: hooks.checkpoint, step: 0 }
  const kept: JobHooks = {
    ...hooks,
    saveCheckpoint: async (bytes, step) => {
      await hooks.saveCheckpoint(bytes, step)
      saved = { checkpoint: bytes, step }
    },
  }
  const attempts = attemptsOf(device)
  for (const [n, attempt] of attempts.entries()) {
    const opened = await open(attempt).catch((error: unknown) => {
      if (n === attempts.length - 1) throw error
      hooks.progress({ kind: 'note', text: `${attempt} cannot be used: ${error instanceof Error ? error.message : String(error)}` })
      return null
    })
    if (!opened) continue
    try {
      return await fit(opened.create, { ...kept, checkpoint: saved.checkpoint })
    } catch (error) {
      if (!isDeviceFailure(error) || hooks.signal.aborted || n === attempts.length - 1) throw error
      const next = attempts[n + 1] === attempt ? 'it is tried again' : 'the CPU goes on'
      hooks.progress({ kind: 'recovered', step: saved.step, reason: `${error.subject}: ${error.reason}; ${next} from step ${saved.step}` })
    }
  }
  throw new Error(`no device could be opened for ${device}`)
}

const isDeviceFailure = (error: unknown): error is TaplineError => error instanceof TaplineError && error.code === 'device'
