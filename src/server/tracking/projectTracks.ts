/**
 * The tracks of a video as its project has them: predictions, and over them what people set. Reads only.
 * Not here: files (writeOutputs.ts), which run to make (videoProject.ts).
 */
import { applyEdits } from '../../pipeline/edits/applyEdits.ts'
import type { RunRecord, TrackEdits, VideoRecord } from '../../shared/projectRecords.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import { emptyTracks, type TrackSet } from '../../shared/tracks.ts'
import type { ProjectReader } from '../db/project.ts'
import { shownPaths } from './shownPaths.ts'

export interface ProjectTracks {
  /** In the order of the project's list. */
  readonly tracks: TrackSet
  /** Ids of tracks left out: no path was read, no finished run was asked of their point, and nobody set anything of them. */
  readonly untracked: readonly string[]
}

/** The tracks of the video as they are shown: the studio's paths and finished runs, of both the newer. */
export function projectTracks(project: ProjectReader, video: VideoRecord): ProjectTracks {
  return project.snapshot(() => {
    const records = project.tracks.list(video.id)
    const edits = project.edits.ofVideo(video.id)
    const shown = shownPaths(project, video, records)
    const kept = records.filter(({ key }) => shown.has(key) || edits.has(key))
    const tracks = emptyTracks(kept.map(track => track.id), video.frameCount, video)
    kept.forEach(({ key, query }, row) => {
      tracks.queryFrames[row] = query.frame
      tracks.queryPoints.set([query.x, query.y], row * 2)
      const path = shown.get(key)?.path
      if (path) copyPath(path, tracks, row)
    })
    return {
      tracks: applyEdits(tracks, kept.map(track => edits.get(track.key))),
      untracked: records.filter(track => !kept.includes(track)).map(track => track.id),
    }
  })
}

/** The tracks of one run, in the order in which it was asked, with what people set since. */
export function runTracks(project: ProjectReader, run: RunRecord): TrackSet {
  return project.snapshot(() => {
    const tracks = project.predictions.read(run.id)
    const edits = project.edits.ofVideo(run.videoId)
    const byId = new Map<string, TrackEdits | undefined>(project.tracks.list(run.videoId).map(track => [track.id, edits.get(track.key)]))
    return applyEdits(tracks, tracks.ids.map(id => byId.get(id)))
  })
}

function copyPath(path: TrackPath, to: TrackSet, row: number): void {
  const { frames } = to
  to.positions.set(path.positions, row * frames * 2)
  to.states.set(path.states, row * frames)
  to.uncertainty.set(path.uncertainty, row * frames)
}
