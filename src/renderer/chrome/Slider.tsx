/** A value on a line, with its name and its figure; double click puts it back. */
import { useId, type CSSProperties } from 'react'
import './controls.css'

interface SliderProps {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  onChange(value: number): void
  /** Figure as people read it. */
  format?(value: number): string
  /** Where double click goes. */
  readonly reset?: number
  readonly disabled?: boolean
}

export function Slider({ label, value, min, max, step, onChange, format = String, reset, disabled }: SliderProps) {
  const id = useId()
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{format(value)}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        style={{ '--share': `${(100 * (value - min)) / (max - min)}%` } as CSSProperties}
        disabled={disabled}
        aria-valuetext={format(value)}
        onChange={event => onChange(Number(event.target.value))}
        onDoubleClick={() => reset !== undefined && onChange(reset)}
      />
    </div>
  )
}
