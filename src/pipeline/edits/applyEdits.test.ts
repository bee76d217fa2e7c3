import { expect, it } from 'vitest'
import { emptyTracks, TrackState, type TrackSet } from '../../shared/tracks.ts'
import { applyEdits } from './applyEdits.ts'

/** Two tracks of four frames; the first predicted, the second not. */
function predicted(): TrackSet {
  const tracks = emptyTracks(['a', 'b'], 4, { width: 10, height: 8 })
  tracks.positions.set([1, 1, 2, 2, 3, 3, 12, 4])
  tracks.states.set([TrackState.visible, TrackState.occluded, TrackState.visible, TrackState.outOfFrame])
  tracks.uncertainty.set([0.5, 0.5, 0.5, 0.5])
  return tracks
}
const row = (tracks: TrackSet, track: number) => [...tracks.states.subarray(track * 4, track * 4 + 4)]
const { visible, occluded, outOfFrame, unlabelled } = TrackState

it('a keyframe gives its exact place and keeps the predicted visibility; nothing else changes, nor what was given', () => {
  const before = predicted()
  const after = applyEdits(before, [{ keyframes: [{ frame: 1, x: 5.25, y: 6.5 }], labels: [] }, undefined])
  expect([...after.positions.subarray(0, 8)]).toEqual([1, 1, 5.25, 6.5, 3, 3, 12, 4])
  expect([...after.uncertainty.subarray(0, 4)]).toEqual([0.5, 0, 0.5, 0.5])
  expect(row(after, 0)).toEqual([visible, occluded, visible, outOfFrame])
  expect(row(after, 1)).toEqual([unlabelled, unlabelled, unlabelled, unlabelled])
  expect(before).toEqual(predicted())
})

it('a keyframe is visible where nothing was predicted or the point was thought out of frame, and out of frame where it lies outside', () => {
  const inside = { x: 9.5, y: 7.5 }
  const edits = [
    { keyframes: [{ frame: 3, ...inside }, { frame: 0, x: 10, y: 4 }], labels: [] },
    { keyframes: [{ frame: 2, ...inside }], labels: [] },
  ]
  const after = applyEdits(predicted(), edits)
  expect(row(after, 0)).toEqual([outOfFrame, occluded, visible, visible])
  expect(row(after, 1)).toEqual([unlabelled, unlabelled, visible, unlabelled])
})

it('labels have the last word, over both their ends', () => {
  const labels = [
    { kind: 'occluded' as const, first: 0, last: 1 },
    { kind: 'visible' as const, first: 3, last: 3 },
  ]
  const after = applyEdits(predicted(), [{ keyframes: [{ frame: 0, x: 1, y: 1 }], labels }, { keyframes: [], labels: [{ kind: 'outOfFrame', first: 0, last: 3 }] }])
  expect(row(after, 0)).toEqual([occluded, occluded, visible, visible])
  expect(row(after, 1)).toEqual([outOfFrame, outOfFrame, outOfFrame, outOfFrame])
})

it('edits of another number of tracks or frames are refused', () => {
  expect(() => applyEdits(predicted(), [undefined])).toThrow('edits of 1 tracks for 2')
  expect(() => applyEdits(predicted(), [{ keyframes: [{ frame: 4, x: 1, y: 1 }], labels: [] }, undefined])).toThrow('frame 4 of 4')
})
