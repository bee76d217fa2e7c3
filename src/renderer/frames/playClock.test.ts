import { describe, expect, test } from 'vitest'
import { dueFrame, durationOf, frameAt, startPlaying, type Playing } from './playClock.ts'

/** Frames 0 and 1 last 40 ms, 2 lasts 200 ms, 3 and 4 40 ms. */
const timesS = Float64Array.of(0, 0.04, 0.08, 0.28, 0.32)
const whole = { first: 0, last: 4 }
const playing = (more: Partial<Playing> = {}): Playing => ({ timesS, range: whole, speed: 1, loop: false, ...more })
const from = (s: number) => ({ fromS: s, sinceMs: 1000 })

describe('the clock of playing', () => {
  test('goes by the frames’ own times', () => {
    const frames = [0, 39, 41, 79, 81, 279, 281, 321].map(ms => dueFrame(playing(), from(0), 1000 + ms).frame)
    expect(frames).toEqual([0, 0, 1, 1, 2, 2, 3, 4])
  })

  test('goes faster and slower', () => {
    expect(dueFrame(playing({ speed: 4 }), from(0), 1071).frame).toBe(3)
    expect(dueFrame(playing({ speed: 0.1 }), from(0), 1399).frame).toBe(0)
    expect(dueFrame(playing({ speed: 0.1 }), from(0), 1401).frame).toBe(1)
  })

  test('stops after the last frame’s own time, not at its start', () => {
    expect(dueFrame(playing(), from(0), 1359)).toMatchObject({ frame: 4, ended: false })
    expect(dueFrame(playing(), from(0), 1361)).toMatchObject({ frame: 4, ended: true })
  })

  test('loops a range without drift', () => {
    const looped = playing({ loop: true, range: { first: 1, last: 2 } })
    // The range lasts 240 ms.
    let state = from(0.04)
    const seen: number[] = []
    // Never on the edge of a frame.
    for (let ms = 0.5; ms < 2400; ms += 7) {
      const due = dueFrame(looped, state, 1000 + ms)
      state = due.state
      seen.push(due.frame)
      expect(due.ended).toBe(false)
      expect(due.frame).toBe(ms % 240 < 40 ? 1 : 2)
    }
    expect(new Set(seen)).toEqual(new Set([1, 2]))
  })

  test('starts at the play head, or at the start where that is at the end or outside', () => {
    expect(startPlaying(playing(), 2, 5)).toEqual({ fromS: 0.08, sinceMs: 5 })
    expect(startPlaying(playing(), 4, 5).fromS).toBe(0)
    expect(startPlaying(playing({ range: { first: 1, last: 2 } }), 4, 5).fromS).toBe(0.04)
  })

  test('finds frames and durations at the ends', () => {
    expect(frameAt(timesS, -1, whole)).toBe(0)
    expect(frameAt(timesS, 99, whole)).toBe(4)
    expect(durationOf(timesS, 4)).toBeCloseTo(0.04)
    expect(durationOf(Float64Array.of(0), 0)).toBeCloseTo(0.04)
  })
})
