/**
 * A synthetic clip as files that other tools read: lossless PNG frames and exact depth. Not here: tracks, whose formats
 * belong to the export stage.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { SynthClip } from './synthClip.ts'
import { fromSystemError, throwIfCancelled } from '../../shared/errors.ts'

/** A [rows, columns] float32 array as an .npy file, version 1.0, C order, little-endian. */
export function npyOfFloats(data: Float32Array, rows: number, columns: number): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n'
  const out = new Uint8Array(10 + header.length + data.length * 4)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
  out.set(new TextEncoder().encode(header), 10)
  const view = new DataView(out.buffer)
  for (let i = 0; i < data.length; i++) view.setFloat32(10 + header.length + i * 4, data[i], true)
  return out
}

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
      await writeFile(join(partial, 'depth', `${stem}.npy`), npyOfFloats(clip.depth(frame), clip.height, clip.width))
      options.onProgress?.(frame + 1, clip.frames)
    }
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    const code = (error as NodeJS.ErrnoException).code
    throw fromSystemError(code === 'ENOTEMPTY' ? Object.assign(error as Error, { code: 'EEXIST' }) : error, folder)
  }
}
