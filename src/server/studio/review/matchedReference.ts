/** A reference's tracks with our counterpart of each. Not here: how they are matched (matchTracks.ts), scores. */
import type { VideoRecord } from '../../../shared/projectRecords.ts'
import type { TrackSet } from '../../../shared/tracks.ts'
import type { ProjectReader } from '../../db/project.ts'
import { liveTracks } from '../liveTracks.ts'
import { matchTracks } from './matchTracks.ts'
import { readReference, referenceRecord } from './referenceFiles.ts'

export interface MatchedReference {
  /** [rows] key of our counterpart, -1 where there is none. */
  readonly keys: Int32Array
  readonly tracks: TrackSet
  readonly evaluated?: Uint8Array
}

/** @throws TaplineError 'not-found' for a reference that is gone, 'bad-file' for one that is damaged. */
export async function matchedReference(project: ProjectReader, video: VideoRecord, referenceId: number): Promise<MatchedReference> {
  const { kind } = referenceRecord(project, video, referenceId)
  const { tracks, evaluated } = await readReference(project, video, referenceId)
  return { keys: matchTracks(kind, tracks, liveTracks(project, video)), tracks, evaluated }
}
