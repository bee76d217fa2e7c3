import { describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../test/builders/exactFlow.ts'
import { uniformFlowStore } from '../../../test/builders/flowStore.ts'
import { renderScene } from '../synth/synthScenes.ts'
import { emptyTracks, TrackState, type TrackSet } from '../../shared/tracks.ts'
import { flowInconsistency } from './flowInconsistency.ts'

// A clip of 512×128 tracked at half its size: a clip pixel is half a pixel of 256² across, and two down.
const clip = { width: 512, height: 128 }
const work = { width: 256, height: 64 }
// 1 and 0.5 working pixels a frame: 2 and 1 in the clip.
const flow = uniformFlowStore({ frames: 4, ...work, gaps: [1], velocity: [1, 0.5], hidden: column => column >= 200 })

function moving(...tracks: readonly { from: [number, number]; by: [number, number]; states?: readonly TrackState[]; query?: number }[]): TrackSet {
  const set = emptyTracks(tracks.map((_, n) => `t${n}`), 4, clip)
  tracks.forEach(({ from, by, states, query }, n) => {
    set.queryFrames[n] = query ?? 0
    for (let t = 0; t < 4; t++) {
      set.positions.set([from[0] + t * by[0], from[1] + t * by[1]], (n * 4 + t) * 2)
      set.states[n * 4 + t] = states?.[t] ?? TrackState.visible
    }
  })
  return set
}
const { visible: v, occluded: o } = TrackState

describe('flow inconsistency', () => {
  it.each([
    ['a track that moves with the flow', moving({ from: [20, 20], by: [2, 1] }), 0, 3],
    ['three clip pixels too far across: 1.5 of 256', moving({ from: [20, 20], by: [5, 1] }), 1.5, 3],
    ['two clip pixels too far down: 4 of 256', moving({ from: [20, 20], by: [2, 3] }), 4, 3],
    ['3 across and 2 down at 256², by Pythagoras', moving({ from: [20, 20], by: [8, 2] }), Math.hypot(3, 2), 3],
    ['a mean over all steps of all tracks', moving({ from: [20, 20], by: [2, 1] }, { from: [60, 20], by: [5, 1], states: [v, v, o, v] }), 1.5 / 4, 4],
  ])('is by hand: %s', (_, tracks, meanPx, steps) => {
    const result = flowInconsistency(tracks, flow, work, 'strided')
    expect(result.meanPx).toBeCloseTo(meanPx, 6)
    expect(result).toMatchObject({ steps, withoutFlow: 0 })
  })

  it('looks only at steps that the prediction sees at both ends, and in first mode at none before the query', () => {
    const tracks = moving({ from: [20, 20], by: [5, 1], states: [v, v, o, o] }, { from: [60, 20], by: [2, 1], query: 2 })
    expect(flowInconsistency(tracks, flow, work, 'strided')).toMatchObject({ steps: 4, meanPx: 1.5 / 4 })
    expect(flowInconsistency(tracks, flow, work, 'first')).toMatchObject({ steps: 2, meanPx: 1.5 / 2 })
  })

  it('compares nothing where flow is not sure, outside the frame, or without a number, and says how many steps flow did not know', () => {
    const tracks = moving({ from: [420, 20], by: [9, 9] }, { from: [-9, 20], by: [2, 1] }, { from: [Number.NaN, 20], by: [0, 0] })
    expect(flowInconsistency(tracks, flow, work, 'first')).toEqual({ meanPx: Number.NaN, steps: 0, withoutFlow: 3 })
  })

  it('is almost nothing between exact tracks and exact flow, and grows with error', () => {
    const scene = renderScene('parallax', { width: 64, height: 48, frames: 6 })
    const exact = exactFlowStore(scene, [1])
    const truth = scene.groundTruth({ count: 24 })
    const right = flowInconsistency(truth, exact, scene, 'strided')
    expect(right.steps).toBeGreaterThan(60)
    // Flow is stored in 1/32 px, read between pixels: 4 to 5 px of 256² are one of this clip.
    expect(right.meanPx).toBeLessThan(0.5)
    const shaken = { ...truth, positions: truth.positions.map((value, k) => value + (k % 4 < 2 ? 0.5 : -0.5)) }
    expect(flowInconsistency(shaken, exact, scene, 'strided').meanPx).toBeGreaterThan(right.meanPx + 3)
  })
})
