/** The places that a person gave a track: its keyframes, and its query where no keyframe stands at that frame. Pure. */
import type { Keyframe, TrackEdits, TrackRecord } from '../../shared/projectRecords.ts'

/** By ascending frame; a track's path passes through each exactly. */
export function humanNodes(record: Pick<TrackRecord, 'query'>, edits: Pick<TrackEdits, 'keyframes'>): Keyframe[] {
  const { query } = record
  if (edits.keyframes.some(keyframe => keyframe.frame === query.frame)) return [...edits.keyframes]
  const { frame, x, y } = query
  return [...edits.keyframes, { frame, x, y }].sort((a, b) => a.frame - b.frame)
}
