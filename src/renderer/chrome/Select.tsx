/** One of a few values: the browser's own list, with a name. */
import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import './controls.css'
import { Field } from './Field.tsx'

interface SelectProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string; readonly disabled?: boolean }[]
  onChange(value: T): void
  readonly hint?: ReactNode
  readonly inline?: boolean
  readonly disabled?: boolean
  /** The name is said but not shown. */
  readonly bare?: boolean
}

export function Select<T extends string>({ label, value, options, onChange, hint, inline, disabled, bare }: SelectProps<T>) {
  const control = (id?: string, describedBy?: string) => (
    <span className="select">
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-label={bare ? label : undefined}
        aria-describedby={describedBy}
        onChange={event => onChange(event.target.value as T)}
      >
        {options.map(option => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown size={14} aria-hidden />
    </span>
  )
  if (bare) return control()
  return (
    <Field label={label} hint={hint} inline={inline}>
      {({ id, describedBy }) => control(id, describedBy)}
    </Field>
  )
}
