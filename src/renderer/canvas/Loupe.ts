/** A magnifier in the corner: the pixels round the pointer (or the point that is dragged) 8 times as large, with their grid and a cross. */
import type { Point } from './viewport.ts'

/** CSS px. */
const SIDE = 168
const ZOOM = 8

export class Loupe {
  readonly element: HTMLCanvasElement

  constructor() {
    this.element = document.createElement('canvas')
    this.element.className = 'loupe'
    this.element.setAttribute('aria-hidden', 'true')
    this.element.hidden = true
  }

  /** `at`: clip px in the middle; null hides it. `mark`: a colour for the point in the middle. */
  draw(picture: CanvasImageSource | null, at: Point | null, pixelRatio: number, mark: string | null): void {
    this.element.hidden = !picture || !at
    if (!picture || !at) return
    const side = Math.round(SIDE * pixelRatio)
    if (this.element.width !== side) this.element.width = this.element.height = side
    const ctx = this.element.getContext('2d')
    if (!ctx) return
    ctx.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    ctx.clearRect(0, 0, SIDE, SIDE)
    ctx.imageSmoothingEnabled = false
    const half = SIDE / 2
    const [left, top] = [half - at.x * ZOOM, half - at.y * ZOOM]
    const span = SIDE / ZOOM
    // Only what is seen: the part of the picture round the place.
    const [x0, y0] = [Math.floor(at.x - span / 2), Math.floor(at.y - span / 2)]
    const count = Math.ceil(span) + 1
    ctx.drawImage(picture, x0, y0, count, count, left + x0 * ZOOM, top + y0 * ZOOM, count * ZOOM, count * ZOOM)
    ctx.beginPath()
    for (let k = 0; k <= count; k++) {
      ctx.moveTo(left + (x0 + k) * ZOOM, 0)
      ctx.lineTo(left + (x0 + k) * ZOOM, SIDE)
      ctx.moveTo(0, top + (y0 + k) * ZOOM)
      ctx.lineTo(SIDE, top + (y0 + k) * ZOOM)
    }
    ctx.lineWidth = 1
    ctx.strokeStyle = 'rgba(128, 128, 128, 0.28)'
    ctx.stroke()
    ctx.beginPath()
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ctx.moveTo(half + dx * 5, half + dy * 5)
      ctx.lineTo(half + dx * half, half + dy * half)
    }
    ctx.lineWidth = 3
    ctx.strokeStyle = 'rgba(8, 10, 12, 0.55)'
    ctx.stroke()
    ctx.lineWidth = 1
    ctx.strokeStyle = mark ?? '#f2f4f6'
    ctx.stroke()
  }
}
