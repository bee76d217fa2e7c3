/**
 * Everything that a person can do to a video's tracks, as data: one gesture is one transaction and one step of undo.
 * Positions are raster pixels of the clip; frames first..last include both ends. Not here: carrying them out (server/studio).
 */
import type { LabelKind, Keyframe } from '../projectRecords.ts'
import type { FrameIndex } from '../units.ts'
import type { Marker } from './document.ts'

export interface NewPoint extends Keyframe {
  readonly name?: string
  readonly colour?: string
}

export interface FrameSpan {
  readonly key: number
  readonly first: FrameIndex
  readonly last: FrameIndex
}

export interface TrackChange {
  readonly name?: string
  readonly colour?: string
  readonly notes?: string
  readonly hidden?: boolean
  readonly locked?: boolean
}

/** Locked tracks are left alone by every gesture but 'updateTracks'. */
export type Gesture =
  /** New tracks, each with a human keyframe where it was clicked; their paths follow at once. */
  | { readonly kind: 'addTracks'; readonly points: readonly NewPoint[] }
  | { readonly kind: 'deleteTracks'; readonly keys: readonly number[] }
  | { readonly kind: 'duplicateTracks'; readonly keys: readonly number[] }
  | { readonly kind: 'updateTracks'; readonly keys: readonly number[]; readonly change: TrackChange }
  /** The keyframes, labels and covered stretches of `from` go to `into`; where both have a keyframe, `into` wins. `from` is removed. */
  | { readonly kind: 'mergeTracks'; readonly into: number; readonly from: readonly number[] }
  /** Frames from `frame` on become a new track that starts at its place there. */
  | { readonly kind: 'splitTrack'; readonly key: number; readonly frame: FrameIndex }
  /** Corrections: positions set by hand; the path between neighbouring keyframes is repaired at once. */
  | { readonly kind: 'setKeyframes'; readonly items: readonly (Keyframe & { readonly key: number })[] }
  | { readonly kind: 'removeKeyframes'; readonly spans: readonly FrameSpan[] }
  /** `label` null clears them. */
  | { readonly kind: 'setLabels'; readonly spans: readonly FrameSpan[]; readonly label: LabelKind | null }
  /** Labels copied from elsewhere, in one step: each stretch its own, null clears; later ones win. */
  | { readonly kind: 'pasteLabels'; readonly items: readonly (FrameSpan & { readonly label: LabelKind | null })[] }
  /** Keyframes and labels of these stretches go; what was predicted shows again. */
  | { readonly kind: 'clearEdits'; readonly spans: readonly FrameSpan[] }
  /** Paths read again from keyframes: after `frame`, before it, or everywhere. */
  | { readonly kind: 'propagate'; readonly keys: readonly number[]; readonly frame: FrameIndex; readonly direction: 'forward' | 'backward' | 'both' }
  | { readonly kind: 'setMarkers'; readonly markers: readonly Marker[] }
  /** Takes a reference's positions and states over these stretches, or records that ours stand. */
  | { readonly kind: 'decide'; readonly reference: number; readonly spans: readonly FrameSpan[]; readonly verdict: 'accepted' | 'rejected' }

export interface GestureResult {
  /** Revision of the video after it; the change itself arrives as a 'document' event before this result. */
  readonly revision: number
  /** As the undo menu names it. */
  readonly label: string
  /** Keys of tracks that it added or changed. */
  readonly keys: readonly number[]
}
