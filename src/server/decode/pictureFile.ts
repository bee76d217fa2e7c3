/** Pictures for a window as files: overlays as PNG, small frames as JPEG. Not here: frames at their own size (openFrames.ts). */
import sharp from 'sharp'
import type { Size } from '../../shared/units.ts'

const THUMB_QUALITY = 78

/** RGBA [height, width, 4] as PNG, quickly rather than small. */
export async function encodePng(rgba: Uint8Array, { width, height }: Size): Promise<Uint8Array> {
  return sharp(rgba, { raw: { width, height, channels: 4 }, limitInputPixels: false }).png({ compressionLevel: 1 }).toBuffer()
}

/** RGB [height, width, 3] as a JPEG of at most `side` px height. */
export async function thumbnail(rgb: Uint8Array, { width, height }: Size, side: number): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize({ height: Math.min(side, height) })
    .jpeg({ quality: THUMB_QUALITY })
    .toBuffer()
}
