/** Pictures for the fake studio, drawn in Node: frames carry their number (modulo 256), overlays are plain colours. */
import sharp from 'sharp'
import type { ImageRequest } from '../../src/shared/studio/images.ts'
import { numberedFrame } from '../builders/numberedFrames.ts'

const overlayColours = { flow: [240, 60, 200], depth: [120, 120, 120], cycle: [255, 40, 40] } as const

/** The file of a picture; the folder of the fake names the size. Null where it is none of the fake's. */
export async function pageImage({ project, frame, kind, side }: ImageRequest): Promise<{ mime: string; bytes: Buffer } | null> {
  const size = /^\/fake\/(\d+)x(\d+)$/.exec(project)
  if (!size) return null
  const [width, height] = [Number(size[1]), Number(size[2])]
  if (kind === 'frame' || kind === 'thumb') {
    const picture = sharp(numberedFrame(frame % 256, { width, height }), { raw: { width, height, channels: 3 } })
    if (kind === 'thumb') picture.resize({ height: Math.min(height, side ?? 48) })
    return { mime: 'image/jpeg', bytes: await picture.jpeg({ quality: 90 }).toBuffer() }
  }
  const [r, g, b] = overlayColours[kind]
  return { mime: 'image/png', bytes: await sharp({ create: { width: 64, height: 64, channels: 3, background: { r, g, b } } }).png().toBuffer() }
}
