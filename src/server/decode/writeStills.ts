/** Frames as a folder of image files that the importer reads: RGB as lossless PNG, JPEGs as they are. Not here: where frames come from. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { fromSystemError, throwIfCancelled } from '../../shared/errors.ts'
import type { Size } from '../../shared/units.ts'

/** One frame: RGB [height, width, 3], or a whole JPEG file. */
export type Still = { readonly rgb: Uint8Array } | { readonly jpeg: Uint8Array }

/** Writes `folder/00000.png` (or .jpg) and so on; the folder is made. @throws TaplineError 'not-writable', 'no-space', 'cancelled' */
export async function writeStills(folder: string, count: number, size: Size, still: (frame: number) => Promise<Still>, signal?: AbortSignal): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    for (let frame = 0; frame < count; frame++) {
      throwIfCancelled(signal, folder)
      const image = await still(frame)
      const stem = String(frame).padStart(5, '0')
      if ('jpeg' in image) await writeFile(join(folder, `${stem}.jpg`), image.jpeg)
      else await writeFile(join(folder, `${stem}.png`), await sharp(image.rgb, { raw: { ...rawSize(size), channels: 3 }, limitInputPixels: false }).png({ compressionLevel: 2 }).toBuffer())
    }
  } catch (error) {
    throw fromSystemError(error, folder)
  }
}

const rawSize = ({ width, height }: Size) => ({ width, height })
