/**
 * What every track file reader gives and every writer takes, and the two conversions that they share: coordinates and states.
 * Not here: any one format (a file each in this folder), file input and output (server).
 *
 * Coordinates. TAP-Vid files hold normalised raster coordinates: x/W, where (0,0) and (1,1) are the outer corners of the frame.
 * Tracks hold float32 clip pixels. Both ways the arithmetic is float64 with one rounding at the end, so:
 * - text formats and JSON write enough digits that the same float32 clip pixels come back, bit for bit;
 * - float32 files (pickles, .npz) come back within 1.2e-7 of the frame's side at most (one rounding each way), well inside 1e-6.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { emptyTracks, TrackState } from '../../shared/tracks.ts'
import type { FrameIndex, Size } from '../../shared/units.ts'
import type { StoredBytes } from './pickleSource.ts'

export type TrackFormat = 'davis' | 'rgb-stacking' | 'robotap' | 'kinetics-pickle' | 'kinetics-csv' | 'csv' | 'csv-long' | 'npz' | 'json'

/** Frames that a file carries beside its tracks. */
export type FileFrames =
  | (Size & { readonly kind: 'rgb'; /** [frames, height, width, 3] */ readonly data: Uint8Array; readonly frames: number })
  /** Left in the file that the source reads: [frames, height, width, 3]. */
  | (Size & { readonly kind: 'stored'; readonly data: StoredBytes; readonly frames: number })
  | (Size & { readonly kind: 'jpeg'; /** [frames] */ readonly images: readonly Uint8Array[]; readonly frames: number })

export interface ReadVideo {
  readonly name: string
  /** In raster pixels of the clip that the reader was given, else of the file's own frames. */
  readonly tracks: TrackSet
  /** [tracks, frames] 1 where the truth may be scored; absent where the file does not say. */
  readonly evaluated?: Uint8Array
  readonly video?: FileFrames
}

export interface ReadOptions {
  /** The file's name, for messages and for videos that have no name of their own. */
  readonly name?: string
  /** The clip that the tracks are for (a ClipInfo fits): their raster, and the check of their length. Needed where the file has no frame size. */
  readonly clip?: Size & { readonly frameCount?: number }
  /** Only the video of this name. */
  readonly video?: string
}

/** Frames for a writer that includes them, one at a time: never the whole clip in memory. */
export interface FrameSupply extends Size {
  /** RGB, [height, width, 3] uint8. */
  rgb(frame: FrameIndex): Promise<Uint8Array>
}

export interface WriteVideo {
  readonly name: string
  readonly tracks: TrackSet
  readonly evaluated?: Uint8Array
  /** Written into pickles as `video`; left out (noVideo) where absent. */
  readonly frames?: FrameSupply
  /** [frames] presentation times in seconds: lets a clip that is not 25 fps be sampled for the Kinetics CSV. */
  readonly timesS?: Float64Array
}

export function subjectOf(options: ReadOptions | undefined): string {
  return options?.name ?? 'track file'
}

/** The file's name without folders and its last extension. */
export function stemOf(options: ReadOptions | undefined): string {
  const base = (options?.name ?? 'video').split(/[\\/]/).pop() ?? 'video'
  return base.replace(/\.[^.]+$/, '') || base
}

/** One video as most files hold it, before it is a TrackSet. */
export interface RawTracks {
  readonly ids?: readonly string[]
  readonly tracks: number
  readonly frames: number
  /** [tracks, frames, 2] normalised raster coordinates. */
  readonly points: ArrayLike<number>
  /** [tracks, frames] non-zero where occluded. */
  readonly occluded: ArrayLike<number>
  readonly evaluated?: Uint8Array
  /** Frame size that the file itself knows. */
  readonly size?: Size
}

/** The raster that a video's tracks shall be in. Throws 'bad-file' where neither clip nor file knows it, or where the clip is of another length. */
export function targetSize(subject: string, frames: number, own: Size | undefined, clip: ReadOptions['clip']): Size {
  if (clip?.frameCount !== undefined && clip.frameCount !== frames) {
    throw new TaplineError(
      'bad-file',
      subject,
      `its tracks have ${frames} frames, but the clip has ${clip.frameCount}`,
      'Open it with the clip that it was made for.',
    )
  }
  const size = clip ?? own
  if (!size) {
    throw new TaplineError(
      'bad-file',
      subject,
      'it has no frame size (coordinates are relative, and there is no video in it)',
      'Open it together with its clip.',
    )
  }
  return size
}

/** Turns normalised tracks into a TrackSet: visible or occluded; unlabelled where the file says that an occluded cell is not to be scored. */
export function fromNormalised(raw: RawTracks, size: Size): TrackSet {
  const set = emptyTracks(raw.ids ?? Array.from({ length: raw.tracks }, (_, k) => String(k)), raw.frames, size)
  for (let cell = 0; cell < set.states.length; cell++) {
    set.positions[cell * 2] = raw.points[cell * 2] * size.width
    set.positions[cell * 2 + 1] = raw.points[cell * 2 + 1] * size.height
    const hidden = raw.evaluated && raw.evaluated[cell] === 0 ? TrackState.unlabelled : TrackState.occluded
    set.states[cell] = raw.occluded[cell] ? hidden : TrackState.visible
  }
  return set
}

/** [tracks, frames, 2] float32 normalised raster coordinates. */
export function toNormalised({ positions, width, height }: TrackSet): Float32Array {
  return positions.map((value, k) => value / (k % 2 === 0 ? width : height))
}

/** [tracks, frames] 1 where a format with no other word for it calls the cell occluded: everything but visible. */
export function toOccluded({ states }: TrackSet): Uint8Array {
  return states.map((state) => Number(state !== TrackState.visible))
}

/** A number as text, short, that gives `value` back when it is multiplied by `side` and rounded to float32. */
export function relativeText(value: number, side: number): string {
  return String(Number((value / side).toPrecision(10)))
}

/** Checks what a writer was given; a broken TrackSet is the caller's mistake and throws Error. */
export function checkWritable(video: WriteVideo): void {
  const { tracks, evaluated, name } = video
  const cells = tracks.ids.length * tracks.frames
  if (tracks.positions.length !== cells * 2 || tracks.states.length !== cells || tracks.uncertainty.length !== cells) {
    throw new Error(`the tracks of ${name} do not have ${tracks.ids.length} × ${tracks.frames} cells`)
  }
  if (evaluated && evaluated.length !== cells) throw new Error(`the evaluated mask of ${name} does not have ${cells} cells`)
}
