/**
 * What each track of a video shows as its prediction: the path that the studio gave it, or what a run that was asked of its very point
 * predicted; of both the newer. Reads only. Not here: people's edits over it (projectTracks.ts).
 */
import type { RunRecord, TrackRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import type { Query, TrackSet } from '../../shared/tracks.ts'
import type { ProjectReader } from '../db/project.ts'
import { isOfStudio } from './taught.ts'

/** Code version of runs that hold what a file brought: no run of ours goes on from them. */
export const IMPORTED = 'imported'

export interface ShownPath {
  readonly path: TrackPath
  /** Null where a run predicted it. */
  readonly pathId: number | null
}

/** Up to so many tracks are looked up one by one, more of them by reading all of the video's. */
export const FEW = 50

/** By track key; tracks that show nothing are absent. */
export function shownPaths(project: ProjectReader, video: VideoRecord, tracks: readonly TrackRecord[]): Map<number, ShownPath> {
  const refs = tracks.length > FEW ? project.paths.refs(video.id) : new Map(tracks.map(({ key }) => [key, project.paths.ref(key)]))
  const shown = new Map<number, ShownPath>()
  const waiting = new Map(tracks.map(track => [track.id, { track, since: refs.get(track.key)?.at ?? null }]))
  for (const run of finishedRuns(project, video)) {
    // What a run of the studio found, the studio made paths of.
    if (isOfStudio(project, run.id)) continue
    const newer = [...waiting.values()].filter(({ since }) => since === null || (run.endedAt ?? 0) > since)
    if (newer.length === 0) continue
    const wanted = new Map(newer.map(({ track }) => [track.id, track]))
    const asked = project.runs.queries(run.id).filter(query => samePoint(query, wanted.get(query.id)))
    if (asked.length === 0) continue
    const from = project.predictions.read(run.id, asked.map(query => query.id))
    from.ids.forEach((id, row) => {
      shown.set(wanted.get(id)!.key, { path: pathOfRow(from, row, run.codeVersion === IMPORTED ? 'imported' : 'field'), pathId: null })
      waiting.delete(id)
    })
  }
  for (const { track } of waiting.values()) {
    const pathId = refs.get(track.key)?.pathId
    if (pathId !== null && pathId !== undefined) shown.set(track.key, { path: project.paths.read(pathId), pathId })
  }
  return shown
}

/** Newest first. */
export function finishedRuns(project: Pick<ProjectReader, 'runs'>, video: VideoRecord): RunRecord[] {
  return project.runs
    .list(video.id)
    .filter(run => run.state === 'done')
    .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || b.id - a.id)
}

/** One track of a set as a path of its own; arrays are copies. */
export function pathOfRow(from: TrackSet, row: number, source: TrackPath['source']): TrackPath {
  const { frames } = from
  return {
    positions: from.positions.slice(row * frames * 2, (row + 1) * frames * 2),
    states: from.states.slice(row * frames, (row + 1) * frames),
    uncertainty: from.uncertainty.slice(row * frames, (row + 1) * frames),
    source,
  }
}

function samePoint(asked: Query, track: TrackRecord | undefined): boolean {
  return track !== undefined && asked.frame === track.query.frame && asked.x === track.query.x && asked.y === track.query.y
}
