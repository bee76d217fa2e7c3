/** The edge of a panel: dragged, or moved by arrow keys, it resizes it; double click puts it back. */
import { useRef } from 'react'
import { defaultLayout, panelLimits, resizePanel, useLayout, type PanelSide } from '../state/layoutStore.ts'

const names: Readonly<Record<PanelSide, string>> = { left: 'Width of the track list', right: 'Width of the inspector', bottom: 'Height of the timeline' }

export function Splitter({ side }: { side: PanelSide }) {
  const size = useLayout(state => state[side])
  const mark = useRef<{ at: number; size: number } | null>(null)
  const upright = side !== 'bottom'
  // A panel grows towards the picture.
  const sign = side === 'left' ? 1 : -1
  const at = (event: { clientX: number; clientY: number }) => (upright ? event.clientX : event.clientY)
  const [less, more] = upright ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
  const { min, max } = panelLimits[side]
  return (
    <div
      className={`splitter ${side}`}
      role="separator"
      aria-label={names[side]}
      aria-orientation={upright ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={event => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        mark.current = { at: at(event), size: useLayout.getState()[side] }
      }}
      onPointerMove={event => {
        if (mark.current) resizePanel(side, mark.current.size + sign * (at(event) - mark.current.at))
      }}
      onLostPointerCapture={() => {
        mark.current = null
      }}
      onDoubleClick={() => resizePanel(side, defaultLayout[side])}
      onKeyDown={event => {
        const by = event.key === less ? -1 : event.key === more ? 1 : 0
        if (!by) return
        event.preventDefault()
        // As it is, not as it was last drawn: keys may come faster.
        resizePanel(side, useLayout.getState()[side] + sign * by * (event.shiftKey ? 64 : 16))
      }}
    />
  )
}
