/** Finds any command by any of its words and runs it. */
import { Command } from 'cmdk'
import { useState } from 'react'
import { commandIds, commands } from '../../shared/commands.ts'
import { useModal } from '../chrome/Dialog.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { labelOf } from './commandItems.ts'
import './commands.css'
import { matchOf } from './findCommands.ts'
import { isMac } from './keyBindings.ts'
import { isChecked, isEnabled, keysOf, runCommand } from './registry.ts'
import { readStroke } from './strokes.ts'

export function Palette() {
  const isOpen = useApp(state => state.dialog === 'palette')
  return isOpen ? <OpenPalette /> : null
}

function OpenPalette() {
  const [element, setElement] = useState<HTMLDialogElement | null>(null)
  const [search, setSearch] = useState('')
  useModal(element)
  // Those that cannot be done now come last, so that they can be found and their keys learnt.
  const found = commandIds
    .map(id => ({ id, match: id === 'palette.open' ? 0 : matchOf(id, search), enabled: isEnabled(id) }))
    .filter(({ match }) => match > 0)
    .toSorted((a, b) => Number(b.enabled) - Number(a.enabled) || b.match - a.match)
  return (
    <dialog
      ref={setElement}
      className="dialog palette"
      aria-label="Find a command"
      onCancel={event => {
        event.preventDefault()
        openDialog(null)
      }}
      onClick={event => {
        if (event.target === event.currentTarget) openDialog(null)
      }}
    >
      <Command label="Commands" shouldFilter={false} loop>
        <Command.Input className="palette-input" aria-label="Find a command" placeholder="Find a command" value={search} onValueChange={setSearch} data-autofocus />
        <Command.List className="palette-list" label="Commands">
          <Command.Empty className="palette-empty">No command has these words.</Command.Empty>
          {found.map(({ id, enabled }) => (
            <Command.Item
              key={id}
              value={id}
              disabled={!enabled}
              className="palette-item"
              onSelect={() => {
                openDialog(null)
                // After the palette is gone: a command may open a dialog, or need the focus where it was.
                setTimeout(() => runCommand(id))
              }}
            >
              <span className="palette-label">{labelOf(id)}</span>
              {isChecked(id) && <span className="secondary">on</span>}
              <span className="palette-menu secondary">{commands[id].menu}</span>
              <span className="palette-keys">
                {keysOf(id).map(stroke => (
                  <kbd key={stroke}>{readStroke(stroke, isMac)}</kbd>
                ))}
              </span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </dialog>
  )
}
