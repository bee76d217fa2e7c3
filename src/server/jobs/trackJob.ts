/** A tracking job in terms of the pipeline: opens the clip's frames, tracks, closes them. Runs in the tracking process. */
import { trackVideo, type Toolbox } from '../../pipeline/trackVideo.ts'
import type { JobInput } from '../../shared/jobs.ts'
import { openFrames } from '../decode/openFrames.ts'
import type { RunTracking } from './serveJob.ts'

/** Tracks with the tools that `toolboxFor` picks for a job. */
export function trackWith(toolboxFor: (job: JobInput) => Toolbox): RunTracking {
  return async (job, hooks) => {
    const { progress, signal } = hooks
    const onProgress = (done: number, total: number) => {
      if (done === 1) progress({ kind: 'phase', phase: 'import', label: 'Scaling frames' })
      progress({ kind: 'progress', phase: 'import', done, total, etaS: null })
    }
    const frames = await openFrames(job.framesFolder, { longSide: job.settings.longSide, signal, onProgress })
    try {
      const { queries, settings, cacheFolder, threads, previewQueries } = job
      return await trackVideo({ frames, queries, settings, cacheFolder, threads, previewQueries, toolbox: toolboxFor(job), ...hooks })
    } finally {
      await frames.close()
    }
  }
}
