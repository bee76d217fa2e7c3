import { describe, expect, test } from 'vitest'
import { TrackState } from '../../shared/tracks.ts'
import { borderArrow } from './borderArrow.ts'
import type { DrawnTrack } from './drawnTracks.ts'
import { signPlace, trackAt, tracksIn } from './hitTest.ts'

const clip = { width: 100, height: 80 }

const track = (key: number, x: number, y: number, state: TrackState = TrackState.visible): DrawnTrack => ({
  key,
  record: { key, videoId: 1, id: `t${key}`, name: `Track ${key}`, colour: '#ff0000', query: { frame: 0, x, y }, order: key, notes: '', hidden: false, locked: false },
  positions: Float32Array.of(x, y), states: Uint8Array.of(state), uncertainty: Float32Array.of(0.2), nodes: [], provisional: false,
})

const at = (selection: number[] = []) => ({ frame: 0, clip, view: { scale: 4, x: 10, y: 20 }, selection: new Set(selection) })

describe('the track that a place means', () => {
  const tracks = [track(1, 10, 10), track(2, 11, 10), track(3, 50, 50, TrackState.unlabelled)]

  test('is the nearest within eight px of the screen, at any zoom', () => {
    expect(trackAt(tracks, { x: 50.9, y: 60 }, at())).toBe(1)
    expect(trackAt(tracks, { x: 53, y: 60 }, at())).toBe(2)
    expect(trackAt(tracks, { x: 61.9, y: 60 }, at())).toBe(2)
    expect(trackAt(tracks, { x: 62.1, y: 60 }, at())).toBeNull()
  })

  test('of two at one place is the selected one, else the one on top', () => {
    const both = [track(1, 10, 10), track(2, 10, 10)]
    expect(trackAt(both, { x: 50, y: 60 }, at())).toBe(2)
    expect(trackAt(both, { x: 50, y: 60 }, at([1]))).toBe(1)
  })

  test('has no sign where nothing is labelled, an arrow at the border out of frame', () => {
    expect(trackAt(tracks, { x: 210, y: 220 }, at())).toBeNull()
    const gone = track(4, 130, 40, TrackState.outOfFrame)
    expect(signPlace(gone, 0, clip)).toMatchObject({ x: 100, y: 40 })
    expect(trackAt([gone], { x: 410, y: 180 }, at())).toBe(4)
  })

  test('a rubber band takes the signs in it, from any corner to any other', () => {
    const many = [track(1, 10, 10), track(2, 20, 20), track(3, 30, 30), track(4, 200, 15, TrackState.outOfFrame)]
    expect(tracksIn(many, 0, clip, { x: 25, y: 25 }, { x: 5, y: 5 })).toEqual([1, 2])
    expect(tracksIn(many, 0, clip, { x: 90, y: 5 }, { x: 105, y: 25 })).toEqual([4])
  })
})

describe('the arrow at the border', () => {
  test('points from the border to where the point is', () => {
    expect(borderArrow({ x: -20, y: 40 }, clip)).toEqual({ x: 0, y: 40, angle: Math.PI })
    expect(borderArrow({ x: 120, y: 100 }, clip)).toEqual({ x: 100, y: 80, angle: Math.PI / 4 })
  })

  test('of a point that a label puts outside stands at the nearest side', () => {
    expect(borderArrow({ x: 3, y: 40 }, clip)).toEqual({ x: 0, y: 40, angle: Math.PI })
    expect(borderArrow({ x: 50, y: 78 }, clip)).toEqual({ x: 50, y: 80, angle: Math.PI / 2 })
  })
})
