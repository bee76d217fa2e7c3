/**
 * A fit on the device that was chosen for it, whatever becomes of that device: one that cannot be opened or has too little memory gives way to
 * the CPU, one that is lost on the way is tried once more, then gives way too, each from the last checkpoint. Not here: choosing (server/devices).
 */
import type { CreateEngine } from '../../engine/backend.ts'
import { type EngineDevice, openDevice } from '../../engine/devices.ts'
import type { DeviceName } from '../../shared/devices.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { JobHooks } from '../jobs/serveJob.ts'

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
  let attempt = device
  for (let retried = false; ; ) {
    const last = attempt === 'wasm' || attempt === 'reference'
    const before = saved.step
    let failure: TaplineError
    try {
      const { create } = await open(attempt)
      return await fit(create, { ...kept, checkpoint: saved.checkpoint })
    } catch (error) {
      if (last || hooks.signal.aborted || !isDeviceFailure(error)) throw error
      failure = error
    }
    // A lost device may come back; one that got nowhere, or was lost twice, gives way.
    const again = !retried && saved.step > before
    retried = true
    if (!again) attempt = 'wasm'
    hooks.progress({ kind: 'recovered', step: saved.step, reason: `${failure.subject}: ${failure.reason}; ${again ? 'it is tried again' : 'the CPU goes on'} from step ${saved.step}` })
  }
}

const isDeviceFailure = (error: unknown): error is TaplineError => error instanceof TaplineError && (error.code === 'device' || error.code === 'unsupported')
