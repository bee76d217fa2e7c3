/** Where the picture lies on the canvas: clip px to CSS px and back, zoom at a place, fit. Pure. */
import type { Size } from '../../shared/units.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** CSS px of a clip px, and where the clip's corner (0, 0) lies on the canvas, CSS px. */
export interface Viewport {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const MAX_SCALE = 40
export const MIN_SCALE = 0.02
/** Room round the fitted picture, CSS px. */
const MARGIN = 16

export const toScreen = (view: Viewport, { x, y }: Point): Point => ({ x: x * view.scale + view.x, y: y * view.scale + view.y })
export const toClip = (view: Viewport, { x, y }: Point): Point => ({ x: (x - view.x) / view.scale, y: (y - view.y) / view.scale })

/** The whole picture in the middle of the canvas. */
export function fitted(clip: Size, canvas: Size): Viewport {
  const scale = clamped(Math.min((canvas.width - 2 * MARGIN) / clip.width, (canvas.height - 2 * MARGIN) / clip.height))
  return { scale, x: (canvas.width - clip.width * scale) / 2, y: (canvas.height - clip.height * scale) / 2 }
}

/** Zoomed so that the clip's place under `at` (CSS px) stays there. */
export function zoomedAt(view: Viewport, wanted: number, at: Point): Viewport {
  const scale = clamped(wanted)
  const place = toClip(view, at)
  return { scale, x: at.x - place.x * scale, y: at.y - place.y * scale }
}

/** The place `clip` (clip px) in the middle of the canvas. */
export function centredOn(view: Viewport, clip: Point, canvas: Size): Viewport {
  return { ...view, x: canvas.width / 2 - clip.x * view.scale, y: canvas.height / 2 - clip.y * view.scale }
}

/** Kept from being lost: some of the picture stays on the canvas. */
export function kept(view: Viewport, clip: Size, canvas: Size, least = 48): Viewport {
  const hold = (at: number, length: number, room: number) => Math.max(Math.min(least, room) - length, Math.min(room - Math.min(least, room), at))
  return { ...view, x: hold(view.x, clip.width * view.scale, canvas.width), y: hold(view.y, clip.height * view.scale, canvas.height) }
}

const clamped = (scale: number) => Math.max(MIN_SCALE, Math.min(MAX_SCALE, Number.isFinite(scale) ? scale : 1))
