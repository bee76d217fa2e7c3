/** What a field can be fitted on, as records: the engines, what this machine has for each, how fast it was. Not here: the engines (src/engine), measuring (server/devices). */

/** webgpu: Dawn on the GPU's own driver; tfjs: TensorFlow.js, CUDA where tfjs-node-gpu is installed; wasm: the CPU; reference: float64, for proofs. */
export const deviceNames = ['webgpu', 'tfjs', 'wasm', 'reference'] as const
export type DeviceName = (typeof deviceNames)[number]

/** auto: the fastest that agrees with the reference. */
export const deviceChoices = ['auto', ...deviceNames] as const
export type DeviceChoice = (typeof deviceChoices)[number]

export interface DeviceInfo {
  readonly device: DeviceName
  /** The adapter, backend or processor that it runs on; empty where none was found. */
  readonly name: string
  /** Of the adapter, where it tells. */
  readonly memoryBytes: number | null
  /** A driver that computes on the CPU: right, but slower than `wasm`. */
  readonly software: boolean
  /** Why it is not used: not there, refused by the self-test, died. Null when it serves. */
  readonly problem: string | null
  /** Correspondences a second in whole steps; null before it was measured. */
  readonly pointsPerSecond: number | null
  /** Milliseconds since 1970; null before it was measured. */
  readonly measuredAt: number | null
}

/** Devices as the studio tells of them: `choice` is the person's. */
export interface StudioDevices extends DevicesView {
  /** The one whose speed is being measured. */
  readonly measuring: DeviceName | null
}

export interface DevicesView {
  readonly choice: DeviceChoice
  /** What a fit that starts now runs on. */
  readonly used: DeviceName
  /** Why that one, in a sentence. */
  readonly reason: string
  readonly devices: readonly DeviceInfo[]
}
