/**
 * Key strokes as text, as the command table and the settings have them: 'Mod+Shift+Z', 'Space', '?'. Letters and digits name keys and
 * say Shift; other characters are what is typed, whatever keys that takes on this keyboard. Not here: what strokes do (keyBindings.ts).
 */

/** What of a KeyboardEvent matters. */
export interface PressedKey {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const modifiers = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'NumLock', 'OS', 'Fn', 'Dead', 'Process', 'Unidentified'])

/**
 * The strokes that a press stands for, the most telling first: Shift+1 may be bound as such or as the character it types. None for
 * modifiers alone, and for the modifier of the other platform (Ctrl on a Mac, the Windows key elsewhere).
 */
export function strokesOf(event: PressedKey, mac: boolean): string[] {
  const { key, code, altKey, shiftKey } = event
  const mod = mac ? event.metaKey : event.ctrlKey
  if (mac ? event.ctrlKey : event.metaKey) return []
  // AltGr types characters; on Windows it reads as Ctrl+Alt.
  const typed = [...key].length === 1 && key !== ' '
  const altGr = mod && altKey && typed && !/^[a-z0-9]$/i.test(key)
  const head = altGr ? '' : `${mod ? 'Mod+' : ''}${altKey ? 'Alt+' : ''}`
  const withShift = (name: string) => `${head}${shiftKey ? 'Shift+' : ''}${name}`

  const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : keyOfOtherScript(key, code)
  if (letter) return [withShift(letter)]
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1]
  if (digit && typed) {
    const strokes = [withShift(digit), `${head}${key}`]
    return strokes.filter((stroke, at) => strokes.indexOf(stroke) === at)
  }
  if (typed) return [`${head}${key}`]
  if (key === ' ' || code === 'Space') return [withShift('Space')]
  return modifiers.has(key) ? [] : [withShift(key)]
}

/** Under a Cyrillic or Greek layout, and with Alt on a Mac, a letter's key still counts as that letter. */
function keyOfOtherScript(key: string, code: string): string | undefined {
  const place = /^Key([A-Z])$/.exec(code)?.[1]
  return place && (key.length !== 1 || key.charCodeAt(0) > 127) && !modifiers.has(key) ? place : undefined
}

export interface StrokeParts {
  readonly modifiers: readonly string[]
  readonly key: string
}

/** 'Mod++' is Mod and the character '+'. */
export function parseStroke(stroke: string): StrokeParts {
  const parts = stroke.endsWith('+') ? [...stroke.slice(0, -1).split('+').filter(Boolean), '+'] : stroke.split('+')
  return { modifiers: parts.slice(0, -1), key: parts.at(-1)! }
}

const named: Readonly<Record<string, string>> = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del', PageUp: 'Page Up', PageDown: 'Page Down', '-': '−',
}
const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' }

/** As people read it: "Ctrl+Shift+Z", on a Mac "⇧⌘Z". */
export function readStroke(stroke: string, mac: boolean): string {
  const { modifiers: held, key } = parseStroke(stroke)
  const name = named[key] ?? key
  if (!mac) return [...held.map(part => (part === 'Mod' ? 'Ctrl' : part)), name].join('+')
  const order = ['Alt', 'Shift', 'Mod']
  return [...order.filter(part => held.includes(part)).map(part => macSigns[part]), name].join('')
}
