/** The palette that opens from a swatch: the colours of tracks, and any other. Not here: the palette itself (shared/trackColours.ts). */
import { useEffect, useRef } from 'react'
import { trackColours } from '../../shared/trackColours.ts'

export interface ColourPopoverProps {
  /** The swatch that it opens from. */
  readonly anchor: HTMLElement
  readonly colour: string
  onChoose(colour: string): void
  onClose(): void
}

export function ColourPopover({ anchor, colour, onChoose, onClose }: ColourPopoverProps) {
  const popover = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const shown = popover.current!
    shown.showPopover()
    const at = anchor.getBoundingClientRect()
    shown.style.left = `${Math.min(at.left, window.innerWidth - shown.offsetWidth - 8)}px`
    shown.style.top = `${at.bottom + 4 + shown.offsetHeight > window.innerHeight ? at.top - 4 - shown.offsetHeight : at.bottom + 4}px`
    const current = shown.querySelector<HTMLElement>('[aria-pressed="true"]') ?? shown.querySelector<HTMLElement>('button')
    current?.focus()
  }, [anchor])

  const choose = (next: string) => {
    onChoose(next)
    popover.current?.hidePopover()
  }
  return (
    <div ref={popover} popover="auto" className="colour-popover" role="group" aria-label="Colour"
      onToggle={event => event.newState === 'closed' && onClose()}>
      {trackColours.map(name => (
        <button key={name} type="button" className="swatch" aria-label={name} aria-pressed={name === colour} style={{ background: name }} onClick={() => choose(name)} />
      ))}
      <label className="custom-colour">
        Other
        <input type="color" defaultValue={colour} onBlur={event => event.currentTarget.value !== colour && choose(event.currentTarget.value)} />
      </label>
    </div>
  )
}
