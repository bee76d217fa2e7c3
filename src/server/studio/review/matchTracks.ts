/** Which track of ours each track of a reference is: by where they are, and by name where places do not decide. Pure. */
import { humanNodes } from '../../../pipeline/edits/humanNodes.ts'
import { TrackState, type TrackSet } from '../../../shared/tracks.ts'
import type { LiveTrack } from '../liveTracks.ts'

/** Share of the long side within which two tracks may be the same point. */
const NEAR_SHARE = 0.04
/** Tracks of one name are preferred by this factor. */
const SAME_NAME = 0.25

/** [rows of the reference] key of our track, -1 for none; each of ours at most once, the nearest pairs first. */
export function matchTracks(reference: TrackSet, ours: readonly LiveTrack[]): Int32Array {
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

/** Mean distance at the points that a person gave ours, px; where the reference says nothing there, the median where both are seen. */
function distance(reference: TrackSet, row: number, { record, edits, path }: LiveTrack): number {
  const { frames, positions, states } = reference
  const apart = (frame: number, x: number, y: number) => Math.hypot(positions[2 * (row * frames + frame)] - x, positions[2 * (row * frames + frame) + 1] - y)
  const seen = (frame: number) => states[row * frames + frame] === TrackState.visible
  const nodes = humanNodes(record, edits).filter(node => seen(node.frame))
  if (nodes.length > 0) return nodes.reduce((sum, { frame, x, y }) => sum + apart(frame, x, y), 0) / nodes.length
  if (!path) return Number.POSITIVE_INFINITY
  const both: number[] = []
  for (let frame = 0; frame < frames; frame++) {
    if (seen(frame) && path.states[frame] === TrackState.visible) both.push(apart(frame, path.positions[2 * frame], path.positions[2 * frame + 1]))
  }
  return both.length === 0 ? Number.POSITIVE_INFINITY : both.sort((a, b) => a - b)[both.length >> 1]
}
