/** The tracks drawn over their video, as an MP4 with the clip's own times. Not here: drawing (pipeline/export), encoding (encodeVideo.ts). */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { overlayColour } from '../../pipeline/export/overlayColour.ts'
import { drawOverlay, overlayStyle, type OverlayStyle } from '../../pipeline/export/overlayFrame.ts'
import type { FrameSource } from '../../pipeline/frames/frameSource.ts'
import { readVideoBytes } from '../../pipeline/frames/readVideoBytes.ts'
import { encodeVideo } from './encodeVideo.ts'

export const DEFAULT_TRAILS = 12

export interface OverlayOptions {
  /** Past frames that a trail reaches back over; 0 for none. */
  readonly trails?: number
  /** #rrggbb of each track; the palette's in turn when absent. */
  readonly colours?: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Writes `file`. Throws TaplineError: 'bad-file' when the tracks are not of this clip, 'not-writable', 'no-space', 'not-found' (no such
 * folder), 'cancelled'. Whatever happens, a file already there is replaced only by a whole one.
 */
export async function writeOverlay(frames: FrameSource, tracks: TrackSet, file: string, options: OverlayOptions = {}): Promise<void> {
  const { clip } = frames
  if (tracks.frames !== clip.frameCount || tracks.width !== clip.width || tracks.height !== clip.height) {
    throw new TaplineError(
      'bad-file', clip.name, `the tracks are of a clip of ${tracks.frames} frames of ${tracks.width}×${tracks.height}, the video has ${clip.frameCount} of ${clip.width}×${clip.height}`,
      'Choose the tracks of this video.',
    )
  }
  const colours = options.colours?.map(overlayColour)
  const style: OverlayStyle = { ...overlayStyle(clip, tracks.ids.length, options.trails ?? DEFAULT_TRAILS), ...(colours && { colour: track => colours[track] }) }
  const mask = new Uint8Array(clip.width * clip.height)
  const writer = await encodeVideo(file, clip)
  try {
    let frame = 0
    for await (const rgb of readVideoBytes(frames, options)) {
      drawOverlay(rgb, tracks, frame, style, mask)
      await writer.add(rgb, clip.timesS[frame], displayTimeS(clip.timesS, frame))
      frame++
    }
  } catch (error) {
    await writer.abandon()
    throw error
  }
  await writer.finish()
}

/** Until the next frame; the last one stays as long as the one before it. */
function displayTimeS(times: Float64Array, frame: number): number {
  if (times.length < 2) return 1 / 25
  const from = Math.min(frame, times.length - 2)
  return times[from + 1] - times[from]
}
