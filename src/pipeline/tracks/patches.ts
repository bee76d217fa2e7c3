/** The patch matcher of one clip: its luma at working size, loaded into the refiner once. */
import { PatchRefiner } from '../../engine/patch/patchRefiner.ts'
import { throwIfCancelled } from '../../shared/errors.ts'
import { lumaOf, type FrameSource } from '../frames/frameSource.ts'
import type { PatchMatcher } from './patchMatcher.ts'

/** Window of a patch: 15 px hold a point on textures of natural images and still fit small objects. */
const WINDOW = 15

export async function createPatches(frames: FrameSource, threads: number, signal?: AbortSignal): Promise<PatchMatcher & { close(): Promise<void> }> {
  const refiner = new PatchRefiner({ ...frames.work, frames: frames.clip.frameCount, threads })
  for (let t = 0; t < frames.clip.frameCount; t++) {
    throwIfCancelled(signal, 'track readout')
    refiner.setFrame(t, lumaOf(await frames.workRgb(t)))
  }
  return {
    match: request => refiner.refine(request, { window: WINDOW, levels: 1 }),
    close: () => refiner.close(),
  }
}
