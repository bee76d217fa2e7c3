/**
 * Pictures on their way into a network and maps on their way back: sizes that a network takes, planes of float32, and resampling. Raster
 * convention throughout: a map scaled to another size covers the same area. Not here: running networks.
 */
import type { PictureInput, TensorShape } from '../../shared/models.ts'
import type { Size } from '../../shared/units.ts'
import type { FloatTensor } from './onnxModel.ts'

/** A picture at the size that the network sees: `content` is the clip's frame within it, at its upper left; the rest repeats the border. */
export interface NetworkSize extends Size {
  readonly content: Size
}

/** Fixed height and width of a picture input [1, 3, H, W]; null where either is free. */
export function fixedSize(input: TensorShape): Size | null {
  const [height, width] = input.shape.slice(-2)
  return typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0 ? { width, height } : null
}

/**
 * The size at which a network sees a picture: its own where that is fixed, else the picture's, padded to multiples, and scaled down where
 * it has more than `most` pixels.
 */
export function networkSize(picture: Size, { multiple, least }: PictureInput, fixed: Size | null, most = Number.POSITIVE_INFINITY): NetworkSize {
  if (fixed) return { ...fixed, content: fixed }
  const scale = Math.min(1, Math.sqrt(most / (picture.width * picture.height)))
  const content = { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) }
  const padded = (n: number) => Math.max(Math.ceil(least / multiple), Math.ceil(n / multiple)) * multiple
  return { width: padded(content.width), height: padded(content.height), content }
}

/** Bilinear sample positions of `to` pixels over `from`; averaging over the pixels covered when it shrinks. */
function taps(from: number, to: number): { first: number; weights: number[] }[] {
  const ratio = from / to
  const reach = Math.max(1, ratio)
  return Array.from({ length: to }, (_, k) => {
    const centre = (k + 0.5) * ratio - 0.5
    const first = Math.max(0, Math.ceil(centre - reach))
    const last = Math.min(from - 1, Math.floor(centre + reach))
    const weights = Array.from({ length: last - first + 1 }, (_, i) => Math.max(0, 1 - Math.abs(first + i - centre) / reach))
    const sum = weights.reduce((s, w) => s + w, 0)
    return sum > 0 ? { first, weights: weights.map(w => w / sum) } : { first: Math.min(from - 1, Math.max(0, Math.round(centre))), weights: [1] }
  })
}

/** A plane [height, width] at another size over the same area: a triangle filter, bilinear where it grows. */
export function resizePlane(plane: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return plane.slice()
  const across = taps(from.width, to.width)
  const down = taps(from.height, to.height)
  const rows = new Float32Array(from.height * to.width)
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const { first, weights } = across[x]
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += weights[i] * plane[y * from.width + first + i]
      rows[y * to.width + x] = sum
    }
  }
  const out = new Float32Array(to.height * to.width)
  for (let y = 0; y < to.height; y++) {
    const { first, weights } = down[y]
    for (let i = 0; i < weights.length; i++) {
      for (let x = 0; x < to.width; x++) out[y * to.width + x] += weights[i] * rows[(first + i) * to.width + x]
    }
  }
  return out
}

/** RGB [height, width, 3] uint8 as the network's [1, 3, H, W]. */
export function pictureTensor(rgb: Uint8Array, size: Size, target: NetworkSize, input: PictureInput): FloatTensor {
  const { content, width, height } = target
  const values = new Float32Array(3 * width * height)
  const [low, high] = input.range
  for (let c = 0; c < 3; c++) {
    const source = input.channels === 'rgb' ? c : 2 - c
    const plane = new Float32Array(size.width * size.height)
    for (let k = 0, p = source; k < plane.length; k++, p += 3) plane[k] = rgb[p]
    const scaled = resizePlane(plane, size, content)
    const gain = (high - low) / 255 / (input.std?.[c] ?? 1)
    const shift = (low - (input.mean?.[c] ?? 0)) / (input.std?.[c] ?? 1)
    for (let y = 0; y < height; y++) {
      const row = Math.min(y, content.height - 1) * content.width
      const at = (c * height + y) * width
      for (let x = 0; x < width; x++) values[at + x] = scaled[row + Math.min(x, content.width - 1)] * gain + shift
    }
  }
  return { values, shape: [1, 3, height, width] }
}

/** The upper left `size` of a plane that is `width` wide. */
export function cropPlane(plane: Float32Array, width: number, size: Size): Float32Array {
  const out = new Float32Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) out.set(plane.subarray(y * width, y * width + size.width), y * size.width)
  return out
}
