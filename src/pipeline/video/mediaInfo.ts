/** What is known of a media file before its frames are cached, and the reader that yields them. Not here: decoding (server/decode). */
import type { Size } from '../../shared/units.ts'
import type { RawTime } from './frameTimes.ts'

export type MediaKind = 'video' | 'animation' | 'images'

/** Description of a media file, as `tapline info` prints it. Sizes are those of the frames as shown: rotation applied. */
export interface MediaInfo extends Size {
  readonly path: string
  readonly kind: MediaKind
  /** Stem of the file, or the folder's name. */
  readonly name: string
  /** Container or image format, e.g. `mp4`, `webm`, `gif`, `png sequence`. */
  readonly container: string
  /** Codec by its common name, e.g. `h264`; the image format for images. */
  readonly codec: string
  /** Pixel format by FFmpeg's name, e.g. `yuv420p`; null where it is not known. */
  readonly pixelFormat: string | null
  /** Clockwise degrees by which the stored frames are turned to be shown; already applied to width and height. */
  readonly rotationDegrees: 0 | 90 | 180 | 270
  /** Whether the stored frames are mirrored left-right after the rotation; already applied to the frames. */
  readonly mirrored: boolean
  /** Width over height of a pixel. Frames are not stretched for it: positions are in stored pixels. */
  readonly pixelAspect: number
  /** Frames that the container announces, or its length times its rate; null when it tells neither. MediaReport has the exact count. */
  readonly announcedFrames: number | null
  /** Length that the container announces, in seconds; null when it does not. */
  readonly announcedDurationS: number | null
}

/** MediaInfo with what only reading the whole file can tell. */
export interface MediaReport extends MediaInfo {
  readonly frameCount: number
  /** From the first frame's start to the last frame's end. */
  readonly durationS: number
  /** Frames per second over the whole clip; null for a single frame. */
  readonly meanRate: number | null
  /** Whether intervals between frames differ by more than rounding of the container's clock explains. */
  readonly variableRate: boolean
  /** Shortest and longest interval between frames, in seconds; null for a single frame. */
  readonly shortestIntervalS: number | null
  readonly longestIntervalS: number | null
}

/** A frame on its way into the cache. */
export interface DecodedFrame extends Size, RawTime {
  /** RGB, [height, width, 3] uint8. */
  readonly rgb: Uint8Array
  /** The file's own encoding of exactly this frame, where a browser and `sharp` read it as `rgb` (an image of a sequence). */
  readonly encoded?: Uint8Array
  /** True where the decoder concealed damage. */
  readonly damaged?: boolean
}

/** An open media file, to be read once: its frames, or only their times. */
export interface MediaReader {
  readonly info: MediaInfo
  /** The smallest step of time that the file can express, in seconds. */
  readonly clockTickS: number
  /** Frames in presentation order. */
  frames(signal?: AbortSignal): AsyncGenerator<DecodedFrame, void, undefined>
  /** Times of the frames in presentation order, without decoding. */
  times(signal?: AbortSignal): Promise<readonly RawTime[]>
  close(): Promise<void>
}
