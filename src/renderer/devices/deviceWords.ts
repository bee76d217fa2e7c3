/** Devices in words: names, speeds, what fits run on. Pure. Not here: layout (FitsOn.tsx). */
import type { DeviceInfo, DeviceName, DevicesView } from '../../shared/devices.ts'
import { inThousands } from '../panels/wording.ts'

export const deviceTitles: Readonly<Record<DeviceName, string>> = { webgpu: 'WebGPU', tfjs: 'TensorFlow.js', wasm: 'CPU', reference: 'Reference' }

/** Three digits are as much as a measurement of seconds can say. */
export function speedWords(pointsPerSecond: number): string {
  if (pointsPerSecond >= 1e6) return `${Number((pointsPerSecond / 1e6).toPrecision(3))} million points/s`
  return `${inThousands(Number(pointsPerSecond.toPrecision(3)))} points/s`
}

/** What it runs on, and what is to be known of it. Empty where nothing was found. */
export function aboutDevice({ device, name, memoryBytes, software }: DeviceInfo): string {
  if (name === '') return ''
  // The engines of the CPU say so in their names; the title says it already.
  const chip = name.replace(/^CPU(, float64)?(: )?/, '')
  const adapter = device === 'tfjs' ? `Backend ${name}` : chip
  const parts = [adapter, memoryBytes === null ? '' : `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`].filter(Boolean).join(', ')
  if (device === 'reference') return `${parts}. Double precision, for proofs: very slow.`
  return software ? `${parts}. It computes on the CPU, slower than “CPU”.` : `${parts}.`
}

/** `cpu`: the CPU in words, known before the devices are. */
export function fitsOnWords(view: DevicesView | null, cpu: string): string {
  const used = view?.devices.find(({ device }) => device === view.used)
  if (!used || (used.device === 'wasm' && used.problem === null)) return cpu
  const title = deviceTitles[used.device]
  if (used.problem !== null) return `${title}, which cannot be used here`
  return used.device === 'reference' ? `${title} (double precision)` : `${title}: ${used.name}`
}

/** What auto takes, and why. */
export const autoWords = (view: DevicesView): string =>
  view.choice === 'auto' ? `Now ${deviceTitles[view.used]}. ${view.reason}` : 'The fastest of those that agree with the reference.'
