/** A button of an icon alone; its name is said by its tooltip and to screen readers. Fit for triggers of menus. */
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import './controls.css'
import { tip } from './tip.ts'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label' | 'type'> {
  readonly icon: LucideIcon
  /** Its name. */
  readonly label: string
  /** Said in the tooltip instead of the name. */
  readonly hint?: string
  readonly keys?: string
  readonly pressed?: boolean
  readonly size?: number
}

export function IconButton({ icon: Icon, label, hint = label, keys, pressed, size = 16, disabled, className = '', onClick, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={disabled || undefined}
      {...tip(hint, keys)}
      onClick={event => {
        if (!disabled) onClick?.(event)
      }}
    >
      <Icon size={size} aria-hidden />
    </button>
  )
}
