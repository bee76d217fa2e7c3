/** Every command with its keys, by menu; keys are changed by pressing others. */
import { Plus, RotateCcw, X } from 'lucide-react'
import { useState } from 'react'
import { commandIds, commands, menus, type CommandId } from '../../shared/commands.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { saveSettings } from '../state/session.ts'
import './commands.css'
import { matchOf } from './findCommands.ts'
import { isMac } from './keyBindings.ts'
import { strokesFor, takenBy, withKey, withReset, withoutKey, type UserKeys } from './keyChanges.ts'
import { readStroke, strokesOf } from './strokes.ts'

/** The key being changed: of which command, in whose place, and what was pressed where another command has it. */
interface Recording {
  readonly id: CommandId
  readonly instead: string | null
  readonly taken: { readonly stroke: string; readonly by: CommandId } | null
}

const save = (keys: UserKeys) => void saveSettings({ keys })
const read = (stroke: string) => readStroke(stroke, isMac)

export function KeysDialog() {
  const isOpen = useApp(state => state.dialog === 'keys')
  return isOpen ? <OpenKeys /> : null
}

function OpenKeys() {
  const keys = useApp(state => state.settings.keys)
  const [search, setSearch] = useState('')
  const [recording, setRecording] = useState<Recording | null>(null)
  const changed = Object.keys(keys).length
  const found = commandIds.filter(id => matchOf(id, search) > 0 || strokesFor(keys, id).some(stroke => read(stroke).toLowerCase() === search.trim().toLowerCase()))
  return (
    <Dialog
      name="keys"
      title="Keys"
      size="large"
      note={changed ? `${changed} ${changed === 1 ? 'command differs' : 'commands differ'} from the defaults` : 'Click a key to change it'}
      footer={
        <>
          <Button disabled={changed === 0} onClick={() => save({})}>
            Reset all
          </Button>
          <Button kind="primary" onClick={() => openDialog(null)}>
            Done
          </Button>
        </>
      }
    >
      <input className="input" type="search" aria-label="Search commands and keys" placeholder="Search by word or key" value={search} onChange={event => setSearch(event.target.value)} data-autofocus />
      <div className="keys-list">
        {menus.map(menu => {
          const own = found.filter(id => commands[id].menu === menu)
          if (own.length === 0) return null
          return (
            <section key={menu} aria-label={menu}>
              <h3>{menu}</h3>
              <ul>
                {own.map(id => (
                  <KeyRow key={id} id={id} keys={keys} recording={recording?.id === id ? recording : null} onRecord={setRecording} />
                ))}
              </ul>
            </section>
          )
        })}
        {found.length === 0 && <p className="secondary">No command has this word or key.</p>}
      </div>
    </Dialog>
  )
}

interface KeyRowProps {
  readonly id: CommandId
  readonly keys: UserKeys
  readonly recording: Recording | null
  onRecord(recording: Recording | null): void
}

function KeyRow({ id, keys, recording, onRecord }: KeyRowProps) {
  const { label } = commands[id]
  const strokes = strokesFor(keys, id)
  const adding = recording !== null && recording.instead === null
  return (
    <li className="keys-row" aria-label={label}>
      <span className="keys-label">{label}</span>
      <span className="keys-strokes">
        {strokes.map(stroke =>
          recording?.instead === stroke ? (
            <Recorder key={stroke} keys={keys} recording={recording} onRecord={onRecord} />
          ) : (
            <span key={stroke} className="keys-stroke">
              <button type="button" aria-label={`Change ${read(stroke)} of ${label}`} onClick={() => onRecord({ id, instead: stroke, taken: null })}>
                {read(stroke)}
              </button>
              <button type="button" className="keys-remove" aria-label={`Remove ${read(stroke)} from ${label}`} onClick={() => save(withoutKey(keys, id, stroke))}>
                <X size={12} aria-hidden />
              </button>
            </span>
          ),
        )}
        {adding ? (
          <Recorder keys={keys} recording={recording} onRecord={onRecord} />
        ) : (
          <IconButton icon={Plus} size={14} label={`Add a key to ${label}`} hint="Add a key" onClick={() => onRecord({ id, instead: null, taken: null })} />
        )}
        {keys[id] && <IconButton icon={RotateCcw} size={14} label={`Reset keys of ${label}`} hint="Reset" onClick={() => save(withReset(keys, id))} />}
      </span>
      {recording?.taken && (
        <div className="keys-conflict" role="alert">
          <span>
            {read(recording.taken.stroke)} is the key of “{commands[recording.taken.by].label}”.
          </span>
          <Button
            onClick={() => {
              save(withKey(keys, id, recording.taken!.stroke, recording.instead))
              onRecord(null)
            }}
          >
            Use it here instead
          </Button>
          <Button kind="quiet" onClick={() => onRecord(null)}>
            Leave it
          </Button>
        </div>
      )}
    </li>
  )
}

/** Takes the next press as the key. */
function Recorder({ keys, recording, onRecord }: Omit<KeyRowProps, 'id' | 'recording'> & { recording: Recording }) {
  const { id, instead, taken } = recording
  return (
    <button
      type="button"
      className="keys-recorder"
      aria-label={`Press the new key of ${commands[id].label}`}
      ref={element => element?.focus()}
      onKeyDown={event => {
        event.preventDefault()
        event.stopPropagation()
        if (event.key === 'Escape' && strokesOf(event, isMac)[0] === 'Escape' && id !== 'edit.cancel') return onRecord(null)
        const stroke = strokesOf(event, isMac).at(-1)
        if (stroke === undefined) return
        const by = takenBy(keys, stroke, id)
        if (by) return onRecord({ ...recording, taken: { stroke, by } })
        save(withKey(keys, id, stroke, instead))
        onRecord(null)
      }}
      onBlur={() => {
        if (!taken) onRecord(null)
      }}
    >
      {taken ? read(taken.stroke) : 'Press a key…'}
    </button>
  )
}
