/**
 * Puts a video back to the state before or after a gesture: undo and redo. Only what the gesture changed is touched, so that paths read
 * since stay. Within one transaction. Not here: which gesture (db/history.ts).
 */
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { Changed, HistoryChange, TrackSnapshot } from '../db/history.ts'
import type { PathRef } from '../db/paths.ts'
import type { ProjectWriter } from '../db/project.ts'

export function restoreChange(project: ProjectWriter, video: VideoRecord, change: HistoryChange, to: 'before' | 'after'): void {
  const from = to === 'before' ? 'after' : 'before'
  const present = new Map(project.tracks.list(video.id).map(track => [track.key, track.id]))
  const moves = change.tracks.map(track => ({ old: track[from], wanted: track[to] }))
  project.tracks.remove(moves.flatMap(({ old, wanted }) => (old && !wanted && present.delete(old.record.key) ? [old.record.key] : [])))
  for (const { old, wanted } of moves) {
    if (!wanted) continue
    if (!old) bringBack(project, wanted, present)
    else if (present.has(wanted.record.key)) putBack(project, old, wanted)
  }
  if (change.markers) project.marks.setMarkers(video.id, change.markers[to])
  if (change.decisions) project.references.setDecisions(video.id, change.decisions[to])
  if (change.fieldRun) project.marks.chooseField(video.id, change.fieldRun[to])
}

/** A track with its old key. Its id may have gone to another meanwhile (tracks from a file): then it gets one beside it. */
function bringBack(project: ProjectWriter, { record, edits, path }: TrackSnapshot, present: Map<number, string>): void {
  const taken = new Set(present.values())
  let id = record.id
  for (let n = 2; taken.has(id); n++) id = `${record.id}-${n}`
  present.set(record.key, id)
  project.tracks.restore([{ track: { ...record, id }, edits }])
  project.paths.show(record.key, path)
}

function putBack(project: ProjectWriter, old: TrackSnapshot, wanted: TrackSnapshot): void {
  const { key } = wanted.record
  const differs = (of: (snapshot: TrackSnapshot) => unknown) => JSON.stringify(of(old)) !== JSON.stringify(of(wanted))
  if (differs(({ record }) => record)) project.tracks.update(key, wanted.record)
  if (differs(({ edits }) => edits)) project.edits.replace(key, wanted.edits)
  // Shown from now on: a run that finished before the gesture was taken back must not take its place.
  if (differs(({ path }) => shownOf(path))) project.paths.show(key, { ...wanted.path, at: Date.now() })
}

const shownOf = ({ pathId, stale }: PathRef) => [pathId, stale]

/** Keys of the tracks that a change names. */
export function keysOf(change: HistoryChange): number[] {
  return change.tracks.map((track: Changed<TrackSnapshot | null>) => (track.before ?? track.after)!.record.key)
}
