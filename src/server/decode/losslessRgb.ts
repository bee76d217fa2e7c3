/**
 * Lossless compression of one RGB frame, made for frequent reading: planes G, R−G, B−G (mod 256), each predicted by the median
 * edge detector of LOCO-I (Weinberger, Seroussi and Sapiro, 2000), then zstd. About 0.3 of the raw size on decoded video, and
 * twice as small and as quick to read as PNG. Not a file format: the pack around it knows the size.
 */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import type { Size } from '../../shared/units.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Compresses [height, width, 3] uint8; the compression proper runs on a thread of the pool. */
export async function encodeLosslessRgb(rgb: Uint8Array, size: Size): Promise<Uint8Array> {
  checkLength(rgb.length, size)
  return compress(predictPlanes(rgb, size.width, size.height), { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
}

/** The inverse of encodeLosslessRgb. Throws Error when the bytes are not of a frame of that size. */
export async function decodeLosslessRgb(bytes: Uint8Array, size: Size): Promise<Uint8Array> {
  const planes = await decompress(bytes)
  checkLength(planes.length, size)
  return restorePlanes(planes, size.width, size.height)
}

function checkLength(length: number, size: Size): void {
  if (length !== size.width * size.height * 3) throw new Error(`${length} bytes are not an RGB frame of ${size.width}×${size.height}`)
}

/** LOCO-I: the middle one of left, above, and left + above − corner. */
function predicted(left: number, above: number, corner: number): number {
  if (left > above) return corner >= left ? above : corner <= above ? left : left + above - corner
  return corner >= above ? left : corner <= left ? above : left + above - corner
}

function predictPlanes(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const area = width * height
  const planes = new Uint8Array(area * 3)
  for (let i = 0, k = 0; i < area; i++, k += 3) {
    const green = rgb[k + 1]
    planes[i] = green
    planes[area + i] = rgb[k] - green
    planes[2 * area + i] = rgb[k + 2] - green
  }
  // From the last pixel to the first, so that neighbours are still samples, not residuals.
  for (let p = 2; p >= 0; p--) {
    const start = p * area
    for (let y = height - 1; y > 0; y--) {
      const row = start + y * width
      for (let i = row + width - 1; i > row; i--) planes[i] -= predicted(planes[i - 1], planes[i - width], planes[i - width - 1])
      planes[row] -= planes[row - width]
    }
    for (let i = start + width - 1; i > start; i--) planes[i] -= planes[i - 1]
  }
  return planes
}

function restorePlanes(planes: Uint8Array, width: number, height: number): Uint8Array {
  const area = width * height
  for (let p = 0; p < 3; p++) {
    const start = p * area
    for (let i = start + 1; i < start + width; i++) planes[i] += planes[i - 1]
    for (let y = 1; y < height; y++) {
      const row = start + y * width
      planes[row] += planes[row - width]
      let left = planes[row]
      let corner = planes[row - width]
      for (let i = row + 1; i < row + width; i++) {
        const above = planes[i - width]
        left = planes[i] = planes[i] + predicted(left, above, corner)
        left &= 255
        corner = above
      }
    }
  }
  const rgb = new Uint8Array(area * 3)
  for (let i = 0, k = 0; i < area; i++, k += 3) {
    const green = planes[i]
    rgb[k] = planes[area + i] + green
    rgb[k + 1] = green
    rgb[k + 2] = planes[2 * area + i] + green
  }
  return rgb
}
