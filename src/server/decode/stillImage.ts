/** Single frames through sharp: decoding, JPEG, scaling. Not here: which files make a clip. */
import sharp from 'sharp'
import type { Size } from '../../shared/units.ts'

// Every frame is seen once: a cache of past operations would only hold memory.
sharp.cache(false)

/** Decodes one still image, upright, transparency over black, to RGB [height, width, 3]. Fails on any damage. */
export async function decodeImage(encoded: Uint8Array): Promise<Uint8Array> {
  return sharp(encoded, { failOn: 'error', limitInputPixels: false })
    .autoOrient()
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer()
}

/** JPEG that the eye cannot tell from the frame; without subsampling, chroma edges stay where they are. */
export async function encodeJpeg(rgb: Uint8Array, size: Size, quality: number, chromaSubsampling: '4:4:4' | '4:2:0'): Promise<Uint8Array> {
  return sharp(rgb, rawOf(size)).jpeg({ quality, chromaSubsampling, optimizeCoding: false }).toBuffer()
}

/** Scales RGB [height, width, 3] with a Lanczos-3 kernel widened to the scale, pixel areas aligned: raster x becomes x·to/from. */
export async function resizeRgb(rgb: Uint8Array, from: Size, to: Size): Promise<Uint8Array> {
  if (from.width === to.width && from.height === to.height) return rgb
  return sharp(rgb, rawOf(from)).resize(to.width, to.height, { fit: 'fill', kernel: 'lanczos3' }).raw({ depth: 'uchar' }).toBuffer()
}

function rawOf(size: Size): { raw: { width: number; height: number; channels: 3 }; limitInputPixels: false } {
  return { raw: { width: size.width, height: size.height, channels: 3 }, limitInputPixels: false }
}
