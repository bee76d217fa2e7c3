/** Entry of the process that tracks one clip. Its life is serveJob's; what it does is the pipeline's. */
import { trackVideo } from '../../pipeline/trackVideo.ts'
import { openFrames } from '../decode/openFrames.ts'
import { processChannel } from '../jobs/jobChannel.ts'
import { serveJob } from '../jobs/serveJob.ts'
import { chooseToolbox } from './toolbox.ts'

serveJob(processChannel(), async (job, hooks) => {
  const frames = await openFrames(job.framesFolder, {
    longSide: job.settings.longSide,
    signal: hooks.signal,
    onProgress: (done, total) => hooks.progress({ kind: 'progress', phase: 'import', done, total, etaS: null }),
  })
  try {
    const { queries, settings, cacheFolder, threads, previewQueries } = job
    return await trackVideo({ frames, queries, settings, cacheFolder, threads, previewQueries, toolbox: chooseToolbox(job), ...hooks })
  } finally {
    await frames.close()
  }
})
