/** What the studio remembers of its user, whichever project is open: theme, keys, layout, what fits run on. Not here: where it is stored (server/userData). */
import type { CommandId } from './commands.ts'
import type { DeviceChoice } from './devices.ts'

export interface UserSettings {
  readonly theme: 'system' | 'dark' | 'light'
  /** Key strokes that differ from the command table's, by command; an empty list: none. */
  readonly keys: Readonly<Partial<Record<CommandId, readonly string[]>>>
  /** Sizes and visibility of panels: the page's own business, kept as it gave it. */
  readonly layout: Readonly<Record<string, number | boolean | string>>
  /** Ways of showing tracks and frames (trails, brightness …), kept as the page gave them. */
  readonly view: Readonly<Record<string, number | boolean | string>>
  /** Hints that were dismissed. */
  readonly hintsDone: readonly string[]
  /** What fits run on. */
  readonly device: DeviceChoice
}

export const defaultSettings: UserSettings = { theme: 'system', keys: {}, layout: {}, view: {}, hintsDone: [], device: 'auto' }
