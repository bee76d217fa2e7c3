/** One of a few ways, each with a sentence that says what it is: radio buttons as cards. */
import { useId } from 'react'
import './dialogs.css'

export interface Choice<T extends string> {
  readonly value: T
  readonly label: string
  readonly text: string
  /** At the right: a time, an extension. */
  readonly aside?: string
  /** Why it cannot be chosen: it is shown, and off. */
  readonly problem?: string | null
}

interface ChoiceListProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly choices: readonly Choice<T>[]
  onChange(value: T): void
}

export function ChoiceList<T extends string>({ label, value, choices, onChange }: ChoiceListProps<T>) {
  const name = useId()
  return (
    <div className="choices" role="radiogroup" aria-label={label}>
      {choices.map(choice => (
        <label key={choice.value} className="choice">
          <input type="radio" name={name} checked={choice.value === value} disabled={Boolean(choice.problem)} aria-describedby={`${name}-${choice.value}`} aria-label={choice.label} onChange={() => onChange(choice.value)} />
          <span className="choice-label">{choice.label}</span>
          {choice.aside && <span className="secondary choice-aside">{choice.aside}</span>}
          <span id={`${name}-${choice.value}`} className="secondary choice-text">
            {choice.text}
            {choice.problem && <span className="choice-problem">Cannot run here: {choice.problem}.</span>}
          </span>
        </label>
      ))}
    </div>
  )
}
