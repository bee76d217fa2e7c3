/**
 * What the studio's fits run on: the person's choice, what the machine has for it, measuring on request, and word to the windows when any
 * of it changes. Not here: looking, measuring, choosing, remembering (server/devices).
 */
import { type DeviceInfo, type DeviceName, deviceNames, type StudioDevices as DevicesView } from '../../../shared/devices.ts'
import { TaplineError } from '../../../shared/errors.ts'
import { type ChosenDevice, DeviceBook } from '../../devices/deviceBook.ts'
import type { DeviceLink } from '../../devices/tryDevice.ts'
import type { UserSettingsFile } from '../../userSettings.ts'
import type { Emit } from '../eventHub.ts'
import type { JobBoard } from '../jobs/jobBoard.ts'

export interface StudioDevicesParts {
  readonly home: string
  readonly threads: number
  /** Starts a process that tries a device. */
  readonly start: () => DeviceLink
  readonly settings: UserSettingsFile
  readonly board: JobBoard
  readonly emit: Emit
}

export class StudioDevices {
  readonly #parts: StudioDevicesParts
  readonly #book: DeviceBook
  /** Processes under way. */
  readonly #links = new Set<DeviceLink>()
  readonly #closing = new AbortController()
  #measuring: DeviceName | null = null
  /** The measurement asked for last. */
  #asked: Promise<unknown> = Promise.resolve()
  /** Windows hear of changes in their order. */
  #telling: Promise<unknown> = Promise.resolve()

  constructor(parts: StudioDevicesParts) {
    this.#parts = parts
    const start = () => {
      const link = parts.start()
      this.#links.add(link)
      link.onExit(() => this.#links.delete(link))
      return link
    }
    const onMeasuring = (device: DeviceName | null) => {
      this.#measuring = device
      this.announce()
    }
    this.#book = new DeviceBook({ home: parts.home, threads: parts.threads, start, onMeasuring })
  }

  async view(): Promise<DevicesView> {
    const { device } = await this.#parts.settings.read()
    return { ...(await this.#book.view(device)), measuring: this.#measuring }
  }

  /** @throws TaplineError 'busy' while jobs run that would falsify the figure; 'cancelled' when the studio closes */
  async measure(device: DeviceName): Promise<DeviceInfo> {
    if (!deviceNames.includes(device)) throw new TaplineError('usage', String(device), 'there is no such device', `Choose one of ${deviceNames.join(', ')}.`)
    const other = this.#parts.board.open().find(({ view }) => view.state !== 'paused')
    if (other) throw new TaplineError('busy', `speed of ${device}`, `it would be measured too low: ${other.view.title} has not ended`, 'Measure it when no job runs.')
    const measured = this.#book.measure(device, this.#closing.signal)
    this.#asked = measured.catch(() => undefined)
    return measured
  }

  /** For a fit whose turn has come; it waits for a measurement under way. @throws TaplineError 'unsupported', 'cancelled' */
  async choose(signal: AbortSignal): Promise<ChosenDevice> {
    const { device } = await this.#parts.settings.read()
    await Promise.race([this.#asked, aborted(signal)])
    return this.#book.resolve(device, signal)
  }

  /** Tells the windows how it stands. */
  announce(): void {
    const { signal } = this.#closing
    this.#telling = this.#telling
      .then(async () => {
        if (signal.aborted) return
        const devices = await this.view()
        if (!signal.aborted) this.#parts.emit({ kind: 'devices', devices })
      })
      .catch(() => undefined)
  }

  close(): void {
    this.#closing.abort()
    for (const link of this.#links) link.kill()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
