/**
 * The pointer, wheel and keys over the canvas: panning, zooming, stepping, and everything else to the tool at work. Not here: what tools do
 * (tools/), commands with keys of their own (canvasCommands.ts).
 */
import { runCommand } from '../commands/registry.ts'
import { currentDocument } from '../state/documentStore.ts'
import { showFrame, useView } from '../state/viewStore.ts'
import type { CanvasView } from './CanvasView.ts'
import { arrowStep, insideClip, type ToolPointer } from './tools/tool.ts'
import { toClip, type Point } from './viewport.ts'

/** Wheel travel of one frame with Alt, px. */
const STEP_TRAVEL = 40
const WHEEL_ZOOM = 0.0018
const PINCH_ZOOM = 0.012
const LINE_PX = 16

/** Listens until the returned function is called. */
export function startCanvasInput(canvas: CanvasView): () => void {
  const { container } = canvas
  let panning: { readonly from: Point; readonly x: number; readonly y: number } | null = null
  let pressed = false
  let travel = 0

  const screenOf = (event: MouseEvent): Point => {
    const box = container.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const pointerOf = (event: MouseEvent): ToolPointer => {
    const screen = screenOf(event)
    return { ...toClip(canvas.view, screen), screen, shift: event.shiftKey }
  }

  function down(event: PointerEvent): void {
    if (!currentDocument() || event.target instanceof HTMLButtonElement) return
    const hand = event.button === 1 || (event.button === 0 && event.altKey)
    if (!hand && event.button !== 0) return
    container.setPointerCapture(event.pointerId)
    if (hand) {
      panning = { from: screenOf(event), x: canvas.view.x, y: canvas.view.y }
      container.style.cursor = 'grabbing'
      // The middle button would scroll.
      event.preventDefault()
    } else {
      pressed = true
      canvas.tool.down(pointerOf(event))
    }
  }

  function move(event: PointerEvent): void {
    const pointer = pointerOf(event)
    const inside = insideClip(pointer, canvas.clip)
    useView.setState({ pointer: inside ? { x: pointer.x, y: pointer.y } : null })
    if (panning) return canvas.setView({ ...canvas.view, x: panning.x + pointer.screen.x - panning.from.x, y: panning.y + pointer.screen.y - panning.from.y })
    canvas.tool.move(pointer)
    if (!pressed) point(pointer, inside)
  }

  /** What the pointer is over, while nothing is pressed. */
  function point(pointer: ToolPointer, inside: boolean): void {
    const { tool, hovered, hoverPreview, playing } = useView.getState()
    const key = tool === 'select' ? canvas.trackAt(pointer.screen) : null
    if (key !== hovered) useView.setState({ hovered: key })
    if (tool === 'select') container.style.cursor = key === null ? 'default' : 'move'
    const wanted = tool === 'point' && inside && hoverPreview && !playing
    canvas.hover.want(wanted ? { frame: canvas.frame, x: pointer.x, y: pointer.y } : null)
  }

  function up(event: PointerEvent): void {
    if (panning) {
      panning = null
      container.style.cursor = canvas.tool.cursor
    } else if (pressed && event.button === 0) {
      pressed = false
      canvas.tool.up(pointerOf(event))
    }
  }

  function lost(): void {
    panning = null
    if (pressed) canvas.tool.cancel()
    pressed = false
  }

  function leave(): void {
    useView.setState({ pointer: null, hovered: null })
    canvas.hover.want(null)
  }

  function wheel(event: WheelEvent): void {
    const document = currentDocument()
    if (!document) return
    event.preventDefault()
    const delta = (event.deltaY || event.deltaX) * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1)
    if (event.altKey) {
      travel += delta
      const steps = Math.trunc(travel / STEP_TRAVEL)
      travel -= steps * STEP_TRAVEL
      if (steps) showFrame(useView.getState().frame + steps, document.record.frameCount)
      return
    }
    const factor = Math.exp(-delta * (event.ctrlKey ? PINCH_ZOOM : WHEEL_ZOOM))
    canvas.zoomTo(canvas.view.scale * factor, screenOf(event))
  }

  function doubleClick(event: MouseEvent): void {
    if (canvas.tool.doubleClick) canvas.tool.doubleClick(pointerOf(event))
    else if (useView.getState().tool === 'select' && canvas.trackAt(screenOf(event)) !== null) runCommand('track.rename')
  }

  function key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || document.querySelector('dialog:modal')) return
    const { target } = event
    const elsewhere = target instanceof Element && target !== container && target !== document.body
    // Nudging works wherever the focus is, since tracks are chosen in lists and lanes too; but not out of a field.
    const nudge = event.altKey && arrowStep(event.key) !== null
    if (elsewhere && (!nudge || target.closest('input, textarea, select, [contenteditable], [role=slider], [role=menu], [role=tablist]'))) return
    if (canvas.tool.key?.({ key: event.key, shift: event.shiftKey, alt: event.altKey })) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  const keyUp = (event: KeyboardEvent) => canvas.tool.keyUp?.(event.key)
  // Letting go of Alt elsewhere ends a nudge too.
  const blur = () => canvas.tool.keyUp?.('Alt')

  container.addEventListener('pointerdown', down)
  container.addEventListener('pointermove', move)
  container.addEventListener('pointerup', up)
  container.addEventListener('lostpointercapture', lost)
  container.addEventListener('pointerleave', leave)
  container.addEventListener('dblclick', doubleClick)
  container.addEventListener('wheel', wheel, { passive: false })
  // Before the bindings of commands: a tool at work has the first word on its keys.
  window.addEventListener('keydown', key, { capture: true })
  window.addEventListener('keyup', keyUp)
  window.addEventListener('blur', blur)
  return () => {
    container.removeEventListener('pointerdown', down)
    container.removeEventListener('pointermove', move)
    container.removeEventListener('pointerup', up)
    container.removeEventListener('lostpointercapture', lost)
    container.removeEventListener('pointerleave', leave)
    container.removeEventListener('dblclick', doubleClick)
    container.removeEventListener('wheel', wheel)
    window.removeEventListener('keydown', key, { capture: true })
    window.removeEventListener('keyup', keyUp)
    window.removeEventListener('blur', blur)
  }
}
