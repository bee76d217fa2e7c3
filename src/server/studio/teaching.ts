/** What people set on a video that its field has not learned yet, as numbers for the window. Pure. Not here: reading it (tracking/taught.ts). */
import type { HumanTrack } from '../../shared/jobs.ts'
import type { Keyframe, LabelRange } from '../../shared/projectRecords.ts'
import type { Query } from '../../shared/tracks.ts'

const sameNode = (a: Keyframe, b: Keyframe) => a.frame === b.frame && a.x === b.x && a.y === b.y
const sameLabel = (a: LabelRange, b: LabelRange) => a.kind === b.kind && a.first === b.first && a.last === b.last

/** Corrections: nodes of a track beyond its first, which only says which point it is. */
export function correctionsIn(humans: readonly HumanTrack[]): number {
  return humans.reduce((sum, { nodes }) => sum + Math.max(0, nodes.length - 1), 0)
}

/** Keyframes and labels among `now` that the run neither was taught nor was asked as a query. `starts`: the tracks' own queries. */
export function untaughtIn(now: readonly HumanTrack[], taught: readonly HumanTrack[], starts: readonly Query[], asked: readonly Query[]): number {
  const before = new Map(taught.map(track => [track.id, track]))
  const startOf = new Map(starts.map(query => [query.id, query]))
  const askedOf = new Map(asked.map(query => [query.id, query]))
  let count = 0
  for (const { id, nodes, labels } of now) {
    const known = before.get(id)
    const start = startOf.get(id)
    const query = askedOf.get(id)
    for (const node of nodes) {
      if (known?.nodes.some(other => sameNode(other, node))) continue
      // A track's own query is no correction, unless it moved since the run was asked.
      const isStart = start !== undefined && sameNode(start, node)
      if (isStart && (!query || sameNode(query, node))) continue
      count++
    }
    count += labels.filter(label => !known?.labels.some(other => sameLabel(other, label))).length
  }
  return count
}
