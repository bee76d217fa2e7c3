/** Tracks as every stage, file format and view passes them. Not here: how they are computed or stored. */
import type { ClipXY, FrameIndex, Size } from './units.ts'

/** State of a track at a frame, as stored in `TrackSet.states`. */
export const TrackState = { visible: 0, occluded: 1, outOfFrame: 2, unlabelled: 3 } as const
export type TrackState = (typeof TrackState)[keyof typeof TrackState]

export interface Query {
  readonly id: string
  readonly frame: FrameIndex
  /** Raster pixels of the clip. */
  readonly x: number
  readonly y: number
}

/** Tracks over all frames of one clip, in raster pixels of the clip. */
export interface TrackSet extends Size {
  readonly frames: number
  /** [tracks] */
  readonly ids: readonly string[]
  /** [tracks] frame of each query; -1 where unknown (ground truth has none). */
  readonly queryFrames: Int32Array
  /** [tracks, 2] */
  readonly queryPoints: ClipXY
  /** [tracks, frames, 2] */
  readonly positions: ClipXY
  /** [tracks, frames] TrackState */
  readonly states: Uint8Array
  /** [tracks, frames] standard deviation in clip pixels; NaN where unknown. */
  readonly uncertainty: Float32Array
}

/** A TrackSet of the given shape: every cell unlabelled at (0,0), uncertainty NaN, queries unknown. */
export function emptyTracks(ids: readonly string[], frames: number, size: Size): TrackSet {
  const n = ids.length
  return {
    ids: [...ids],
    frames,
    width: size.width,
    height: size.height,
    queryFrames: new Int32Array(n).fill(-1),
    queryPoints: new Float32Array(n * 2),
    positions: new Float32Array(n * frames * 2),
    states: new Uint8Array(n * frames).fill(TrackState.unlabelled),
    uncertainty: new Float32Array(n * frames).fill(Number.NaN),
  }
}
