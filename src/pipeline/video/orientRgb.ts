/** Turning and mirroring frames as a file's orientation says. Not here: reading the orientation, or any rotation by other angles. */
import type { Size } from '../../shared/units.ts'

/** A signed permutation of axes: the shown pixel is (a·x + c·y, b·x + d·y) of the stored one, about the centre; y down. */
export interface Orientation {
  readonly a: -1 | 0 | 1
  readonly b: -1 | 0 | 1
  readonly c: -1 | 0 | 1
  readonly d: -1 | 0 | 1
}

export const upright: Orientation = { a: 1, b: 0, c: 0, d: 1 }

/** The nearest signed permutation of a display matrix's linear part [[a, c], [b, d]] of any scale. */
export function nearestOrientation(a: number, b: number, c: number, d: number): Orientation {
  const sign = (v: number): -1 | 1 => (v < 0 ? -1 : 1)
  if (a === 0 && b === 0 && c === 0 && d === 0) return upright
  return Math.abs(a) + Math.abs(d) >= Math.abs(b) + Math.abs(c) ? { a: sign(a), b: 0, c: 0, d: sign(d) } : { a: 0, b: sign(b), c: sign(c), d: 0 }
}

/** Clockwise degrees, then whether the picture is mirrored left-right after that rotation. */
export function describeOrientation(o: Orientation): { rotationDegrees: 0 | 90 | 180 | 270; mirrored: boolean } {
  const mirrored = o.a * o.d - o.b * o.c < 0
  // Undo the mirror (x → −x after the rotation), then what is left is a rotation: its first column is (cos, sin), y down = clockwise.
  const cos = mirrored ? -o.a : o.a
  return { rotationDegrees: cos === 1 ? 0 : cos === -1 ? 180 : o.b === 1 ? 90 : 270, mirrored }
}

export function orientedSize(size: Size, o: Orientation): Size {
  return o.a === 0 ? { width: size.height, height: size.width } : { width: size.width, height: size.height }
}

/** Applies an orientation to an RGB frame [height, width, 3]; returns the same array when there is nothing to do. */
export function orientRgb(rgb: Uint8Array, size: Size, o: Orientation): Uint8Array {
  if (o.a === 1 && o.d === 1) return rgb
  const { width, height } = size
  const shown = orientedSize(size, o)
  const out = new Uint8Array(rgb.length)
  // Shown place of stored (0,0), then constant strides along stored x and y.
  const x0 = o.a < 0 || o.c < 0 ? shown.width - 1 : 0
  const y0 = o.b < 0 || o.d < 0 ? shown.height - 1 : 0
  const alongX = 3 * (o.a + o.b * shown.width)
  const alongY = 3 * (o.c + o.d * shown.width)
  const start = 3 * (y0 * shown.width + x0)
  for (let y = 0, k = 0; y < height; y++) {
    let at = start + y * alongY
    for (let x = 0; x < width; x++, k += 3, at += alongX) {
      out[at] = rgb[k]
      out[at + 1] = rgb[k + 1]
      out[at + 2] = rgb[k + 2]
    }
  }
  return out
}
