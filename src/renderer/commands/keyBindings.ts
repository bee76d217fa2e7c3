/**
 * Runs commands from the keyboard: one listener of the window. Keys that a control, a text field or an open dialog needs stay theirs.
 * Not here: strokes as text (strokes.ts), the table (shared/commands.ts), changing keys (KeysDialog.tsx).
 */
import { commandIds, commands, type CommandId } from '../../shared/commands.ts'
import { isEnabled, keysOf, runCommand } from './registry.ts'
import { readStroke, strokesOf, type PressedKey } from './strokes.ts'

export const isMac = /mac/i.test(typeof navigator === 'undefined' ? '' : navigator.platform)

/** Listens until the returned function is called. */
export function startKeyBindings(): () => void {
  window.addEventListener('keydown', hear)
  return () => window.removeEventListener('keydown', hear)
}

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector('dialog:modal')) return
  const target = event.target instanceof Element ? event.target : null
  if (keeps(target, event)) {
    // Escape leaves a text field; the next one reaches the studio.
    if (event.key === 'Escape' && target instanceof HTMLElement && isText(target)) target.blur()
    return
  }
  const id = commandOf(event)
  if (!id || (event.repeat && !commands[id].repeats)) {
    // A held key must not fall through to the browser (Space scrolls) where its first press did something.
    if (id) event.preventDefault()
    return
  }
  event.preventDefault()
  runCommand(id)
}

/** The command of a press, as the user has the keys; of several, the first that can be done now. */
export function commandOf(event: PressedKey, mac = isMac): CommandId | null {
  for (const stroke of strokesOf(event, mac)) {
    const id = commandIds.find(candidate => keysOf(candidate).includes(stroke) && isEnabled(candidate))
    if (id) return id
  }
  return null
}

/** Strokes that mean something in every text field. */
const editing = new Set(['Mod+A', 'Mod+C', 'Mod+V', 'Mod+X', 'Mod+Z', 'Mod+Y', 'Mod+Shift+Z', 'Mod+Shift+V'])
const moving = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'])
const pressing = 'button, summary, a[href], [role=button], [role=tab], [role=switch], [role=checkbox], input[type=checkbox], input[type=radio]'

const isText = (target: Element) =>
  target.matches('textarea, [contenteditable=""], [contenteditable=true]') || (target instanceof HTMLInputElement && !/^(checkbox|radio|range|button|color|file|submit)$/.test(target.type))

/** True when the control that has the focus wants the key itself. */
function keeps(target: Element | null, event: KeyboardEvent): boolean {
  if (!target) return false
  if (target.closest('[role=menu], [role=menubar]')) return true
  const mod = isMac ? event.metaKey : event.ctrlKey
  if (isText(target) || target instanceof HTMLSelectElement) {
    return !(mod && !strokesOf(event, isMac).some(stroke => editing.has(stroke)))
  }
  if (target instanceof HTMLInputElement && target.type === 'range') return moving.has(event.key) && !mod
  // A button reached by keyboard is pressed by Space and Enter; one that was clicked leaves them to the studio.
  return (event.key === ' ' || event.key === 'Enter') && !mod && target.matches(pressing) && target.matches(':focus-visible')
}

/** The first key of a command as people read it; undefined where it has none. */
export function keyHint(id: CommandId): string | undefined {
  const [first] = keysOf(id)
  return first === undefined ? undefined : readStroke(first, isMac)
}
