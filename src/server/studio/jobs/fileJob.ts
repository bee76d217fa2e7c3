/** Work on files as a job with progress and cancel: imports and exports. What is half done when it is cancelled leaves nothing. Not here: fits (runJobs.ts). */
import { TaplineError } from '../../../shared/errors.ts'
import type { Progress } from '../../../shared/progress.ts'
import type { JobView } from '../../../shared/studio/document.ts'
import { errorRecord } from './errorRecord.ts'
import type { JobBoard, NewJob } from './jobBoard.ts'

/** What the job is called when it is done, and the video that it concerned. */
export type FileJobEnd = Partial<Pick<JobView, 'title' | 'video'>>

/** Starts at once; the job's view is returned, its end is told to the windows. */
export function startFileJob(board: JobBoard, job: NewJob, work: (options: { progress: Progress; signal: AbortSignal }) => Promise<FileJobEnd>): JobView {
  const stop = new AbortController()
  const cancel = () => {
    stop.abort()
    return added.settled
  }
  const added = board.add(job, { cancel, interrupt: cancel })
  const run = async () => {
    try {
      const end = await work({ progress: message => added.tell(message), signal: stop.signal })
      added.end('done', end)
    } catch (error) {
      if (stop.signal.aborted && error instanceof TaplineError && error.code === 'cancelled') added.end('cancelled')
      else added.end('failed', { error: errorRecord(error, job.title) })
    }
  }
  void run()
  return added.view
}
