/** One tracking job, from its input to its tracks: frames and earlier fields from where they lie, the rest is the pipeline's. */
import { trackVideo } from '../../pipeline/trackVideo.ts'
import { TaplineError } from '../../shared/errors.ts'
import { openFrames } from '../decode/openFrames.ts'
import { readCheckpoint } from '../jobs/checkpointFile.ts'
import type { RunTracking } from '../jobs/serveJob.ts'
import { onDevice } from './onDevice.ts'
import { openToolbox } from './toolbox.ts'

export const trackJob: RunTracking = async (job, hooks) => {
  const { queries, settings, cacheFolder, threads, previewQueries, humans } = job
  const refitOf = job.refitOf === undefined ? undefined : await fieldOf(job.refitOf)
  const toolbox = await openToolbox(job, text => hooks.progress({ kind: 'note', text }))
  const frames = await openFrames(job.framesFolder, {
    longSide: settings.longSide,
    signal: hooks.signal,
    onProgress: (done, total) => hooks.progress({ kind: 'progress', phase: 'import', done, total, etaS: null }),
  })
  try {
    return await onDevice(job.device ?? 'wasm', hooks, (createEngine, kept) =>
      trackVideo({ frames, queries, settings, cacheFolder, threads, previewQueries, humans, refitOf, toolbox: { ...toolbox, createEngine }, ...kept }),
    )
  } finally {
    await frames.close()
  }
}

async function fieldOf(runFolder: string): Promise<Uint8Array> {
  const saved = await readCheckpoint(runFolder)
  if (!saved) throw new TaplineError('not-found', runFolder, 'the run left no checkpoint to refit', 'Optimise the video again.')
  return saved.bytes
}
