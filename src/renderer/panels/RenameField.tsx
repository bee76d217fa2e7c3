/** A name being typed in place: Enter or leaving takes it, Escape gives it up. */
import { useEffect, useRef } from 'react'

/** `onDone` gets the new name, or null where it was given up or left empty; it is called once. */
export function RenameField({ value, onDone }: { readonly value: string; onDone(name: string | null): void }) {
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)

  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  const done = (name: string | null) => {
    if (isDone.current) return
    isDone.current = true
    onDone(name?.trim() || null)
  }
  return (
    <input ref={field} className="rename" aria-label={`New name of ${value}`} defaultValue={value} maxLength={200} spellCheck={false}
      onBlur={event => done(event.currentTarget.value)}
      onKeyDown={event => {
        // The keys of the list and of the studio are not meant while a name is typed.
        event.stopPropagation()
        if (event.key === 'Enter') done(event.currentTarget.value)
        if (event.key === 'Escape') done(null)
      }} />
  )
}
