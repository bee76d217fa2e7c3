/**
 * A small anti-aliased rasteriser over an RGB frame: discs, rings and tapering lines in raster pixels. Shapes are given by their signed
 * distance; a pixel's coverage is 0.5 − distance, clamped, which is exact for straight edges. Not here: what a track looks like.
 */
import type { Size } from '../../shared/units.ts'
import type { Rgb } from './overlayColour.ts'

interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

export class OverlayCanvas {
  readonly width: number
  readonly height: number
  readonly #rgb: Uint8Array
  /** Coverage of the line being built, so that its pieces do not add up where they meet. */
  readonly #mask: Uint8Array
  #maskBox: Box = emptyBox()

  /** Draws into `rgb` itself, [height, width, 3]. `mask` may be shared by canvases used one after another. */
  constructor(rgb: Uint8Array, size: Size, mask: Uint8Array = new Uint8Array(size.width * size.height)) {
    if (rgb.length !== size.width * size.height * 3) throw new Error(`${rgb.length} bytes are not an RGB frame of ${size.width}×${size.height}`)
    this.width = size.width
    this.height = size.height
    this.#rgb = rgb
    this.#mask = mask
  }

  disc(x: number, y: number, radius: number, colour: Rgb, opacity = 1): void {
    this.#fill(x, y, radius, (d) => d - radius, colour, opacity)
  }

  /** A circle of the given line width, centred on `radius`. */
  ring(x: number, y: number, radius: number, lineWidth: number, colour: Rgb, opacity = 1): void {
    this.#fill(x, y, radius + lineWidth / 2, (d) => Math.abs(d - radius) - lineWidth / 2, colour, opacity)
  }

  /** Adds a piece to the line being built: a capsule whose opacity runs from `from` to `to`. */
  lineTo(x0: number, y0: number, x1: number, y1: number, lineWidth: number, from: number, to: number): void {
    const half = lineWidth / 2
    const box = this.#clip({ left: Math.min(x0, x1) - half - 1, top: Math.min(y0, y1) - half - 1, right: Math.max(x0, x1) + half + 1, bottom: Math.max(y0, y1) + half + 1 })
    if (!box) return
    const [dx, dy] = [x1 - x0, y1 - y0]
    const length2 = dx * dx + dy * dy
    const paint = (i: number, j: number) => {
      const [px, py] = [i + 0.5 - x0, j + 0.5 - y0]
      const along = length2 > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length2)) : 1
      const coverage = clamp01(0.5 + half - Math.hypot(px - along * dx, py - along * dy))
      const value = Math.round(255 * coverage * (from + along * (to - from)))
      const at = j * this.width + i
      if (value > this.#mask[at]) this.#mask[at] = value
    }
    // Along the longer axis, only the pixels near the line: the box of a long diagonal is mostly empty.
    const reach = (half + 1) * Math.SQRT2 + 1
    if (Math.abs(dx) >= Math.abs(dy)) {
      const slope = dx === 0 ? 0 : dy / dx
      for (let i = box.left; i < box.right; i++) {
        const middle = y0 + (i + 0.5 - x0) * slope
        for (let j = Math.max(box.top, Math.floor(middle - reach)); j < Math.min(box.bottom, Math.ceil(middle + reach)); j++) paint(i, j)
      }
    } else {
      const slope = dx / dy
      for (let j = box.top; j < box.bottom; j++) {
        const middle = x0 + (j + 0.5 - y0) * slope
        for (let i = Math.max(box.left, Math.floor(middle - reach)); i < Math.min(box.right, Math.ceil(middle + reach)); i++) paint(i, j)
      }
    }
    this.#maskBox = union(this.#maskBox, box)
  }

  /** Paints the line that was built, and forgets it. */
  stroke(colour: Rgb): void {
    const { left, top, right, bottom } = this.#maskBox
    for (let j = top; j < bottom; j++) {
      for (let at = j * this.width + left; at < j * this.width + right; at++) {
        const coverage = this.#mask[at]
        if (coverage === 0) continue
        this.#mask[at] = 0
        this.#blend(at, colour, coverage / 255)
      }
    }
    this.#maskBox = emptyBox()
  }

  #fill(x: number, y: number, reach: number, distance: (fromCentre: number) => number, colour: Rgb, opacity: number): void {
    const box = this.#clip({ left: x - reach - 1, top: y - reach - 1, right: x + reach + 1, bottom: y + reach + 1 })
    if (!box) return
    for (let j = box.top; j < box.bottom; j++) {
      for (let i = box.left; i < box.right; i++) {
        const coverage = clamp01(0.5 - distance(Math.hypot(i + 0.5 - x, j + 0.5 - y)))
        if (coverage > 0) this.#blend(j * this.width + i, colour, coverage * opacity)
      }
    }
  }

  #blend(pixel: number, colour: Rgb, alpha: number): void {
    for (let c = 0, at = pixel * 3; c < 3; c++, at++) this.#rgb[at] = Math.round(this.#rgb[at] + alpha * (colour[c] - this.#rgb[at]))
  }

  /** Whole pixels of a box inside the frame; null when there are none, or the box is not finite. */
  #clip(box: Box): Box | null {
    const clipped = {
      left: Math.max(0, Math.floor(box.left)), top: Math.max(0, Math.floor(box.top)),
      right: Math.min(this.width, Math.ceil(box.right)), bottom: Math.min(this.height, Math.ceil(box.bottom)),
    }
    return clipped.left < clipped.right && clipped.top < clipped.bottom ? clipped : null
  }
}

function clamp01(v: number): number {
  return v < 0 ? 0 : v > 1 ? 1 : v
}

function emptyBox(): Box {
  return { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
}

function union(a: Box, b: Box): Box {
  return { left: Math.min(a.left, b.left), top: Math.min(a.top, b.top), right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom) }
}
