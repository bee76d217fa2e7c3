/** What people set on the tracks of a clip, as the field is taught it and tracks are read with it: records only. Working pixels. */
import type { Keyframe } from '../../shared/projectRecords.ts'

/** One track with its path repaired through all of its nodes. */
export interface HumanPath {
  /** By ascending frame; `seen` is false where people say that the point is not. */
  readonly nodes: readonly (Keyframe & { readonly seen: boolean })[]
  /** [frames, 2] */
  readonly positions: Float32Array
  /** [frames] 1 where the point is known to be, and to be seen: at nodes, and between them where the path is sure. */
  readonly seen: Uint8Array
  /** [frames] 1 where people say that it is not seen. */
  readonly hidden: Uint8Array
}
