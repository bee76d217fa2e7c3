/** What `tapline info FILE` tells of a media file. Reads the whole file but decodes nothing. */
import type { MediaReport } from '../../pipeline/video/mediaInfo.ts'
import { FrameClock, summariseRate } from '../../pipeline/video/frameTimes.ts'
import { openMedia } from './openMedia.ts'
import type { OpenMediaOptions } from './openMedia.ts'

/** Describes a clip: container, codec, size, rotation, exact frame count, times. Throws as openMedia does, and 'cancelled'. */
export async function probeMedia(path: string, options: OpenMediaOptions & { readonly signal?: AbortSignal } = {}): Promise<MediaReport> {
  const reader = await openMedia(path, options)
  try {
    const { info } = reader
    const raw = await reader.times(options.signal)
    const clock = new FrameClock(info.announcedFrames && info.announcedDurationS ? info.announcedDurationS / info.announcedFrames : null)
    for (const time of raw) clock.push(time)
    return { ...info, frameCount: raw.length, durationS: clock.endS(), ...summariseRate(clock.times(), reader.clockTickS) }
  } finally {
    await reader.close()
  }
}
