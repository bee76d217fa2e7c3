/** A push button with words. Not here: buttons of an icon alone (IconButton.tsx). */
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import './controls.css'
import { tip } from './tip.ts'

export interface ButtonProps {
  readonly children: ReactNode
  readonly icon?: LucideIcon
  /** primary: the one thing to do here; danger: destroys something; quiet: no ground of its own. */
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet'
  readonly disabled?: boolean
  readonly pressed?: boolean
  /** Said when hovered: what it does, or why it is off. */
  readonly hint?: string
  readonly keys?: string
  readonly label?: string
  readonly submit?: boolean
  readonly className?: string
  onClick?(): void
}

export function Button({ children, icon: Icon, kind = 'plain', disabled, pressed, hint, keys, label, submit, className = '', onClick }: ButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={`button ${kind} ${className}`}
      // Not the attribute: a button that is off still says why when hovered or reached by keyboard.
      aria-disabled={disabled || undefined}
      aria-pressed={pressed}
      aria-label={label}
      {...tip(hint, keys)}
      onClick={event => {
        if (disabled) event.preventDefault()
        else onClick?.()
      }}
    >
      {Icon && <Icon size={14} aria-hidden />}
      {children}
    </button>
  )
}
