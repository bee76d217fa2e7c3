/** Another tracker's run in its own process: frames from where they lie, the tracker by its name. Not here: the process's life (jobs/serveJob.ts). */
import { openFrames } from '../decode/openFrames.ts'
import type { RunOther } from '../jobs/serveJob.ts'
import { ModelStore } from '../models/modelStore.ts'
import { openTracker } from './trackers.ts'

export const trackerJob: RunOther = async ({ tracker: name, framesFolder, longSide, queries, cacheFolder, threads, seed, modelsFolder }, { progress, signal }) => {
  const tracker = await openTracker(name, new ModelStore(modelsFolder))
  const frames = await openFrames(framesFolder, {
    longSide,
    signal,
    onProgress: (done, total) => progress({ kind: 'progress', phase: 'import', done, total, etaS: null }),
  })
  try {
    return await tracker.track({ frames, queries, cacheFolder, threads, seed, progress, signal })
  } finally {
    await frames.close()
  }
}
