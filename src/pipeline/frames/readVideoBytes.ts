/** All frames of a clip in order, one in memory at a time, for writers of files that hold the video. */
import { throwIfCancelled } from '../../shared/errors.ts'
import type { FrameSource } from './frameSource.ts'

export interface ReadVideoOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Yields every frame at the clip's size, RGB [height, width, 3] uint8: joined, they are uint8 [frames, height, width, 3]. */
export async function* readVideoBytes(frames: FrameSource, options: ReadVideoOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
  const total = frames.clip.frameCount
  // The next frame is read while the consumer works on this one.
  let next = frames.clipRgb(0)
  for (let frame = 0; frame < total; frame++) {
    throwIfCancelled(options.signal, frames.clip.name)
    const rgb = await next
    if (frame + 1 < total) {
      next = frames.clipRgb(frame + 1)
      // Awaited in the next round; a consumer that stops early must not leave an unhandled failure.
      next.catch(() => undefined)
    }
    yield rgb
    options.onProgress?.(frame + 1, total)
  }
}
