/** The name of a clip's cached supervision. Not here: the files themselves. */
import { createHash } from 'node:crypto'
import type { FrameSource } from '../frames/frameSource.ts'

/** Names method, settings and the frames themselves: the first, middle and last frame stand for the clip. */
export async function clipKey(frames: FrameSource, settings: object): Promise<string> {
  const { name, frameCount, width, height } = frames.clip
  const hash = createHash('sha256').update(JSON.stringify({ settings, name, frameCount, width, height, work: frames.work }))
  for (const frame of new Set([0, frameCount >> 1, frameCount - 1])) hash.update(await frames.workRgb(frame))
  return hash.digest('hex').slice(0, 16)
}
