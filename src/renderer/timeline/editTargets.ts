/**
 * What the commands that edit work on, and the gestures they make: the cells of the marquee, or else the selected tracks over the range
 * or at the play head. Pure. Not here: the commands (labelCommands.ts).
 */
import type { LabelKind, LabelRange } from '../../shared/projectRecords.ts'
import type { FrameSpan, Gesture } from '../../shared/studio/gestures.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { OpenDocument } from '../state/documentStore.ts'
import { shownTrack } from '../state/shownTrack.ts'
import type { ViewState } from '../state/viewStore.ts'

type Tracks = Pick<OpenDocument, 'tracks' | 'record'>
type Selected = Pick<ViewState, 'selection' | 'laneSelection' | 'range' | 'frame'>

/** Keys of `keys` that there are and that are not locked. */
function editable({ tracks }: Tracks, keys: Iterable<number>): number[] {
  return [...keys].filter(key => tracks.get(key)?.record.locked === false)
}

/** The selected tracks at the play head, one frame each. */
export function spansHere(document: Tracks, { selection, frame }: Selected): FrameSpan[] {
  return editable(document, selection).map(key => ({ key, first: frame, last: frame }))
}

/** The marquee's cells; else the selected tracks over the range, where the play head stands in it; else at the play head. */
export function targetSpans(document: Tracks, view: Selected): FrameSpan[] {
  const { laneSelection, range, frame, selection } = view
  if (laneSelection) return editable(document, laneSelection.keys).map(key => ({ key, first: laneSelection.first, last: laneSelection.last }))
  if (!range || frame < range.first || frame > range.last) return spansHere(document, view)
  return editable(document, selection).map(key => ({ key, first: range.first, last: range.last }))
}

/** True where a person gave every frame of the span this label. */
function isLabelled(labels: readonly LabelRange[], { first, last }: FrameSpan, kind: LabelKind): boolean {
  let next = first
  for (const range of labels) {
    if (range.kind === kind && range.first <= next && range.last >= next) next = range.last + 1
  }
  return next > last
}

export function allLabelled({ tracks }: Tracks, spans: readonly FrameSpan[], kind: LabelKind): boolean {
  return spans.length > 0 && spans.every(span => isLabelled(tracks.get(span.key)!.edits.labels, span, kind))
}

/** Sets the label; where all of it has it already, takes it away. */
export function labelToggle(document: Tracks, spans: readonly FrameSpan[], kind: LabelKind): Gesture {
  return { kind: 'setLabels', spans, label: allLabelled(document, spans, kind) ? null : kind }
}

/** Those of the spans in which a person set a keyframe. */
export function spansWithKeyframes({ tracks }: Tracks, spans: readonly FrameSpan[]): FrameSpan[] {
  return spans.filter(({ key, first, last }) => tracks.get(key)!.edits.keyframes.some(({ frame }) => frame >= first && frame <= last))
}

/** Keyframes where the tracks stand at the frame, for those that have none and of which something is known there; null where there is nothing to set. */
export function keyframesHere(document: Tracks, spans: readonly FrameSpan[]): Gesture | null {
  const items = spans.flatMap(({ key, first: frame }) => {
    const view = document.tracks.get(key)!
    if (view.edits.keyframes.some(keyframe => keyframe.frame === frame)) return []
    const { positions, states, nodes } = shownTrack(view, document.record)
    // A query is exact to the bit; a path is not.
    const node = nodes.find(node => node.frame === frame)
    if (node) return [{ key, frame, x: node.x, y: node.y }]
    return states[frame] === TrackState.unlabelled ? [] : [{ key, frame, x: positions[2 * frame], y: positions[2 * frame + 1] }]
  })
  return items.length ? { kind: 'setKeyframes', items } : null
}

/** Removes the keyframes at the frame where every track has one; else sets those that are missing. */
export function keyframeToggle(document: Tracks, spans: readonly FrameSpan[]): Gesture | null {
  if (spans.length === 0) return null
  if (spansWithKeyframes(document, spans).length === spans.length) return { kind: 'removeKeyframes', spans }
  return keyframesHere(document, spans)
}

/** Labels as they were copied: lane by lane, counted from the first frame. */
export interface CopiedLabels {
  readonly frames: number
  readonly lanes: readonly (readonly LabelRange[])[]
}

/** The labels in the spans, which all cover the same frames. Null where there is no span. */
export function copyLabels({ tracks }: Tracks, spans: readonly FrameSpan[]): CopiedLabels | null {
  if (spans.length === 0) return null
  const { first, last } = spans[0]
  const lanes = spans.map(({ key }) =>
    tracks.get(key)!.edits.labels
      .filter(range => range.last >= first && range.first <= last)
      .map(({ kind, ...range }) => ({ kind, first: Math.max(range.first, first) - first, last: Math.min(range.last, last) - first })),
  )
  return { frames: last - first + 1, lanes }
}

/** The copied labels laid from `frame` on over tracks, instead of those that are there; copied lanes are taken in turn. */
export function pasteLabels({ record }: Tracks, { frames, lanes }: CopiedLabels, keys: readonly number[], frame: number): Gesture {
  const end = record.frameCount - 1
  const items = keys.flatMap((key, lane) => [
    { key, first: frame, last: Math.min(end, frame + frames - 1), label: null },
    ...lanes[lane % lanes.length]
      .filter(({ first }) => frame + first <= end)
      .map(({ kind, first, last }) => ({ key, first: frame + first, last: Math.min(end, frame + last), label: kind })),
  ])
  return { kind: 'pasteLabels', items }
}
