/** Overlapping parts of a large picture, with weights that blend them without seams. Not here: what is done with each. */
import type { Size } from '../../shared/units.ts'

export interface Part extends Size {
  /** Upper left pixel in the picture. */
  readonly x: number
  readonly y: number
}

export interface Tile extends Part {
  /** Weight of the tile's pixel (i, j): falls towards edges that another tile overlaps, stays 1 along the picture's border. */
  weight(i: number, j: number): number
}

/** Share of a tile that its neighbour overlaps, at least. */
const OVERLAP = 0.25

/** Firsts of spans of `length` that cover `whole`, evenly spread. */
function spans(whole: number, length: number): number[] {
  if (length >= whole) return [0]
  const count = Math.ceil((whole - length * OVERLAP) / (length * (1 - OVERLAP)))
  return Array.from({ length: count }, (_, k) => Math.round((k * (whole - length)) / (count - 1)))
}

/** Tiles of at most `most`, that cover a picture. */
export function tilesOf(picture: Size, most: Size): Tile[] {
  const width = Math.min(most.width, picture.width)
  const height = Math.min(most.height, picture.height)
  const ramp = (n: number, first: number, length: number, whole: number) => {
    const left = first === 0 ? 1 : (n + 0.5) / (length * OVERLAP)
    const right = first + length === whole ? 1 : (length - n - 0.5) / (length * OVERLAP)
    return Math.min(1, left, right)
  }
  return spans(picture.height, height).flatMap(y =>
    spans(picture.width, width).map((x): Tile => ({
      x, y, width, height,
      weight: (i, j) => ramp(i, x, width, picture.width) * ramp(j, y, height, picture.height),
    })),
  )
}

/** A part of an RGB picture [height, width, 3]. */
export function crop(rgb: Uint8Array, size: Size, part: Part): Uint8Array {
  const out = new Uint8Array(part.width * part.height * 3)
  for (let j = 0; j < part.height; j++) {
    const from = ((part.y + j) * size.width + part.x) * 3
    out.set(rgb.subarray(from, from + part.width * 3), j * part.width * 3)
  }
  return out
}
