/** Tracks of a video as they stand now, in the form that gestures work on and windows show. Reads only. */
import type { TrackEdits, TrackRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { TrackPath, TrackView } from '../../shared/studio/document.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { ProjectReader } from '../db/project.ts'
import type { FrameRange } from '../db/paths.ts'
import { FEW, shownPaths } from '../tracking/shownPaths.ts'

export interface LiveTrack {
  readonly record: TrackRecord
  readonly edits: TrackEdits
  readonly path: TrackPath | null
  /** Frames whose path is still to be read. */
  readonly stale: FrameRange | null
}

const noEdits: TrackEdits = { keyframes: [], labels: [] }

/** All tracks of a video in the order of the list, or those of `keys` in the order given; keys without a track are passed over. */
export function liveTracks(project: ProjectReader, video: VideoRecord, keys?: readonly number[]): LiveTrack[] {
  return project.snapshot(() => {
    const few = keys !== undefined && keys.length <= FEW
    const records = few ? keys.flatMap(key => ofVideo(project.tracks.find(key), video)) : chosen(project.tracks.list(video.id), keys)
    const edits = few ? new Map(records.map(({ key }) => [key, project.edits.ofTrack(key)])) : project.edits.ofVideo(video.id)
    const refs = few ? new Map(records.map(({ key }) => [key, project.paths.ref(key)])) : project.paths.refs(video.id)
    const shown = shownPaths(project, video, records)
    return records.map(record => ({
      record, edits: edits.get(record.key) ?? noEdits, path: shown.get(record.key)?.path ?? null, stale: refs.get(record.key)?.stale ?? null,
    }))
  })
}

const ofVideo = (record: TrackRecord | undefined, video: VideoRecord) => (record?.videoId === video.id ? [record] : [])

function chosen(all: readonly TrackRecord[], keys: readonly number[] | undefined): readonly TrackRecord[] {
  if (!keys) return all
  const byKey = new Map(all.map(record => [record.key, record]))
  return keys.flatMap(key => byKey.get(key) ?? [])
}

export function viewOf({ record, edits, path }: LiveTrack): TrackView {
  return { record, edits, path }
}

/** The tracks of `keys`, all of them. @throws TaplineError 'not-found' for a key without a track (another window deleted it); 'unsupported' for a locked one. */
export function unlockedTracks(project: ProjectReader, video: VideoRecord, keys: readonly number[]): LiveTrack[] {
  const unique = [...new Set(keys)]
  const tracks = liveTracks(project, video, unique)
  if (tracks.length < unique.length) throw new TaplineError('not-found', video.name, 'a track of the selection is no longer there', 'Select the tracks again.')
  const locked = tracks.find(track => track.record.locked)
  if (locked) throw new TaplineError('unsupported', `Track ${locked.record.name}`, 'it is locked', 'Unlock it, then do it again.')
  return tracks
}
