/** One coordinate of a position, in px: typed, or nudged with the arrow keys. What is shown is rounded; leaving it as it is changes nothing. */
import { useState } from 'react'

interface PositionFieldProps {
  readonly axis: 'x' | 'y'
  /** Null: the track has no place in this frame yet. */
  readonly value: number | null
  readonly disabled: boolean
  onCommit(value: number): void
}

export function PositionField({ axis, value, disabled, onCommit }: PositionFieldProps) {
  const shown = value === null ? '' : value.toFixed(2)
  /** Null while nothing is being typed. */
  const [typed, setTyped] = useState<string | null>(null)

  const commit = () => {
    const number = Number(typed?.replace(',', '.'))
    if (typed !== null && typed.trim() !== '' && Number.isFinite(number) && typed !== shown) onCommit(number)
    setTyped(null)
  }
  return (
    <label className="position-field">
      <span>{axis}</span>
      <input className="input" type="text" inputMode="decimal" aria-label={`Position ${axis}`} value={typed ?? shown} disabled={disabled} autoComplete="off"
        onChange={event => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={event => {
          if (event.key === 'Enter') commit()
          if (event.key === 'Escape') setTyped(null)
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
          event.preventDefault()
          event.stopPropagation()
          const by = (event.key === 'ArrowUp' ? 1 : -1) * (event.altKey ? 0.1 : 1)
          // From the exact value, so that a nudge moves by just that much.
          if (value !== null && typed === null) onCommit(value + by)
        }} />
    </label>
  )
}
