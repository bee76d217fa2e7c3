import { describe, expect, test } from 'vitest'
import { trackView } from '../../../test/builders/trackView.ts'
import { shownTrack } from '../state/shownTrack.ts'
import { bisection, doubtJump, extent, keyframeJump } from './jumps.ts'

const video = { width: 64, height: 64, frameCount: 40 }
const at = (...frames: number[]) => frames.map(frame => ({ frame, x: 3, y: 3 }))
const all = (state: number) => Array.from({ length: 40 }, () => state)
const doubtful = (...frames: number[]) => Array.from({ length: 40 }, (_, frame) => (frames.includes(frame) ? 5 : 0.5))

const a = shownTrack(trackView({ key: 1, query: at(4)[0], keyframes: at(12, 30), states: all(0), uncertainty: doubtful(8, 9, 10, 25) }), video)
const b = shownTrack(trackView({ key: 2, query: at(20)[0], states: [...all(3).slice(0, 6), ...all(0).slice(0, 30), ...all(3).slice(0, 4)], uncertainty: doubtful(16, 33) }), video)

describe('jumps', () => {
  test('go to the nearest keyframe beyond, the query among them, of any of the tracks', () => {
    expect(keyframeJump([a, b], 4, 'next')).toBe(12)
    expect(keyframeJump([a, b], 12, 'next')).toBe(20)
    expect(keyframeJump([a], 12, 'next')).toBe(30)
    expect(keyframeJump([a, b], 12, 'previous')).toBe(4)
    expect(keyframeJump([a, b], 30, 'next')).toBeNull()
    expect(keyframeJump([], 3, 'next')).toBeNull()
  })

  test('halve the gap around the frame, whose ends are keyframes or the ends of the video', () => {
    expect(bisection(a, 13, 40)).toBe(21)
    expect(bisection(a, 12, 40)).toBe(21)
    expect(bisection(a, 0, 40)).toBe(2)
    expect(bisection(a, 31, 40)).toBe(34)
    expect(bisection(a, 21, 40)).toBeNull()
    expect(bisection({ nodes: at(5, 6) }, 5, 40)).toBeNull()
  })

  test('go to the start of the nearest doubtful stretch, and say whose it is', () => {
    expect(doubtJump([a, b], 0, 'next')).toEqual({ key: 1, frame: 8 })
    expect(doubtJump([a, b], 8, 'next')).toEqual({ key: 2, frame: 16 })
    expect(doubtJump([a, b], 30, 'previous')).toEqual({ key: 1, frame: 25 })
    expect(doubtJump([a], 25, 'next')).toBeNull()
  })

  test('know where a track begins and ends', () => {
    expect(extent(b)).toEqual({ first: 6, last: 35 })
    expect(extent({ states: Uint8Array.of(3, 3) })).toBeNull()
  })
})
