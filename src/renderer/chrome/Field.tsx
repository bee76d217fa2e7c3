/** Named inputs: text, numbers, a tick. Field lays a name over any control and says what is wrong with it. */
import { useId, useState, type ReactNode } from 'react'
import './controls.css'

export interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong with what was entered. */
  readonly error?: string | null
  /** Gets the id that ties the name to the control. */
  children(ids: { readonly id: string; readonly describedBy: string | undefined }): ReactNode
  /** Name at the left of the control instead of above it. */
  readonly inline?: boolean
}

export function Field({ label, hint, error, children, inline }: FieldProps) {
  const id = useId()
  const described = error || hint ? `${id}-hint` : undefined
  return (
    <div className={inline ? 'field inline' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: described })}
      {described && (
        <div id={described} className={error ? 'field-error' : 'field-hint'} role={error ? 'alert' : undefined}>
          {error || hint}
        </div>
      )}
    </div>
  )
}

interface TextFieldProps {
  readonly label: string
  readonly value: string
  onChange(value: string): void
  readonly hint?: ReactNode
  readonly error?: string | null
  readonly placeholder?: string
  readonly inline?: boolean
  readonly disabled?: boolean
}

export function TextField({ label, value, onChange, hint, error, placeholder, inline, disabled }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} inline={inline}>
      {({ id, describedBy }) => (
        <input
          id={id}
          className="input"
          type="text"
          value={value}
          placeholder={placeholder}
          disabled={disabled}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          spellCheck={false}
          autoComplete="off"
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  /** Called with whole entries only: on Enter, on leaving, on the arrow keys. */
  onCommit(value: number): void
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly unit?: string
  readonly digits?: number
  readonly inline?: boolean
  readonly disabled?: boolean
}

/** A number as text with tabular figures: half-typed entries are kept until they are whole; Escape takes them back. */
export function NumberField({ label, value, onCommit, min = -Infinity, max = Infinity, step = 1, unit, digits = 0, inline, disabled }: NumberFieldProps) {
  const shown = Number.isFinite(value) ? value.toFixed(digits) : ''
  const [text, setText] = useState(shown)
  // The value changed elsewhere: what was typed meanwhile gives way.
  const [before, setBefore] = useState(shown)
  if (shown !== before) {
    setBefore(shown)
    setText(shown)
  }
  const commit = (next: number) => {
    const inside = Math.min(max, Math.max(min, next))
    if (!Number.isFinite(next) || text.trim() === '') return setText(shown)
    setText(inside.toFixed(digits))
    if (inside !== value) onCommit(inside)
  }
  return (
    <Field label={label} inline={inline}>
      {({ id }) => (
        <span className="number-input">
          <input
            id={id}
            className="input"
            type="text"
            inputMode="decimal"
            value={text}
            disabled={disabled}
            autoComplete="off"
            onChange={event => setText(event.target.value)}
            onBlur={() => {
              // What is shown is rounded: leaving it as it is must not move the value.
              if (text !== shown) commit(Number(text.replace(',', '.')))
            }}
            onKeyDown={event => {
              if (event.key === 'Enter' && text !== shown) commit(Number(text.replace(',', '.')))
              else if (event.key === 'Escape') setText(shown)
              else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
                event.preventDefault()
                commit(Number(text.replace(',', '.')) + (event.key === 'ArrowUp' ? step : -step) * (event.shiftKey ? 10 : 1))
              }
            }}
          />
          {unit && <span className="unit">{unit}</span>}
        </span>
      )}
    </Field>
  )
}

interface CheckboxProps {
  readonly label: string
  readonly checked: boolean
  onChange(checked: boolean): void
  readonly hint?: ReactNode
  readonly disabled?: boolean
}

export function Checkbox({ label, checked, onChange, hint, disabled }: CheckboxProps) {
  const id = useId()
  return (
    <div className="checkbox">
      <input id={id} type="checkbox" checked={checked} disabled={disabled} aria-describedby={hint ? `${id}-hint` : undefined} onChange={event => onChange(event.target.checked)} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <div id={`${id}-hint`} className="field-hint">
          {hint}
        </div>
      )}
    </div>
  )
}
