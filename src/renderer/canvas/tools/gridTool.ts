/** Adding a grid: drag a rectangle, see its points, let go; from the keyboard Enter fills the whole picture. */
import { MOST_POINTS, pointsInRectangle } from '../fillPoints.ts'
import type { Point } from '../viewport.ts'
import { movedBeyondClick, type CanvasTool, type Draft, type ToolHost, type ToolKey, type ToolPointer } from './tool.ts'

export class GridTool implements CanvasTool {
  readonly cursor = 'crosshair'
  readonly #host: ToolHost
  #from: ToolPointer | null = null
  #to: ToolPointer | null = null

  constructor(host: ToolHost) {
    this.#host = host
  }

  get draft(): Draft {
    if (!this.#from || !this.#to) return {}
    return { band: [this.#from, this.#to], points: this.#points(this.#from, this.#to).slice(0, MOST_POINTS) }
  }

  down(pointer: ToolPointer): void {
    this.#from = pointer
    this.#to = null
  }

  move(pointer: ToolPointer): void {
    if (!this.#from || (!this.#to && !movedBeyondClick(this.#from.screen, pointer.screen))) return
    this.#to = pointer
    const { length } = this.#points(this.#from, pointer)
    this.#host.say(length === 1 ? '1 point' : `${length.toLocaleString('en')} points, ${this.#host.spacing} px apart`)
    this.#host.changed()
  }

  up(pointer: ToolPointer): void {
    this.move(pointer)
    const [from, to] = [this.#from, this.#to]
    this.cancel()
    if (from && to) this.#add(this.#points(from, to))
  }

  key({ key }: ToolKey): boolean {
    if (key !== 'Enter' || this.#from) return false
    const { width, height } = this.#host.clip
    this.#add(this.#points({ x: 0, y: 0 }, { x: width, y: height }))
    return true
  }

  cancel(): boolean {
    const busy = this.#from !== null
    this.#from = null
    this.#to = null
    if (busy) {
      this.#host.say(null)
      this.#host.changed()
    }
    return busy
  }

  #points(a: Point, b: Point): Point[] {
    return pointsInRectangle(a, b, this.#host.spacing, this.#host.clip)
  }

  #add(points: readonly Point[]): void {
    if (points.length > MOST_POINTS) return this.#host.say(`${points.length.toLocaleString('en')} points are too many at once (at most ${MOST_POINTS.toLocaleString('en')}). Choose a wider spacing.`)
    if (points.length) void this.#host.add(points)
  }
}
