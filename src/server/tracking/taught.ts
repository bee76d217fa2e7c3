/**
 * Runs that the studio made: what people taught each, and whether its result was taken over. The studio takes a result over as a gesture
 * that can be undone, so that nothing else may show it by itself. Not here: which run's field is in use (fieldRun.ts).
 */
import { humanNodes } from '../../pipeline/edits/humanNodes.ts'
import type { HumanTrack } from '../../shared/jobs.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { ProjectReader, ProjectWriter } from '../db/project.ts'
import type { Json } from '../db/settings.ts'

/** What a run was taught by people, so that a resume teaches the same. */
export interface Taught {
  readonly humans: readonly HumanTrack[]
  /** Run whose field it started from. */
  readonly refitOf: number | null
}

const taughtSetting = (runId: number) => `run.${runId}.taught`
const takenSetting = (runId: number) => `run.${runId}.taken`

/** Whether the studio made a run: then it alone takes its result over. */
export function isOfStudio(project: ProjectReader, runId: number): boolean {
  return project.settings.has(taughtSetting(runId))
}

/** Null for runs that the studio did not make. */
export function taughtOf(project: ProjectReader, runId: number): Taught | null {
  return (project.settings.get(taughtSetting(runId)) as Taught | undefined) ?? null
}

export function noteTaught(project: ProjectWriter, runId: number, taught: Taught): void {
  project.settings.set(taughtSetting(runId), taught as unknown as Json)
}

/** Whether the studio took over the result of a run of its own. */
export function isTaken(project: ProjectReader, runId: number): boolean {
  return project.settings.get(takenSetting(runId)) === true
}

export function noteTaken(project: ProjectWriter, runId: number): void {
  project.settings.set(takenSetting(runId), true)
}

/** What people set on a video that a field can learn: tracks with two nodes or more, or with labels. */
export function humansOf(project: ProjectReader, video: VideoRecord): HumanTrack[] {
  const edits = project.edits.ofVideo(video.id)
  return project.tracks.list(video.id).flatMap(record => {
    const edit = edits.get(record.key)
    if (!edit) return []
    const nodes = humanNodes(record, edit)
    return nodes.length > 1 || edit.labels.length > 0 ? [{ id: record.id, nodes, labels: edit.labels }] : []
  })
}
