/** A small panel under a button: controls that stay open while they are used. Not for lists of things to do (Menu.tsx). */
import { Popover as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import './menu.css'
import { usePortal } from './portal.ts'

export interface PopoverProps {
  readonly label: string
  /** The button that opens it: takes props and a ref. */
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly align?: 'start' | 'center' | 'end'
  readonly side?: 'top' | 'bottom'
  readonly open?: boolean
  onOpenChange?(open: boolean): void
}

export function Popover({ label, trigger, children, align = 'start', side = 'bottom', open, onOpenChange }: PopoverProps) {
  const container = usePortal()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content className="popover" aria-label={label} align={align} side={side} sideOffset={4} collisionPadding={8}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
