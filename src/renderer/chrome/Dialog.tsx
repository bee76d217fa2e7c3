/**
 * A modal dialog over the window. With `name` it is open while useApp.dialog says so; with `open` its owner decides. What is inside is
 * mounted only while it is open. Escape and the cross close it; focus goes back to where it was.
 */
import { X } from 'lucide-react'
import { useId, useLayoutEffect, useState, type ReactNode } from 'react'
import { openDialog, useApp, type DialogName } from '../state/appStore.ts'
import './dialog.css'
import { IconButton } from './IconButton.tsx'
import { PortalContext } from './portal.ts'

export interface DialogProps {
  readonly name?: DialogName
  readonly open?: boolean
  readonly title: string
  /** small: a question; medium: a form; large: lists. */
  readonly size?: 'small' | 'medium' | 'large'
  /** Buttons, the primary one last. */
  readonly footer?: ReactNode
  /** Said at the left of the footer. */
  readonly note?: ReactNode
  readonly children: ReactNode
  onClose?(): void
  /** Makes it a form: Enter in a field, or a button with `submit`. */
  onSubmit?(): void
}

export function Dialog({ name, open, ...rest }: DialogProps) {
  const current = useApp(state => state.dialog)
  const isOpen = open ?? (name !== undefined && current === name)
  const close = () => {
    if (name !== undefined && useApp.getState().dialog === name) openDialog(null)
    rest.onClose?.()
  }
  return isOpen ? <OpenDialog {...rest} onClose={close} /> : null
}

function OpenDialog({ title, size = 'medium', footer, note, children, onClose, onSubmit }: Omit<DialogProps, 'name' | 'open' | 'onClose'> & { onClose(): void }) {
  const [element, setElement] = useState<HTMLDialogElement | null>(null)
  const titleId = useId()

  useModal(element)

  const inside = (
    <>
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      <div className="dialog-body">
        {children}
      </div>
      {(footer || note) && (
        <footer className="dialog-foot">
          <div className="dialog-note">{note}</div>
          {footer}
        </footer>
      )}
    </>
  )
  return (
    <dialog
      ref={setElement}
      className={`dialog ${size}`}
      aria-labelledby={titleId}
      onCancel={event => {
        if (event.target !== event.currentTarget) return
        event.preventDefault()
        onClose()
      }}
      // The browser may close it without asking (a second Escape); a close that opening again overtook is past.
      onClose={event => {
        if (event.target === event.currentTarget && !event.currentTarget.open) onClose()
      }}
    >
      <PortalContext value={element}>
        {onSubmit ? (
          <form
            className="dialog-frame"
            noValidate
            onSubmit={event => {
              event.preventDefault()
              onSubmit()
            }}
          >
            {inside}
          </form>
        ) : (
          <div className="dialog-frame">{inside}</div>
        )}
      </PortalContext>
    </dialog>
  )
}

const focusable = 'input:not([type=hidden]), select, textarea, button, [tabindex="0"]'

/** Shows the element as a modal dialog while it is mounted; focus goes to [data-autofocus], else the first control of the body. */
export function useModal(element: HTMLDialogElement | null): void {
  useLayoutEffect(() => {
    if (!element) return
    const before = document.activeElement
    element.showModal()
    const first = ['[data-autofocus]', `.dialog-body :is(${focusable})`, '.button:is(.primary, .danger)'].map(find => element.querySelector<HTMLElement>(find)).find(Boolean)
    first?.focus()
    if (first instanceof HTMLInputElement && first.type === 'text') first.select()
    return () => {
      element.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [element])
}
