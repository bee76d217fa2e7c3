/** Adding points in a polygon: click its corners; a double click, Enter, or a click on the first corner closes and fills it. */
import { MOST_POINTS, pointsInPolygon } from '../fillPoints.ts'
import type { Point } from '../viewport.ts'
import { CLICK_PX, type CanvasTool, type Draft, type ToolHost, type ToolKey, type ToolPointer } from './tool.ts'

/** A click this near to the first corner closes, CSS px. */
const CLOSE_PX = 8

export class PolygonTool implements CanvasTool {
  readonly cursor = 'crosshair'
  readonly #host: ToolHost
  #corners: ToolPointer[] = []
  #cursor: Point | null = null

  constructor(host: ToolHost) {
    this.#host = host
  }

  get draft(): Draft {
    if (!this.#corners.length) return {}
    const polygon = this.#cursor ? [...this.#corners, this.#cursor] : this.#corners
    return { polygon, points: pointsInPolygon(polygon, this.#host.spacing, this.#host.clip).slice(0, MOST_POINTS) }
  }

  down(): void {}

  move(pointer: ToolPointer): void {
    if (!this.#corners.length) return
    this.#cursor = pointer
    this.#host.changed()
  }

  up(pointer: ToolPointer): void {
    const near = (corner: ToolPointer | undefined, reach: number) =>
      corner !== undefined && Math.hypot(corner.screen.x - pointer.screen.x, corner.screen.y - pointer.screen.y) <= reach
    if (this.#corners.length >= 3 && near(this.#corners[0], CLOSE_PX)) return this.#close()
    // The second click of a double click is no corner of its own.
    if (!near(this.#corners.at(-1), CLICK_PX)) this.#corners.push(pointer)
    this.#host.changed()
  }

  doubleClick(): void {
    this.#close()
  }

  key({ key }: ToolKey): boolean {
    if (key === 'Backspace' && this.#corners.length) {
      this.#corners.pop()
      this.#host.changed()
      return true
    }
    if (key !== 'Enter' || !this.#corners.length) return false
    this.#close()
    return true
  }

  cancel(): boolean {
    const busy = this.#corners.length > 0
    this.#corners = []
    this.#cursor = null
    if (busy) this.#host.changed()
    return busy
  }

  #close(): void {
    const corners = this.#corners
    if (corners.length < 3) return this.#host.say('A region has at least three corners.')
    const points = pointsInPolygon(corners, this.#host.spacing, this.#host.clip)
    this.cancel()
    if (points.length > MOST_POINTS) return this.#host.say(`${points.length.toLocaleString('en')} points are too many at once (at most ${MOST_POINTS.toLocaleString('en')}). Choose a wider spacing.`)
    if (!points.length) return this.#host.say('The region is too small for a point at this spacing. Choose a narrower one.')
    void this.#host.add(points)
  }
}
