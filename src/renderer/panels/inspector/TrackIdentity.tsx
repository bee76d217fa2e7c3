/** Name, colour and notes of a track, each saved when it is left; notes also while typing rests. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { Eye, EyeOff, Lock, LockOpen } from 'lucide-react'
import { Field } from '../../chrome/Field.tsx'
import { IconButton } from '../../chrome/IconButton.tsx'
import type { ShownTrack } from '../../state/shownTrack.ts'
import { ColourPopover } from '../ColourPopover.tsx'
import { changeTracks } from '../trackCommands.ts'

export function TrackIdentity({ track: { record } }: { readonly track: ShownTrack }) {
  const { key, name, colour, hidden, locked, notes } = record
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  return (
    <div className="panel-section identity">
      <div className="identity-row">
        <button type="button" className="swatch large" aria-label={`Colour of ${name}`} style={{ background: colour }} onClick={event => setAnchor(event.currentTarget)} />
        <NameField key={`${key} ${name}`} name={name} onName={next => void changeTracks([key], { name: next })} />
        <IconButton icon={hidden ? EyeOff : Eye} size={14} label={hidden ? 'Show the track' : 'Hide the track'} onClick={() => void changeTracks([key], { hidden: !hidden })} />
        <IconButton icon={locked ? Lock : LockOpen} size={14} label={locked ? 'Unlock the track' : 'Lock the track'} pressed={locked} onClick={() => void changeTracks([key], { locked: !locked })} />
      </div>
      {locked && <p className="secondary small">Locked: nothing changes it until it is unlocked.</p>}
      <Notes key={key} trackKey={key} notes={notes} />
      {anchor && <ColourPopover anchor={anchor} colour={colour} onChoose={next => void changeTracks([key], { colour: next })} onClose={() => setAnchor(null)} />}
    </div>
  )
}

function NameField({ name, onName }: { readonly name: string; onName(name: string): void }) {
  const [text, setText] = useState(name)
  const commit = () => {
    const next = text.trim()
    if (next && next !== name) onName(next)
    else setText(name)
  }
  return (
    <input className="input" aria-label="Name" value={text} maxLength={200} spellCheck={false} onChange={event => setText(event.target.value)} onBlur={commit}
      onKeyDown={event => {
        if (event.key === 'Enter') commit()
        if (event.key === 'Escape') setText(name)
      }} />
  )
}

/** Typing rests this long before notes are saved, ms. */
const REST_MS = 800

function Notes({ trackKey, notes }: { readonly trackKey: number; readonly notes: string }) {
  /** Null while nothing is being typed: then notes are shown as they are, also after an undo. */
  const [typed, setTyped] = useState<string | null>(null)
  const unsaved = useRef<string | null>(null)
  const timer = useRef(0)

  const save = useCallback(async () => {
    clearTimeout(timer.current)
    const next = unsaved.current
    unsaved.current = null
    if (next === null) return
    await changeTracks([trackKey], { notes: next })
    if (unsaved.current === null) setTyped(null)
  }, [trackKey])
  // Another track may be selected before typing has rested: what was typed goes to the track that it was typed for.
  useEffect(() => () => void save(), [save])

  return (
    <Field label="Notes">
      {({ id }) => (
        <textarea id={id} className="input" rows={2} value={typed ?? notes} placeholder="What to know about this track" onBlur={() => void save()}
          onChange={event => {
            setTyped(event.target.value)
            unsaved.current = event.target.value
            clearTimeout(timer.current)
            timer.current = window.setTimeout(() => void save(), REST_MS)
          }} />
      )}
    </Field>
  )
}
