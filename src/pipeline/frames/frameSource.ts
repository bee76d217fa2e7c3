/**
 * What the later stages know of a clip: exact frames by index. Not here: decoding and the cache on disk (server/decode).
 */
import type { FrameIndex, Size } from '../../shared/units.ts'

export interface ClipInfo extends Size {
  /** The file's stem: key of the clip in a DAVIS pickle. */
  readonly name: string
  readonly frameCount: number
  /** [frameCount] presentation time of each frame in seconds, from 0, strictly increasing. */
  readonly timesS: Float64Array
}

/** Random access to the frames of one clip. */
export interface FrameSource {
  readonly clip: ClipInfo
  /** Size of the frames that the tracker sees. */
  readonly work: Size
  /** Frame at working size, RGB, [height, width, 3] uint8. The caller owns the array. */
  workRgb(frame: FrameIndex): Promise<Uint8Array>
  /** Frame at the clip's own size, RGB, [height, width, 3] uint8. The caller owns the array. */
  clipRgb(frame: FrameIndex): Promise<Uint8Array>
  close(): Promise<void>
}

/** Luma of an RGB frame (BT.601 weights), [height, width] float32 in 0..255. */
export function lumaOf(rgb: Uint8Array): Float32Array {
  const gray = new Float32Array(rgb.length / 3)
  for (let i = 0, k = 0; i < gray.length; i++, k += 3) gray[i] = 0.299 * rgb[k] + 0.587 * rgb[k + 1] + 0.114 * rgb[k + 2]
  return gray
}
