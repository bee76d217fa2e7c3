/** The one tooltip of the window: shown over any element that has `tip(…)` attributes, dialogs included. Mounted once, by App. */
import { useEffect, useRef } from 'react'

const DELAY_MS = 500

export function TooltipLayer() {
  const layer = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const box = layer.current!
    let timer = 0
    let owner: Element | null = null

    const hide = () => {
      clearTimeout(timer)
      owner = null
      if (box.matches(':popover-open')) box.hidePopover()
    }
    const show = () => {
      const text = owner?.getAttribute('data-tip')
      if (!owner?.isConnected || !text) return hide()
      box.replaceChildren(text)
      const keys = owner.getAttribute('data-tip-keys')
      if (keys) {
        const key = document.createElement('kbd')
        key.textContent = keys
        box.append(key)
      }
      box.showPopover()
      place(box, owner.getBoundingClientRect())
    }
    const aim = (target: EventTarget | null, delayMs: number) => {
      const next = target instanceof Element ? target.closest('[data-tip]') : null
      if (next === owner) return
      const wasOpen = box.matches(':popover-open')
      hide()
      owner = next
      // From one tooltip to the next there is no wait.
      if (next) timer = window.setTimeout(show, wasOpen ? 0 : delayMs)
    }
    const over = (event: PointerEvent) => aim(event.target, DELAY_MS)
    const focus = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) aim(event.target, DELAY_MS)
    }
    document.addEventListener('pointerover', over)
    document.addEventListener('focusin', focus)
    for (const kind of ['pointerdown', 'keydown', 'wheel', 'focusout'] as const) document.addEventListener(kind, hide, { passive: true, capture: true })
    return () => {
      hide()
      document.removeEventListener('pointerover', over)
      document.removeEventListener('focusin', focus)
      for (const kind of ['pointerdown', 'keydown', 'wheel', 'focusout'] as const) document.removeEventListener(kind, hide, { capture: true })
    }
  }, [])

  return <div ref={layer} className="tooltip" role="tooltip" popover="manual" />
}

/** Below its owner, or above where there is no room; inside the window. */
function place(box: HTMLElement, owner: DOMRect): void {
  const { width, height } = box.getBoundingClientRect()
  const left = Math.max(4, Math.min(innerWidth - width - 4, owner.left + (owner.width - width) / 2))
  const below = owner.bottom + 6
  box.style.left = `${Math.round(left)}px`
  box.style.top = `${Math.round(below + height + 4 > innerHeight ? owner.top - height - 6 : below)}px`
}
