import { describe, expect, test } from 'vitest'
import type { LabelRange } from '../../shared/projectRecords.ts'
import { paintLabel } from '../../pipeline/edits/labelRanges.ts'
import { edgeGesture, labelEdgeAt, type LabelEdge } from './labelEdges.ts'
import { xOf, type TimeAxis } from './timeAxis.ts'

const axis: TimeAxis = { frames: 100, pxPerFrame: 6, leftPx: 30, widthPx: 500 }
const occluded: LabelRange = { kind: 'occluded', first: 10, last: 19 }
const visible: LabelRange = { kind: 'visible', first: 20, last: 29 }
const labels = [occluded, visible]

describe('the ends of a label', () => {
  test('are taken hold of within four px, and nowhere else', () => {
    expect(labelEdgeAt(axis, 7, labels, xOf(axis, 10) - 4)).toEqual({ key: 7, range: occluded, end: 'first' })
    expect(labelEdgeAt(axis, 7, labels, xOf(axis, 30) + 4)).toEqual({ key: 7, range: visible, end: 'last' })
    expect(labelEdgeAt(axis, 7, labels, xOf(axis, 10) - 5)).toBeNull()
    expect(labelEdgeAt(axis, 7, labels, xOf(axis, 15))).toBeNull()
  })

  test('where two ranges meet, are those of the one under the pointer', () => {
    expect(labelEdgeAt(axis, 7, labels, xOf(axis, 20) - 1)).toMatchObject({ range: occluded, end: 'last' })
    expect(labelEdgeAt(axis, 7, labels, xOf(axis, 20) + 1)).toMatchObject({ range: visible, end: 'first' })
  })
})

/** What the labels of the track are after the gesture, by the rule of the store. */
function after(edge: LabelEdge, frame: number): LabelRange[] {
  const gesture = edgeGesture(edge, frame)
  if (gesture === null) return [...labels]
  if (gesture.kind !== 'setLabels') throw new Error(gesture.kind)
  expect(gesture.spans).toHaveLength(1)
  return paintLabel(labels, gesture.spans[0].first, gesture.spans[0].last, gesture.label)
}

describe('dragging an end', () => {
  test.each([
    ['first', 5, [{ ...occluded, first: 5 }, visible]],
    ['first', 14, [{ ...occluded, first: 14 }, visible]],
    ['last', 16, [{ ...occluded, last: 16 }, visible]],
    ['last', 24, [{ ...occluded, last: 24 }, { ...visible, first: 25 }]],
    ['last', 40, [{ ...occluded, last: 40 }]],
    // A range keeps a frame; one that goes altogether is cleared, not dragged.
    ['first', 60, [{ ...occluded, first: 19 }, visible]],
    ['last', 2, [{ ...occluded, last: 10 }, visible]],
    ['first', 10, labels],
    ['last', 19, labels],
  ] as const)('%s of frames 10 to 19 to frame %i', (end, frame, expected) => {
    expect(after({ key: 7, range: occluded, end }, frame)).toEqual(expected)
  })

  test('to where it was is no gesture', () => {
    expect(edgeGesture({ key: 7, range: occluded, end: 'last' }, 19)).toBeNull()
  })
})
