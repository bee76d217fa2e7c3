/** Ends of a person's label ranges: finding one under the pointer, and what dragging it means. Pure. Not here: pointer events (pointer.ts). */
import type { LabelRange } from '../../shared/projectRecords.ts'
import type { Gesture } from '../../shared/studio/gestures.ts'
import { type TimeAxis, xOf } from './timeAxis.ts'

export interface LabelEdge {
  readonly key: number
  readonly range: LabelRange
  readonly end: 'first' | 'last'
}

const GRAB_PX = 4

/** The end within reach of x, the nearest; where two ranges meet, that of the range under the pointer. */
export function labelEdgeAt(axis: TimeAxis, key: number, labels: readonly LabelRange[], x: number): LabelEdge | null {
  let best: LabelEdge | null = null
  let bestPx = GRAB_PX + 1e-6
  for (const range of labels) {
    const left = xOf(axis, range.first)
    const right = xOf(axis, range.last + 1)
    const inside = x >= left && x <= right
    for (const end of ['first', 'last'] as const) {
      // An end inside whose range the pointer stands wins over one that it only touches.
      const px = Math.abs(x - (end === 'first' ? left : right)) - (inside ? 0.25 : 0)
      if (px < bestPx) {
        best = { key, range, end }
        bestPx = px
      }
    }
  }
  return best
}

/** The range with that end moved to `frame` (its cell is the last or first inside); it keeps at least one frame. */
export function draggedRange({ range, end }: LabelEdge, frame: number): LabelRange {
  return end === 'first' ? { ...range, first: Math.min(frame, range.last) } : { ...range, last: Math.max(frame, range.first) }
}

/** What brings the label to its new extent in one step: frames that it gained are labelled, or those that it lost cleared. Null where it is as before. */
export function edgeGesture(edge: LabelEdge, frame: number): Gesture | null {
  const { range, key, end } = edge
  const next = draggedRange(edge, frame)
  if (end === 'first') {
    if (next.first < range.first) return { kind: 'setLabels', label: range.kind, spans: [{ key, first: next.first, last: range.first - 1 }] }
    if (next.first > range.first) return { kind: 'setLabels', label: null, spans: [{ key, first: range.first, last: next.first - 1 }] }
    return null
  }
  if (next.last > range.last) return { kind: 'setLabels', label: range.kind, spans: [{ key, first: range.last + 1, last: next.last }] }
  if (next.last < range.last) return { kind: 'setLabels', label: null, spans: [{ key, first: next.last + 1, last: range.last }] }
  return null
}
