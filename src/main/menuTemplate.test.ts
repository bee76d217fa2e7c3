import { describe, expect, test } from 'vitest'
import { commandIds, type CommandId } from '../shared/commands.ts'
import { menuTemplate, type MenuEntry, type MenuInput } from './menuTemplate.ts'

const input: MenuInput = { platform: 'linux', keys: {}, recent: [] }
const flat = (entries: readonly MenuEntry[]): MenuEntry[] => entries.flatMap(entry => [entry, ...(entry.kind === 'menu' ? flat(entry.entries) : [])])
const labels = (entries: readonly MenuEntry[]) => entries.map(entry => (entry.kind === 'menu' ? entry.label : null))
const keysOf = (id: CommandId, more: Partial<MenuInput> = {}) => {
  const found = flat(menuTemplate({ ...input, ...more })).find(entry => entry.kind === 'command' && entry.id === id)
  return found?.kind === 'command' ? found.keys : undefined
}

describe.each(['linux', 'win32', 'darwin'] as const)('on %s', platform => {
  const menu = menuTemplate({ ...input, platform })
  test('every command stands in the menus once', () => {
    const ids = flat(menu).flatMap(entry => (entry.kind === 'command' ? [entry.id] : []))
    expect(ids.toSorted()).toEqual(commandIds.toSorted())
  })
  test('quitting and about are there once', () => {
    const roles = flat(menu).flatMap(entry => (entry.kind === 'role' ? [entry.role] : []))
    expect(roles.filter(role => role === 'quit' || role === 'about').toSorted()).toEqual(['about', 'quit'])
  })
})

test('macOS has its app menu first, with the settings; others begin with File', () => {
  const [app, file] = menuTemplate({ ...input, platform: 'darwin' })
  expect(labels([app, file])).toEqual(['Tapline', 'File'])
  expect(flat([app])).toContainEqual(expect.objectContaining({ id: 'settings.open' }))
  expect(labels(menuTemplate(input))).toEqual(['File', 'Edit', 'View', 'Track', 'Playback', 'Field', 'Window', 'Help'])
})

test('recent projects stand under File when there are some', () => {
  const entry = { name: 'Horse & rider', folder: '/p/horse' }
  expect(labels(flat(menuTemplate(input)))).not.toContain('Recent projects')
  expect(flat(menuTemplate({ ...input, recent: [entry] }))).toContainEqual({ kind: 'recent', entry })
})

test.each([
  ['edit.undo', 'CmdOrCtrl+Z'],
  ['project.new', 'CmdOrCtrl+Shift+N'],
  ['settings.open', 'CmdOrCtrl+,'],
  ['zoom.in', 'Plus'],
  ['frame.next', 'Right'],
  ['frame.next10', 'Shift+Right'],
  ['edit.cancel', 'Esc'],
  ['view.panels', '`'],
  ['help.keys', 'F1'],
  ['project.home', null],
] as const)('%s shows %s', (id, keys) => expect(keysOf(id)).toBe(keys))

test('keys that the user chose are shown, and none where there are none', () => {
  expect(keysOf('edit.undo', { keys: { 'edit.undo': ['Alt+Backspace'] } })).toBe('Alt+Backspace')
  expect(keysOf('edit.undo', { keys: { 'edit.undo': [] } })).toBeNull()
  expect(keysOf('zoom.in', { keys: { 'zoom.in': ['Mod++'] } })).toBe('CmdOrCtrl+Plus')
})

test('macOS leaves keys that are typed in text fields to the page', () => {
  expect(keysOf('play.toggle', { platform: 'darwin' })).toBeNull()
  expect(keysOf('keyframe.delete', { platform: 'darwin' })).toBeNull()
  expect(keysOf('edit.undo', { platform: 'darwin' })).toBe('CmdOrCtrl+Z')
})
