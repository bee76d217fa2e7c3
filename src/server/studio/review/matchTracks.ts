/**
 * Which track of ours each track of a reference is: by where they are, and by name where places do not decide; another tracker was asked
 * for our very tracks, so its are known by name. Pure.
 */
import type { ReferenceKind } from '../../../shared/studio/document.ts'
import { TrackState, type TrackSet } from '../../../shared/tracks.ts'
import type { LiveTrack } from '../liveTracks.ts'

/** Share of the long side within which two tracks may be the same point. */
const NEAR_SHARE = 0.04
/** Tracks of one name are preferred by this factor. */
const SAME_NAME = 0.25

/** Frames looked at along two tracks: a thousand tracks against a thousand others must not take seconds. */
const SAMPLES = 24

/** [rows of the reference] key of our track, -1 for none; each of ours at most once, the nearest pairs first. */
export function matchTracks(kind: ReferenceKind, reference: TrackSet, ours: readonly LiveTrack[]): Int32Array {
  return kind === 'tracker' ? matchByName(reference, ours) : matchByPlace(reference, ours)
}

function matchByName(reference: TrackSet, ours: readonly LiveTrack[]): Int32Array {
  const keyOf = new Map(ours.map(({ record }) => [record.id, record.key]))
  return Int32Array.from(reference.ids, id => keyOf.get(id) ?? -1)
}

function matchByPlace(reference: TrackSet, ours: readonly LiveTrack[]): Int32Array {
  const near = NEAR_SHARE * Math.max(reference.width, reference.height)
  const pairs: { row: number; track: LiveTrack; cost: number }[] = []
  reference.ids.forEach((id, row) => {
    for (const track of ours) {
      const named = id === track.record.id
      const apart = distance(reference, row, track)
      if (named || apart < near) pairs.push({ row, track, cost: named ? Math.min(apart, Number.MAX_VALUE) * SAME_NAME : apart })
    }
  })
  pairs.sort((a, b) => a.cost - b.cost)
  const keys = new Int32Array(reference.ids.length).fill(-1)
  const used = new Set<number>()
  for (const { row, track } of pairs) {
    if (keys[row] !== -1 || used.has(track.record.key)) continue
    keys[row] = track.record.key
    used.add(track.record.key)
  }
  return keys
}

/**
 * How far apart two tracks are, px: at the point that ours starts from, or along their ways (the median where both are seen), whichever is
 * less. One point may be clicked badly, and a way may stray: neither makes it another point.
 */
function distance(reference: TrackSet, row: number, { record, path }: LiveTrack): number {
  const { frames, positions, states } = reference
  const apart = (frame: number, x: number, y: number) => Math.hypot(positions[2 * (row * frames + frame)] - x, positions[2 * (row * frames + frame) + 1] - y)
  const seen = (frame: number) => states[row * frames + frame] === TrackState.visible
  const { frame, x, y } = record.query
  const atStart = seen(frame) ? apart(frame, x, y) : Number.POSITIVE_INFINITY
  const along: number[] = []
  const step = Math.max(1, Math.floor(frames / SAMPLES))
  for (let t = 0; t < frames; t += step) {
    if (path && seen(t) && path.states[t] === TrackState.visible) along.push(apart(t, path.positions[2 * t], path.positions[2 * t + 1]))
  }
  const median = along.sort((a, b) => a - b)[along.length >> 1] ?? Number.POSITIVE_INFINITY
  return Math.min(atStart, median)
}
