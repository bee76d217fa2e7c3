/** A sequence folder as OmniTrackFast and OmniMotion lay it out, of a synthetic clip with exact flow and depth; without matches. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import sharp from 'sharp'
import { writeNpy } from '../../src/pipeline/export/npy.ts'
import type { SynthClip } from '../../src/pipeline/synth/synthClip.ts'

const stem = (t: number) => String(t).padStart(5, '0')

export async function writeSequenceFolder(clip: SynthClip, folder: string): Promise<void> {
  const { width, height, frames } = clip
  const raw = { raw: { width, height, channels: 3 } } as const
  for (const name of ['color', 'raft_exhaustive', 'raft_masks', 'raw_depth/depth', 'match']) await mkdir(join(folder, name), { recursive: true })
  for (let a = 0; a < frames; a++) {
    await sharp(clip.rgb(a), raw).jpeg().toFile(join(folder, 'color', `${stem(a)}.jpg`))
    const depth = writeNpy('<f4', [height, width], new Uint8Array(clip.depth(a).buffer))
    await writeFile(join(folder, 'raw_depth/depth', `${stem(a)}.npz`), zipSync({ 'depth.npy': depth }))
    for (let b = 0; b < frames; b++) {
      if (a === b) continue
      const { flow, visible } = clip.flow(a, b)
      // Both spellings of the names are met in the wild.
      const name = a < b ? `${stem(a)}_${stem(b)}` : `${stem(a)}.jpg_${stem(b)}.jpg`
      await writeFile(join(folder, 'raft_exhaustive', `${name}.npy`), writeNpy('<f4', [height, width, 2], new Uint8Array(flow.buffer)))
      const mask = new Uint8Array(width * height * 3)
      visible.forEach((seen, k) => (mask[k * 3 + (seen ? 0 : 1)] = 255))
      await sharp(mask, raw).png().toFile(join(folder, 'raft_masks', `${name}.png`))
    }
  }
}
