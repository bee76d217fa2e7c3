/** What fits can run on, as the server has it. Not here: asking the server (session.ts), words for it (devices/deviceWords.ts). */
import { create } from 'zustand'
import type { StudioDevices } from '../../shared/devices.ts'
import type { ErrorRecord } from '../../shared/errors.ts'

export interface DeviceState {
  /** Null while the server has not said. */
  readonly devices: StudioDevices | null
  /** Why it could not say. */
  readonly problem: ErrorRecord | null
}

export const useDevices = create<DeviceState>(() => ({ devices: null, problem: null }))

export function setDevices(devices: StudioDevices): void {
  useDevices.setState({ devices, problem: null })
}
