/**
 * The native menus as data, made from the command table, with the platform's own entries where people look for them. The
 * page runs the commands and hears their keys itself; menus show the keys. Not here: Electron's menu objects (appMenu.ts).
 */
import { commandIds, commands, menus, type CommandId, type MenuName } from '../shared/commands.ts'

export interface RecentEntry {
  readonly name: string
  readonly folder: string
}

export type MenuEntry =
  | { readonly kind: 'command'; readonly id: CommandId; readonly label: string; readonly keys: string | null }
  | { readonly kind: 'role'; readonly role: Role; readonly hidden?: boolean }
  | { readonly kind: 'recent'; readonly entry: RecentEntry }
  | { readonly kind: 'menu'; readonly label: string; readonly role?: 'window' | 'help'; readonly entries: readonly MenuEntry[] }
  | { readonly kind: 'separator' }

export type Role = 'about' | 'services' | 'hide' | 'hideOthers' | 'unhide' | 'quit' | 'close' | 'cut' | 'togglefullscreen' | 'toggleDevTools' | 'minimize' | 'zoom' | 'front'

export interface MenuInput {
  readonly platform: NodeJS.Platform
  /** Keys that the user changed. */
  readonly keys: Readonly<Partial<Record<CommandId, readonly string[]>>>
  readonly recent: readonly RecentEntry[]
}

const separator: MenuEntry = { kind: 'separator' }
const role = (name: Role): MenuEntry => ({ kind: 'role', role: name })

export function menuTemplate({ platform, keys, recent }: MenuInput): MenuEntry[] {
  const mac = platform === 'darwin'
  const command = (id: CommandId): MenuEntry => ({ kind: 'command', id, label: commands[id].label, keys: accelerator((keys[id] ?? commands[id].keys)[0], mac) })
  const menu = (name: MenuName): MenuEntry => {
    // On macOS settings stand in the app's own menu.
    const own = commandIds.filter(id => commands[id].menu === name && !(mac && id === 'settings.open')).map(command)
    return { kind: 'menu', label: name, ...(name === 'Help' && { role: 'help' as const }), entries: [...own, ...extras[name]] }
  }
  const recents: MenuEntry = { kind: 'menu', label: 'Recent projects', entries: recent.map(entry => ({ kind: 'recent', entry })) }
  const extras: Record<MenuName, readonly MenuEntry[]> = {
    File: [...(recent.length > 0 ? [recents] : []), separator, mac ? role('close') : role('quit')],
    // Text fields of macOS take their keys from the menu.
    Edit: mac ? [{ kind: 'role', role: 'cut', hidden: true }] : [],
    View: [separator, role('togglefullscreen')],
    Track: [],
    Playback: [],
    Field: [],
    Help: [separator, ...(mac ? [] : [role('about')]), role('toggleDevTools')],
  }
  const app: MenuEntry = { kind: 'menu', label: 'Tapline', entries: [role('about'), separator, command('settings.open'), separator, role('services'), separator, role('hide'), role('hideOthers'), role('unhide'), separator, role('quit')] }
  const window: MenuEntry = { kind: 'menu', label: 'Window', role: 'window', entries: [role('minimize'), role('zoom'), ...(mac ? [separator, role('front')] : [])] }
  return [...(mac ? [app] : []), ...menus.flatMap(name => (name === 'Help' ? [window, menu(name)] : [menu(name)]))]
}

const names: Readonly<Record<string, string>> = { Mod: 'CmdOrCtrl', ArrowLeft: 'Left', ArrowRight: 'Right', ArrowUp: 'Up', ArrowDown: 'Down', '+': 'Plus', Escape: 'Esc' }

/**
 * A key stroke of the command table as Electron writes it; null where there is none. On macOS a menu takes the keys that it
 * shows, so those that are letters in a text field are left to the page.
 */
function accelerator(stroke: string | undefined, mac: boolean): string | null {
  if (!stroke || (mac && !/^(Mod|Ctrl)\+|^F\d+$/.test(stroke))) return null
  // '+' is the last part of 'Mod++' too.
  const parts = stroke === '+' ? ['+'] : stroke.split(/\+(?=.)/)
  return parts.map(part => names[part] ?? part).join('+')
}
