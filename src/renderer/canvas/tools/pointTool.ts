/**
 * Adding points: a click adds one at once; from the keyboard Enter adds one at the crosshair, which Alt with the arrow keys moves. Not here:
 * the preview of the track under the pointer (hoverPreview.ts).
 */
import type { Point } from '../viewport.ts'
import { arrowStep, insideClip, movedBeyondClick, type CanvasTool, type Draft, type ToolHost, type ToolKey, type ToolPointer } from './tool.ts'

/** CSS px that an arrow key moves the crosshair; with Shift one px of the clip. */
const STRIDE = 10

export class PointTool implements CanvasTool {
  readonly cursor = 'crosshair'
  readonly draft: Draft = {}
  readonly #host: ToolHost
  #pressed: ToolPointer | null = null
  #crosshair: Point | null = null

  constructor(host: ToolHost) {
    this.#host = host
  }

  /** Where Enter would add; null until the keyboard is used. */
  get crosshair(): Point | null {
    return this.#crosshair
  }

  down(pointer: ToolPointer): void {
    this.#pressed = pointer
  }

  move(pointer: ToolPointer): void {
    if (this.#pressed && movedBeyondClick(this.#pressed.screen, pointer.screen)) this.#pressed = null
    if (this.#crosshair) {
      this.#crosshair = null
      this.#host.changed()
    }
  }

  up(pointer: ToolPointer): void {
    this.move(pointer)
    if (this.#pressed) this.#add(this.#pressed)
    this.#pressed = null
  }

  key({ key, shift, alt }: ToolKey): boolean {
    const { clip, scale } = this.#host
    const at = this.#crosshair ?? { x: clip.width / 2, y: clip.height / 2 }
    if (key === 'Enter') {
      this.#crosshair = at
      this.#add(at)
      return true
    }
    const step = arrowStep(key)
    if (!step || !alt) return false
    const size = shift ? 1 : STRIDE / scale
    const hold = (value: number, length: number) => Math.max(0, Math.min(length - 0.5, value))
    this.#crosshair = { x: hold(at.x + step.x * size, clip.width), y: hold(at.y + step.y * size, clip.height) }
    this.#host.changed()
    return true
  }

  cancel(): boolean {
    const busy = this.#crosshair !== null || this.#pressed !== null
    this.#crosshair = null
    this.#pressed = null
    if (busy) this.#host.changed()
    return busy
  }

  #add({ x, y }: Point): void {
    if (!insideClip({ x, y }, this.#host.clip)) return this.#host.say('Click inside the picture.')
    void this.#host.add([{ x, y }])
  }
}
