/**
 * Tracks whose points changed, read anew between the nodes beside the change: at once where the field answers, else bent there and left to
 * be read later. Not here: the reading itself (FieldTracker).
 */
import { bendPath } from '../../../pipeline/edits/bendPath.ts'
import { humanNodes } from '../../../pipeline/edits/humanNodes.ts'
import type { Keyframe, TrackEdits, TrackQuery } from '../../../shared/projectRecords.ts'
import type { TrackPath } from '../../../shared/studio/document.ts'
import type { FrameRange } from '../../db/paths.ts'
import type { Draft } from '../draft.ts'
import { keepAccepted } from '../keepAccepted.ts'
import type { LiveTrack } from '../liveTracks.ts'
import type { GestureStage } from './plan.ts'

/** A track with the points that it shall have. */
export interface Repair {
  readonly track: LiveTrack
  readonly edits: TrackEdits
  readonly query: TrackQuery
  /** Frames whose points changed: the path is read anew up to the nodes beside them. Empty: only the edits are written. */
  readonly changed: readonly number[]
  /** Taken in place of the track's own path. */
  readonly base?: TrackPath | null
}

/** Asks for the paths; the result writes edits, queries and paths. */
export async function planRepairs(stage: GestureStage, repairs: readonly Repair[]): Promise<(draft: Draft) => void> {
  const { project, video } = stage
  const jobs = repairs.map(repair => ({ ...repair, ...prepared(repair, video.frameCount) }))
  const asked = jobs.filter(job => job.span !== null)
  const answers = await stage.ask(asked.map(({ nodes, edits, span, base }) => ({ nodes, labels: edits.labels, ...(base && span && { span, base }) })))
  return draft => {
    for (const { track, edits, query } of jobs) {
      const { key } = track.record
      draft.setEdits(key, edits)
      if (JSON.stringify(query) !== JSON.stringify(track.record.query)) draft.update(key, { query })
    }
    draft.setPaths(asked.map(({ track, edits, base, bent, span }, i) => {
      const path = answers?.[i] ?? bent
      const kept = path && keepAccepted(project, video, { ...track, edits, path: base }, path, span)
      // Where there was no path, all of it was read, or all is to be read.
      const stale = answers ? (base ? track.stale : null) : base ? union(track.stale, span) : { first: 0, last: video.frameCount - 1 }
      return { key: track.record.key, path: kept, stale }
    }))
  }
}

interface Prepared {
  readonly nodes: readonly Keyframe[]
  readonly base: TrackPath | null
  readonly bent: TrackPath | null
  readonly span: FrameRange | null
}

function prepared({ track, edits, query, changed, base = track.path }: Repair, frames: number): Prepared {
  const nodes = humanNodes({ query }, edits)
  if (changed.length === 0) return { nodes, base, bent: base, span: null }
  const first = Math.min(...changed)
  const last = Math.max(...changed)
  const before = nodes.findLast(node => node.frame < first)
  const after = nodes.find(node => node.frame > last)
  const span = { first: before?.frame ?? 0, last: after?.frame ?? frames - 1 }
  const moved = nodes.filter(node => node.frame >= first && node.frame <= last)
  const bent = base && { ...base, positions: moved.reduce((positions, node) => bendPath(positions, frames, nodes, node), base.positions) }
  return { nodes, base, bent, span }
}

export function union(a: FrameRange | null, b: FrameRange | null): FrameRange | null {
  if (!a || !b) return a ?? b
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) }
}
