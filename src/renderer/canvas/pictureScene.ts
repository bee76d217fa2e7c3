/** The picture under the tracks: the frame with its tones, onion skin, overlay, pixel grid. Not here: getting frames (frames/). */
import { applyTone, isPlain, toneTable, type Tone } from '../frames/tone.ts'
import type { Size } from '../../shared/units.ts'
import type { Viewport } from './viewport.ts'

export interface PictureLook {
  readonly view: Viewport
  readonly clip: Size
  readonly canvas: Size
  readonly pixelRatio: number
  readonly tone: Tone
  /** Neighbouring frames to blend in. */
  readonly onion: readonly ImageBitmap[]
  readonly overlay: ImageBitmap | null
  readonly overlayOpacity: number
}

/** From this many device px on, a pixel of the clip is shown as one. */
const PIXELS_FROM = 3
/** CSS px of a clip px from which the grid between pixels is drawn. */
const GRID_FROM = 12

export class PictureScene {
  #toned: { readonly of: ImageBitmap; readonly table: Uint8ClampedArray; readonly canvas: OffscreenCanvas } | null = null
  #table: { readonly tone: Tone; readonly values: Uint8ClampedArray } | null = null

  /** The context's unit is CSS px. */
  draw(ctx: CanvasRenderingContext2D, bitmap: ImageBitmap | null, look: PictureLook): void {
    const { view, clip } = look
    const [width, height] = [clip.width * view.scale, clip.height * view.scale]
    ctx.save()
    // Whole pixels of the clip: no blur that was not in the video.
    ctx.imageSmoothingEnabled = view.scale * look.pixelRatio < PIXELS_FROM
    ctx.imageSmoothingQuality = view.scale * look.pixelRatio < 1 ? 'medium' : 'low'
    if (bitmap) ctx.drawImage(this.toned(bitmap, look.tone), view.x, view.y, width, height)
    for (const neighbour of look.onion) {
      ctx.globalAlpha = 0.3
      ctx.drawImage(neighbour, view.x, view.y, width, height)
    }
    if (look.overlay) {
      ctx.globalAlpha = look.overlayOpacity
      ctx.drawImage(look.overlay, view.x, view.y, width, height)
    }
    ctx.globalAlpha = 1
    if (view.scale >= GRID_FROM) drawGrid(ctx, look)
    ctx.restore()
  }

  /** The bitmap as it is drawn. */
  toned(bitmap: ImageBitmap, tone: Tone): CanvasImageSource {
    if (isPlain(tone)) return bitmap
    const table = this.#tableOf(tone)
    if (this.#toned?.of === bitmap && this.#toned.table === table) return this.#toned.canvas
    const canvas = this.#toned?.canvas.width === bitmap.width && this.#toned.canvas.height === bitmap.height ? this.#toned.canvas : new OffscreenCanvas(bitmap.width, bitmap.height)
    const ctx = canvas.getContext('2d', { willReadFrequently: true })
    if (!ctx) return bitmap
    ctx.drawImage(bitmap, 0, 0)
    const pixels = ctx.getImageData(0, 0, bitmap.width, bitmap.height)
    applyTone(pixels.data, table)
    ctx.putImageData(pixels, 0, 0)
    this.#toned = { of: bitmap, table, canvas }
    return canvas
  }

  #tableOf(tone: Tone): Uint8ClampedArray {
    const { brightness, contrast, gamma } = tone
    const known = this.#table?.tone
    if (!known || known.brightness !== brightness || known.contrast !== contrast || known.gamma !== gamma) {
      this.#table = { tone: { brightness, contrast, gamma }, values: toneTable(tone) }
    }
    return this.#table!.values
  }
}

function drawGrid(ctx: CanvasRenderingContext2D, { view, clip, canvas, pixelRatio }: PictureLook): void {
  const first = (at: number) => Math.max(0, Math.ceil(-at / view.scale))
  const last = (at: number, room: number, length: number) => Math.min(length, Math.floor((room - at) / view.scale))
  // On device pixels, so that lines are thin.
  const crisp = (at: number) => (Math.round(at * pixelRatio) + 0.5) / pixelRatio
  const [top, bottom] = [Math.max(0, view.y), Math.min(canvas.height, view.y + clip.height * view.scale)]
  const [left, right] = [Math.max(0, view.x), Math.min(canvas.width, view.x + clip.width * view.scale)]
  ctx.beginPath()
  for (let i = first(view.x); i <= last(view.x, canvas.width, clip.width); i++) {
    ctx.moveTo(crisp(view.x + i * view.scale), top)
    ctx.lineTo(crisp(view.x + i * view.scale), bottom)
  }
  for (let j = first(view.y); j <= last(view.y, canvas.height, clip.height); j++) {
    ctx.moveTo(left, crisp(view.y + j * view.scale))
    ctx.lineTo(right, crisp(view.y + j * view.scale))
  }
  ctx.lineWidth = 1 / pixelRatio
  ctx.strokeStyle = 'rgba(128, 128, 128, 0.35)'
  ctx.stroke()
}
