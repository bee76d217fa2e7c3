/**
 * A synthetic clip as files that other tools read: lossless PNG frames and exact depth. Not here: tracks, whose formats
 * belong to the export stage.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { writeNpy } from '../../pipeline/export/npy.ts'
import type { SynthClip } from '../../pipeline/synth/synthClip.ts'
import { fromSystemError, throwIfCancelled } from '../../shared/errors.ts'

export interface WriteSynthOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Writes `folder/color/%05d.png` and `folder/depth/%05d.npy` (float32 [height, width]). The folder appears whole or not at
 * all: it is written beside and renamed, and an existing one is refused by the rename.
 * @throws TaplineError 'not-writable', 'no-space', 'cancelled'
 */
export async function writeSynth(clip: SynthClip, folder: string, options: WriteSynthOptions = {}): Promise<void> {
  const partial = `${folder}.partial-${process.pid}`
  try {
    await mkdir(dirname(folder), { recursive: true })
    await mkdir(join(partial, 'color'), { recursive: true })
    await mkdir(join(partial, 'depth'), { recursive: true })
    for (let frame = 0; frame < clip.frames; frame++) {
      throwIfCancelled(options.signal, folder)
      const stem = String(frame).padStart(5, '0')
      const png = await sharp(clip.rgb(frame), { raw: { width: clip.width, height: clip.height, channels: 3 } }).png().toBuffer()
      await writeFile(join(partial, 'color', `${stem}.png`), png)
      const depth = clip.depth(frame)
      const bytes = new Uint8Array(depth.buffer, depth.byteOffset, depth.byteLength)
      await writeFile(join(partial, 'depth', `${stem}.npy`), writeNpy('<f4', [clip.height, clip.width], bytes))
      options.onProgress?.(frame + 1, clip.frames)
    }
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    const code = (error as NodeJS.ErrnoException).code
    throw fromSystemError(code === 'ENOTEMPTY' ? Object.assign(error as Error, { code: 'EEXIST' }) : error, folder)
  }
}
