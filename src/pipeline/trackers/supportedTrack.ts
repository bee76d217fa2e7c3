/**
 * A whole track from the frames in which a point was found: linear in time between them, hidden there; beyond the last it goes on for a
 * while as it moved, then stands. Not here: finding it (placeFromMatches.ts).
 */
import { TrackState } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'

/** Frames over which the motion at an end is measured, and for which it goes on. */
const MEASURED_FRAMES = 4
const CONTINUED_FRAMES = 8

export interface TrackCells {
  /** [frames, 2] */
  readonly positions: Float32Array
  /** [frames] TrackState */
  readonly states: Uint8Array
}

/**
 * Fills a track's cells.
 * @param found the places, by frame; at least one
 */
export function supportedTrack(found: ReadonlyMap<number, readonly [number, number]>, size: Size, { positions, states }: TrackCells): void {
  const frames = [...found.keys()].sort((a, b) => a - b)
  const [first, last] = [frames[0], frames[frames.length - 1]]
  let next = 0
  for (let t = 0; t < states.length; t++) {
    while (next < frames.length && frames[next] < t) next++
    const seen = found.get(t)
    const [x, y] = seen ?? (t < first ? beyond(found, frames, t, 1) : t > last ? beyond(found, frames, t, -1) : between(found, frames[next - 1], frames[next], t))
    const inside = x >= 0 && y >= 0 && x < size.width && y < size.height
    positions[2 * t] = x
    positions[2 * t + 1] = y
    states[t] = !inside ? TrackState.outOfFrame : seen ? TrackState.visible : TrackState.occluded
  }
}

function between(found: ReadonlyMap<number, readonly [number, number]>, before: number, after: number, t: number): readonly [number, number] {
  const [p, q] = [found.get(before)!, found.get(after)!]
  const s = (t - before) / (after - before)
  return [p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])]
}

/** @param inward 1 before the first frame, −1 after the last */
function beyond(found: ReadonlyMap<number, readonly [number, number]>, frames: readonly number[], t: number, inward: 1 | -1): readonly [number, number] {
  const end = inward > 0 ? frames[0] : frames[frames.length - 1]
  const near = frames.filter(f => f !== end && Math.abs(f - end) <= MEASURED_FRAMES)
  const from = inward > 0 ? near.at(-1) : near.at(0)
  const place = found.get(end)!
  if (from === undefined) return place
  const other = found.get(from)!
  const steps = Math.min(Math.abs(t - end), CONTINUED_FRAMES) / Math.abs(from - end)
  return [place[0] + steps * (place[0] - other[0]), place[1] + steps * (place[1] - other[1])]
}
