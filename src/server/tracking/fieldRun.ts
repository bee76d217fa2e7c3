/** Which run's field a video is worked on with, and what people taught a run. Reads only but for `noteTaught`. */
import { humanNodes } from '../../pipeline/edits/humanNodes.ts'
import type { HumanTrack } from '../../shared/jobs.ts'
import type { RunRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { Json } from '../db/settings.ts'
import type { ProjectReader, ProjectWriter } from '../db/project.ts'
import { finishedRuns, IMPORTED } from './shownPaths.ts'

/** What a run was taught by people, so that a resume teaches the same. */
export interface Taught {
  readonly humans: readonly HumanTrack[]
  /** Run whose field it started from. */
  readonly refitOf: number | null
}

/** The run that was chosen, or one that finished later; null while no field is fitted. */
export function fieldRunOf(project: ProjectReader, video: VideoRecord): RunRecord | null {
  const fitted = finishedRuns(project, video).filter(run => run.codeVersion !== IMPORTED && run.checkpointPath !== null)
  const choice = project.marks.fieldChoice(video.id)
  if (!choice) return fitted[0] ?? null
  const newer = fitted.find(run => (run.endedAt ?? 0) > choice.at)
  return newer ?? fitted.find(run => run.id === choice.runId) ?? null
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

const setting = (runId: number) => `run.${runId}.taught`

/** Null for runs that were taught nothing. */
export function taughtOf(project: ProjectReader, runId: number): Taught | null {
  return (project.settings.get(setting(runId)) as Taught | undefined) ?? null
}

export function noteTaught(project: ProjectWriter, runId: number, taught: Taught): void {
  if (taught.humans.length === 0 && taught.refitOf === null) return
  project.settings.set(setting(runId), taught as unknown as Json)
}
