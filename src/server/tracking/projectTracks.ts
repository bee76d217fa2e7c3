/**
 * The tracks of a video as its project has them: predictions, and over them what people set. Reads only.
 * Not here: files (writeOutputs.ts), which run to make (videoProject.ts).
 */
import { applyEdits } from '../../pipeline/edits/applyEdits.ts'
import type { RunRecord, TrackEdits, VideoRecord } from '../../shared/projectRecords.ts'
import { emptyTracks, type Query, type TrackSet } from '../../shared/tracks.ts'
import type { ProjectReader } from '../db/project.ts'

export interface ProjectTracks {
  /** In the order of the project's list. */
  readonly tracks: TrackSet
  /** Ids of tracks left out: no finished run was asked of their point, and nobody set anything of them. */
  readonly untracked: readonly string[]
}

/** Each track of the video by the newest finished run that was asked of its very point. */
export function projectTracks(project: ProjectReader, video: VideoRecord): ProjectTracks {
  return project.snapshot(() => {
    const records = project.tracks.list(video.id)
    const edits = project.edits.ofVideo(video.id)
    const wanted = new Map(records.map(({ id, query }) => [id, { id, ...query }]))
    /** By track id: its row in a run's predictions. */
    const found = new Map<string, { from: TrackSet; row: number }>()
    for (const run of finishedRuns(project, video)) {
      const asked = project.runs.queries(run.id).filter(query => !found.has(query.id) && samePoint(query, wanted.get(query.id)))
      if (asked.length === 0) continue
      const from = project.predictions.read(run.id, asked.map(query => query.id))
      from.ids.forEach((id, row) => found.set(id, { from, row }))
    }
    const kept = records.filter(({ id, key }) => found.has(id) || edits.has(key))
    const tracks = emptyTracks(kept.map(track => track.id), video.frameCount, video)
    kept.forEach(({ id, query }, row) => {
      tracks.queryFrames[row] = query.frame
      tracks.queryPoints.set([query.x, query.y], row * 2)
      const source = found.get(id)
      if (source) copyRow(source.from, source.row, tracks, row)
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

/** Newest first. */
export function finishedRuns(project: Pick<ProjectReader, 'runs'>, video: VideoRecord): RunRecord[] {
  return project.runs
    .list(video.id)
    .filter(run => run.state === 'done')
    .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || b.id - a.id)
}

function samePoint(asked: Query, track: Query | undefined): boolean {
  return track !== undefined && asked.frame === track.frame && asked.x === track.x && asked.y === track.y
}

function copyRow(from: TrackSet, row: number, to: TrackSet, at: number): void {
  const { frames } = to
  to.positions.set(from.positions.subarray(row * frames * 2, (row + 1) * frames * 2), at * frames * 2)
  to.states.set(from.states.subarray(row * frames, (row + 1) * frames), at * frames)
  to.uncertainty.set(from.uncertainty.subarray(row * frames, (row + 1) * frames), at * frames)
}
