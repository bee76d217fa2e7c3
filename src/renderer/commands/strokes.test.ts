import { expect, test } from 'vitest'
import { commandIds, commands } from '../../shared/commands.ts'
import { parseStroke, readStroke, strokesOf, type PressedKey } from './strokes.ts'

const press = (key: string, code: string, held = ''): PressedKey => ({
  key, code, ctrlKey: held.includes('ctrl'), metaKey: held.includes('meta'), altKey: held.includes('alt'), shiftKey: held.includes('shift'),
})

test.each([
  ['a letter', press('k', 'KeyK'), ['K']],
  ['a letter under Caps Lock', press('K', 'KeyK'), ['K']],
  ['Shift and a letter', press('M', 'KeyM', 'shift'), ['Shift+M']],
  ['Shift and a letter under Caps Lock', press('m', 'KeyM', 'shift'), ['Shift+M']],
  ['Ctrl, Shift and a letter', press('Z', 'KeyZ', 'ctrl shift'), ['Mod+Shift+Z']],
  ['the letter A of a French keyboard, where Q is on others', press('a', 'KeyQ'), ['A']],
  ['the key of K under a Russian layout', press('л', 'KeyK', 'ctrl'), ['Mod+K']],
  ['a comma', press(',', 'Comma'), [',']],
  ['a comma with Ctrl', press(',', 'Comma', 'ctrl'), ['Mod+,']],
  ['a question mark, by what it types', press('?', 'Slash', 'shift'), ['?']],
  ['a question mark of a German keyboard', press('?', 'Minus', 'shift'), ['?']],
  ['plus', press('+', 'Equal', 'shift'), ['+']],
  ['plus of the number pad', press('+', 'NumpadAdd'), ['+']],
  ['a digit', press('4', 'Digit4'), ['4']],
  ['Alt and a digit', press('1', 'Digit1', 'alt'), ['Alt+1']],
  ['a digit key of a French keyboard', press('&', 'Digit1'), ['1', '&']],
  ['an equals sign of a German keyboard, on the key of 0', press('=', 'Digit0', 'shift'), ['Shift+0', '=']],
  ['a backslash by AltGr', press('\\', 'Minus', 'ctrl alt'), ['\\']],
  ['Space', press(' ', 'Space'), ['Space']],
  ['Shift and Space', press(' ', 'Space', 'shift'), ['Shift+Space']],
  ['an arrow with Shift', press('ArrowRight', 'ArrowRight', 'shift'), ['Shift+ArrowRight']],
  ['Enter of the number pad with Ctrl', press('Enter', 'NumpadEnter', 'ctrl'), ['Mod+Enter']],
  ['a modifier alone', press('Control', 'ControlLeft', 'ctrl'), []],
  ['the Windows key', press('k', 'KeyK', 'meta'), []],
])('%s', (_name, event, strokes) => expect(strokesOf(event, false)).toEqual(strokes))

test.each([
  ['Cmd is Mod', press('k', 'KeyK', 'meta'), ['Mod+K']],
  ['Ctrl is not', press('k', 'KeyK', 'ctrl'), []],
  ['Alt and a digit types a sign, and is the digit still', press('¡', 'Digit1', 'alt'), ['Alt+1', 'Alt+¡']],
])('on a Mac, %s', (_name, event, strokes) => expect(strokesOf(event, true)).toEqual(strokes))

test.each([
  ['Mod+Shift+Z', 'Ctrl+Shift+Z', '⇧⌘Z'],
  ['ArrowLeft', '←', '←'],
  ['+', '+', '+'],
  ['Mod++', 'Ctrl++', '⌘+'],
  ['Escape', 'Esc', 'Esc'],
])('%s reads as %s, on a Mac as %s', (stroke, text, macText) => {
  expect(readStroke(stroke, false)).toBe(text)
  expect(readStroke(stroke, true)).toBe(macText)
})

test('every key of the command table is one that a press can give', () => {
  const codes: Readonly<Record<string, string>> = { ',': 'Comma', '.': 'Period', '?': 'Slash', '+': 'Equal', '=': 'Equal', '-': 'Minus', '[': 'BracketLeft', ']': 'BracketRight', '`': 'Backquote', '\\': 'Backslash' }
  for (const id of commandIds) {
    for (const stroke of commands[id].keys) {
      const { modifiers, key } = parseStroke(stroke)
      const code = /^[A-Z]$/.test(key) ? `Key${key}` : /^[0-9]$/.test(key) ? `Digit${key}` : (codes[key] ?? key)
      const held = `${modifiers.includes('Mod') ? 'ctrl ' : ''}${modifiers.includes('Alt') ? 'alt ' : ''}${modifiers.includes('Shift') ? 'shift' : ''}`
      expect(strokesOf(press(key === 'Space' ? ' ' : key, code, held), false), `${id}: ${stroke}`).toContain(stroke)
    }
  }
})

test('no key of the command table does two things', () => {
  const taken = commandIds.flatMap(id => commands[id].keys)
  expect(taken.filter((stroke, at) => taken.indexOf(stroke) !== at)).toEqual([])
})
