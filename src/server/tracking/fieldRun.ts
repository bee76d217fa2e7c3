/** Which run's field a video is worked on with. Reads only. Not here: loading it (studio/videoField.ts). */
import type { RunRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { ProjectReader } from '../db/project.ts'
import { finishedRuns, IMPORTED } from './shownPaths.ts'
import { isOfStudio } from './taught.ts'

/** The run that was chosen in the studio, or one of the command line that finished later; null while no field is fitted. */
export function fieldRunOf(project: ProjectReader, video: VideoRecord): RunRecord | null {
  const fitted = finishedRuns(project, video).filter(run => run.codeVersion !== IMPORTED && run.checkpointPath !== null)
  const choice = project.marks.fieldChoice(video.id)
  const newer = fitted.find(run => !isOfStudio(project, run.id) && (!choice || (run.endedAt ?? 0) > choice.at))
  return newer ?? fitted.find(run => run.id === choice?.runId) ?? null
}
