/**
 * Which frame is due while playing: by the frames' own presentation times, at a speed, within a range. Pure. Not here: showing it
 * (player.ts).
 */
import type { FrameRange } from '../state/viewStore.ts'

export const speeds = [0.1, 0.25, 0.5, 1, 1.5, 2, 4] as const

/** The frame on show at media time `s` among first..last: the last one that has begun. */
export function frameAt(timesS: Float64Array, s: number, { first, last }: FrameRange): number {
  let low = first
  let high = last
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (timesS[middle] <= s) low = middle
    else high = middle - 1
  }
  return low
}

/** How long a frame stays, s: to the next one; the last as long as the one before it. */
export function durationOf(timesS: Float64Array, frame: number): number {
  const length = timesS.length
  if (length < 2) return 1 / 25
  const from = Math.min(frame, length - 2)
  return Math.max(1e-3, timesS[from + 1] - timesS[from])
}

/** Where playing stands: at wall time `sinceMs` the media time was `fromS`. */
export interface PlayState {
  readonly fromS: number
  readonly sinceMs: number
}

export interface Playing {
  readonly timesS: Float64Array
  readonly range: FrameRange
  readonly speed: number
  readonly loop: boolean
}

export interface Due {
  readonly frame: number
  /** Reached the end of the range and does not loop. */
  readonly ended: boolean
  readonly state: PlayState
}

/** Starts at `frame`; from the range's start where `frame` is outside of it or at its end. */
export function startPlaying({ timesS, range, loop }: Pick<Playing, 'timesS' | 'range' | 'loop'>, frame: number, nowMs: number): PlayState {
  const outside = frame < range.first || frame > range.last || (!loop && frame === range.last)
  return { fromS: timesS[outside ? range.first : frame], sinceMs: nowMs }
}

export function dueFrame({ timesS, range, speed, loop }: Playing, state: PlayState, nowMs: number): Due {
  const start = timesS[range.first]
  const end = timesS[range.last] + durationOf(timesS, range.last)
  let s = state.fromS + ((nowMs - state.sinceMs) / 1000) * speed
  if (s < end) return { frame: frameAt(timesS, s, range), ended: false, state }
  if (!loop) return { frame: range.last, ended: true, state }
  // Starting over sets the clock anew, so that rounding does not add up.
  s = start + ((s - start) % (end - start))
  return { frame: frameAt(timesS, s, range), ended: false, state: { fromS: s, sinceMs: nowMs } }
}
