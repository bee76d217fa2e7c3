/**
 * What the studio remembers of its user, as one small file in the user's data folder. A damaged file is put aside and the defaults hold:
 * settings must never keep anyone from working. Not here: what the settings mean (shared/settings.ts).
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isCommandId, type CommandId } from '../shared/commands.ts'
import { deviceChoices } from '../shared/devices.ts'
import { fromSystemError } from '../shared/errors.ts'
import { defaultSettings, type UserSettings } from '../shared/settings.ts'

const FILE = 'settings.json'

export class UserSettingsFile {
  readonly #home: string
  /** Reads and writes wait for one another. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(home: string) {
    this.#home = home
  }

  read(): Promise<UserSettings> {
    return this.#inTurn(() => this.#read())
  }

  /** Replaces the entries given; returns them all. @throws TaplineError 'not-writable', 'no-space' */
  write(patch: Partial<UserSettings>): Promise<UserSettings> {
    return this.#inTurn(async () => {
      const settings = plainSettings({ ...(await this.#read()), ...patch })
      const path = join(this.#home, FILE)
      const temporary = `${path}.${process.pid}.tmp`
      try {
        await mkdir(this.#home, { recursive: true })
        await writeFile(temporary, JSON.stringify(settings, null, 2))
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined)
        throw fromSystemError(error, path)
      }
      return settings
    })
  }

  async #read(): Promise<UserSettings> {
    const path = join(this.#home, FILE)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch {
      return defaultSettings
    }
    try {
      return plainSettings(JSON.parse(text))
    } catch {
      await rename(path, `${path}.damaged-${Date.now()}`).catch(() => undefined)
      return defaultSettings
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}

/** The settings in a value of any origin: what is not of its kind is left out. @throws Error where it is no object at all */
function plainSettings(value: unknown): UserSettings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not settings')
  const { theme, keys, layout, view, hintsDone, device } = value as Partial<Record<keyof UserSettings, unknown>>
  return {
    theme: theme === 'dark' || theme === 'light' ? theme : 'system',
    keys: Object.fromEntries(entriesOf(keys).filter((entry): entry is [CommandId, string[]] => isCommandId(entry[0]) && isTexts(entry[1]))),
    layout: plainEntries(layout),
    view: plainEntries(view),
    hintsDone: isTexts(hintsDone) ? hintsDone : [],
    device: deviceChoices.find(choice => choice === device) ?? 'auto',
  }
}

const entriesOf = (value: unknown): [string, unknown][] => (typeof value === 'object' && value !== null ? Object.entries(value) : [])
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(item => typeof item === 'string')

function plainEntries(value: unknown): Record<string, number | boolean | string> {
  const isPlain = (entry: [string, unknown]): entry is [string, number | boolean | string] => ['number', 'boolean', 'string'].includes(typeof entry[1])
  return Object.fromEntries(entriesOf(value).filter(isPlain))
}
