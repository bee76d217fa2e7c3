/** Stretches that a person took from a reference stay as they are when a track is read anew. Reads only. Not here: taking them (gestures/decide.ts). */
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import type { FrameRange } from '../db/paths.ts'
import type { ProjectReader } from '../db/project.ts'
import type { LiveTrack } from './liveTracks.ts'

/**
 * `path` with the track's accepted stretches put back, but for those that hold a node among `span` set since: whoever sets a point inside
 * such a stretch corrects it. The path itself where there are none.
 */
export function keepAccepted(project: ProjectReader, video: VideoRecord, { record, edits, path: shown }: LiveTrack, path: TrackPath, span: FrameRange | null): TrackPath {
  if (!shown) return path
  const corrected = (first: number, last: number) => span !== null && edits.keyframes.some(({ frame }) => frame >= first && frame <= last)
  const kept = project.references.decisions(video.id).filter(({ key, verdict, first, last }) => key === record.key && verdict === 'accepted' && !corrected(first, last))
  if (kept.length === 0) return path
  const mixed = { ...path, positions: path.positions.slice(), states: path.states.slice(), uncertainty: path.uncertainty.slice() }
  for (const { first, last } of kept) copyFrames(shown, mixed, first, last)
  return mixed
}

/** Copies frames first..last, both included. */
export function copyFrames(from: TrackPath, to: TrackPath, first: number, last: number): void {
  to.positions.set(from.positions.subarray(2 * first, 2 * (last + 1)), 2 * first)
  to.states.set(from.states.subarray(first, last + 1), first)
  to.uncertainty.set(from.uncertainty.subarray(first, last + 1), first)
}
