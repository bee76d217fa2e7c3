/**
 * What this machine has to fit fields on, how fast each was, and which is used: `devices.json` in the user's data folder. Measured once for each
 * adapter and version. Not here: trying a device (tryDevice.ts).
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DeviceChoice, type DeviceInfo, type DeviceName, deviceNames, type DevicesView } from '../../shared/devices.ts'
import { TaplineError } from '../../shared/errors.ts'
import { appVersion } from '../appVersion.ts'
import { type DeviceAnswer, type DeviceLink, forkDevice, tryDevice } from './tryDevice.ts'

const FILE = 'devices.json'
/** As long as a person waits for a figure. */
const SECONDS = 5
/** Those that auto weighs against each other; the reference is for proofs. */
const contestants: ReadonlySet<DeviceName> = new Set(['webgpu', 'tfjs', 'wasm'])

interface Measured {
  readonly version: string
  readonly name: string
  readonly problem: string | null
  readonly pointsPerSecond: number | null
  readonly at: number
}

export interface DeviceBookOptions {
  readonly home: string
  readonly threads: number
  readonly start?: () => DeviceLink
  /** Time for each measurement. */
  readonly seconds?: number
  /** Hears which device a measurement begins with; null: it has ended, and what it found is noted. */
  onMeasuring?(device: DeviceName | null): void
}

export interface ChosenDevice {
  readonly device: DeviceName
  readonly reason: string
}

export class DeviceBook {
  readonly #options: DeviceBookOptions & Required<Pick<DeviceBookOptions, 'start' | 'seconds'>>
  /** What is here, looked at once a run of the program: adapters come and go seldom. */
  readonly #present = new Map<DeviceName, Promise<DeviceAnswer>>()
  /** Measurements run one at a time, or they would slow each other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: DeviceBookOptions) {
    this.#options = { start: forkDevice, seconds: SECONDS, ...options }
  }

  async view(choice: DeviceChoice): Promise<DevicesView> {
    const devices = await this.#list()
    const { device, reason } = chosen(choice, devices)
    return { choice, used: device, reason, devices }
  }

  /** Tests a device against the reference and times it. @throws TaplineError 'cancelled' */
  measure(device: DeviceName, signal?: AbortSignal): Promise<DeviceInfo> {
    const measured = this.#turn.then(async () => {
      const { threads, seconds, start, onMeasuring } = this.#options
      onMeasuring?.(device)
      try {
        const answer = await tryDevice({ device, threads, seconds }, start, signal)
        const at = Date.now()
        await this.#note(device, { version: appVersion, name: answer.name, problem: answer.problem, pointsPerSecond: answer.pointsPerSecond, at })
        return { device, ...answer, measuredAt: at }
      } finally {
        onMeasuring?.(null)
      }
    })
    this.#turn = measured.catch(() => undefined)
    return measured
  }

  /**
   * The device that a fit is to run on. auto measures what has not been measured yet on this machine, where there is more than one to choose from.
   * @throws TaplineError 'unsupported' where the one asked for does not serve; 'cancelled'
   */
  async resolve(choice: DeviceChoice, signal?: AbortSignal): Promise<ChosenDevice> {
    if (choice !== 'auto') return this.#asked(choice, signal)
    let devices = await this.#list()
    const rivals = devices.filter(info => contestants.has(info.device) && info.problem === null && !info.software)
    if (rivals.length > 1) {
      for (const { device, measuredAt } of rivals) if (measuredAt === null) await this.measure(device, signal)
      devices = await this.#list()
    }
    return chosen('auto', devices)
  }

  async #asked(device: DeviceName, signal?: AbortSignal): Promise<ChosenDevice> {
    // Drivers change without telling: one that was asked for is tested unless it passed before.
    const before = await this.#known(device, await this.#read())
    const info = before.measuredAt === null && before.problem === null && device !== 'wasm' && device !== 'reference' ? await this.measure(device, signal) : before
    if (info.problem !== null) throw new TaplineError('unsupported', `device ${device}`, info.problem, 'Choose another device, or auto.')
    return { device, reason: 'It was asked for.' }
  }

  async #list(): Promise<DeviceInfo[]> {
    const notes = await this.#read()
    return Promise.all(deviceNames.map(device => this.#known(device, notes)))
  }

  async #known(device: DeviceName, notes: Partial<Record<DeviceName, Measured>>): Promise<DeviceInfo> {
    const here = await this.#look(device)
    const note = notes[device]
    // Another adapter or another version: what was measured is of the past.
    if (here.problem !== null || !note || note.version !== appVersion || note.name !== here.name) return { device, ...here, pointsPerSecond: null, measuredAt: null }
    return { device, ...here, problem: note.problem, pointsPerSecond: note.pointsPerSecond, measuredAt: note.at }
  }

  #look(device: DeviceName): Promise<DeviceAnswer> {
    let looked = this.#present.get(device)
    if (!looked) this.#present.set(device, (looked = tryDevice({ device, threads: this.#options.threads, seconds: null }, this.#options.start)))
    return looked
  }

  async #read(): Promise<Partial<Record<DeviceName, Measured>>> {
    try {
      const notes = JSON.parse(await readFile(this.#path, 'utf8')) as unknown
      return typeof notes === 'object' && notes !== null ? (notes as Partial<Record<DeviceName, Measured>>) : {}
    } catch {
      // Not there, or damaged: everything is measured anew.
      return {}
    }
  }

  async #note(device: DeviceName, measured: Measured): Promise<void> {
    const notes = { ...(await this.#read()), [device]: measured }
    const temporary = `${this.#path}.${process.pid}.tmp`
    // A folder that cannot be written only means that it is measured again next time.
    await mkdir(this.#options.home, { recursive: true }).catch(() => undefined)
    await writeFile(temporary, `${JSON.stringify(notes, null, 2)}\n`)
      .then(() => rename(temporary, this.#path))
      .catch(() => undefined)
  }

  get #path(): string {
    return join(this.#options.home, FILE)
  }
}

/** Of what is known now; nothing is measured for it. */
function chosen(choice: DeviceChoice, devices: readonly DeviceInfo[]): ChosenDevice {
  if (choice !== 'auto') return { device: choice, reason: 'It was asked for.' }
  const rivals = devices.filter(info => contestants.has(info.device) && info.problem === null && !info.software)
  const measured = rivals.filter(info => info.pointsPerSecond !== null).sort((a, b) => b.pointsPerSecond! - a.pointsPerSecond!)
  if (rivals.length < 2) return { device: 'wasm', reason: 'No faster device of this machine can be used.' }
  if (measured.length < rivals.length) return { device: measured[0]?.device ?? 'wasm', reason: 'The others have not been measured yet; the first fit measures them.' }
  return { device: measured[0].device, reason: 'It was the fastest of those that agree with the reference.' }
}
