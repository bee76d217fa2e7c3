/**
 * The server's side of another tracker's run: a process of its own, its progress, its tracks. Not here: what the process does
 * (trackerJob.ts), what becomes of the tracks (server/studio).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { Progress } from '../../shared/progress.ts'
import type { TrackerJob } from '../../shared/trackers.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { forkJob, type JobLink } from '../jobs/jobChannel.ts'
import { defaultGrace, RunningJob } from '../jobs/runningJob.ts'

export interface RunTrackerOptions {
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Starts the process; a child of this one when left out. */
  readonly start?: () => JobLink
}

const forkTracking = () => forkJob(new URL('../tracking/trackProcess.ts', import.meta.url))

/**
 * Runs a tracker and gives its tracks. A process that does not stop by itself soon after an abort is killed.
 * @throws TaplineError as the tracker says; 'cancelled' within a second of an abort; 'internal' when the process died
 */
export async function runTracker(job: TrackerJob, { signal, progress, start = forkTracking }: RunTrackerOptions): Promise<TrackSet> {
  const cancelled = () => new TaplineError('cancelled', job.tracker, 'cancelled on request', 'Run it again.')
  if (signal.aborted) throw cancelled()
  const running = new RunningJob(start(), { kind: 'track', job }, progress)
  const onAbort = () => void running.stop(defaultGrace.cancelMs)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const end = await running.end
    // A result that came first counts for nothing once nobody waits for it.
    if (end.kind === 'stopped' || signal.aborted) throw cancelled()
    if (end.kind === 'failed') throw TaplineError.fromRecord(end.error)
    return end.tracks
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
