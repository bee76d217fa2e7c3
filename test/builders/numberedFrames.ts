/**
 * Frames that carry their own number as a pattern that survives lossy video, rotation and scaling; and clips made of them. A grid of
 * 4 × 3 cells: the corners say which way is up (red, green, blue, white), the other eight are the bits of the number.
 */
import { encodeVideo } from '../../src/server/decode/encodeVideo.ts'
import type { EncodeOptions } from '../../src/server/decode/encodeVideo.ts'
import type { Size } from '../../src/shared/units.ts'

const COLUMNS = 4
const ROWS = 3
/** Corner colours: top left, top right, bottom left, bottom right. */
const corners: readonly (readonly [number, number, number])[] = [[220, 30, 30], [30, 200, 30], [30, 30, 220], [230, 230, 230]]
const cornerCells = [0, COLUMNS - 1, COLUMNS * (ROWS - 1), COLUMNS * ROWS - 1]
const bitCells = [...Array(COLUMNS * ROWS).keys()].filter((cell) => !cornerCells.includes(cell))

/** The frame of number 0..255, RGB [height, width, 3]. */
export function numberedFrame(number: number, size: Size): Uint8Array {
  const rgb = new Uint8Array(size.width * size.height * 3)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const cell = Math.floor((y * ROWS) / size.height) * COLUMNS + Math.floor((x * COLUMNS) / size.width)
      rgb.set(colourOf(cell, number), (y * size.width + x) * 3)
    }
  }
  return rgb
}

function colourOf(cell: number, number: number): readonly [number, number, number] {
  const corner = cornerCells.indexOf(cell)
  if (corner >= 0) return corners[corner]
  return (number >> bitCells.indexOf(cell)) & 1 ? [210, 210, 210] : [40, 40, 40]
}

/** Reads the number; null when the frame is not upright or not of this kind. */
export function readNumber(rgb: Uint8Array, size: Size): number | null {
  let number = 0
  for (let cell = 0; cell < COLUMNS * ROWS; cell++) {
    const x = Math.floor((((cell % COLUMNS) + 0.5) * size.width) / COLUMNS)
    const y = Math.floor(((Math.floor(cell / COLUMNS) + 0.5) * size.height) / ROWS)
    const [r, g, b] = rgb.subarray((y * size.width + x) * 3)
    const corner = cornerCells.indexOf(cell)
    if (corner >= 0) {
      const distance = (c: readonly number[]) => Math.hypot(r - c[0], g - c[1], b - c[2])
      if (!corners.every((c, i) => i === corner || distance(corners[corner]) < distance(c))) return null
    } else if (g > 125) number |= 1 << bitCells.indexOf(cell)
  }
  return number
}

export interface NumberedClip extends Partial<EncodeOptions> {
  readonly frames: number
  /** Start of each frame in seconds; 24 a second when left out. */
  readonly times?: readonly number[]
}

/** Writes a clip whose frame n carries n. */
export async function writeNumberedClip(path: string, clip: NumberedClip): Promise<void> {
  const size: Size = { width: clip.width ?? 128, height: clip.height ?? 96 }
  const { frames, times, ...options } = clip
  const writer = await encodeVideo(path, { ...options, ...size })
  const start = (n: number) => times?.[n] ?? n / 24
  for (let n = 0; n < frames; n++) await writer.add(numberedFrame(n, size), start(n), n + 1 < frames ? start(n + 1) - start(n) : 1 / 24)
  await writer.finish()
}

/** An orientation's display matrix for clockwise degrees. */
export function rotationMatrix(degrees: 0 | 90 | 180 | 270, size: Size): number[] {
  const [a, b, c, d] = { 0: [1, 0, 0, 1], 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] }[degrees]
  return [a, b, 0, c, d, 0, degrees === 90 ? size.height : degrees === 180 ? size.width : 0, degrees === 180 ? size.height : degrees === 270 ? size.width : 0, 1]
}
