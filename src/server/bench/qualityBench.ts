/**
 * How well the tracker does on the synthetic scenes, whose truth is exact, beside dense flow chained from frame to frame: the same flow that
 * supervises the tracker. Runs in this process. Not here: printing.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluateTracks, type VideoScores } from '../../pipeline/evaluate/evaluateTracks.ts'
import { evaluationQueries } from '../../pipeline/evaluate/evaluationQueries.ts'
import { chainedTracks } from '../../pipeline/supervision/flow/chainedTracks.ts'
import { synthFrames } from '../../pipeline/synth/synthFrames.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { trackVideo } from '../../pipeline/trackVideo.ts'
import { PauseSwitch } from '../../shared/pauseGate.ts'
import type { TrackSettings } from '../../shared/presets.ts'
import type { Progress } from '../../shared/progress.ts'
import type { Size } from '../../shared/units.ts'
import { chooseToolbox } from '../tracking/toolbox.ts'

export interface QualityBenchOptions {
  readonly scenes: readonly string[]
  readonly settings: TrackSettings
  readonly threads: number
  /** Of the scenes; that of the fit is in the settings. */
  readonly seed: number
  readonly size: Size
  readonly frames: number
  /** Ground-truth tracks of each scene. */
  readonly tracks: number
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly onScene?: (name: string) => void
}

export interface SceneQuality {
  readonly scene: string
  /** Of the tracker alone, flow included, from frames in memory to tracks. */
  readonly seconds: number
  readonly ours: VideoScores
  readonly chained: VideoScores
}

/** The README's table: five scenes of 320×240×40 with 96 tracks each. */
export const readmeQuality = { size: { width: 320, height: 240 }, frames: 40, tracks: 96, seed: 0 } as const

/** Yields each scene as it is done. @throws TaplineError, 'cancelled' among them */
export async function* qualityBench(options: QualityBenchOptions): AsyncGenerator<SceneQuality, void> {
  for (const name of options.scenes) {
    options.onScene?.(name)
    const cacheFolder = await mkdtemp(join(tmpdir(), 'tapline-bench-'))
    try {
      yield await benchScene(name, cacheFolder, options)
    } finally {
      await rm(cacheFolder, { recursive: true, force: true })
    }
  }
}

async function benchScene(name: string, cacheFolder: string, options: QualityBenchOptions): Promise<SceneQuality> {
  const { settings, threads, signal, progress, size, seed } = options
  const clip = renderScene(name, { ...size, frames: options.frames, seed })
  const frames = synthFrames(clip, settings.longSide)
  // Rendering is not tracking: all frames are there before the clock starts.
  for (let frame = 0; frame < clip.frames; frame++) await frames.clipRgb(frame)
  const truth = clip.groundTruth({ count: options.tracks })
  const queries = evaluationQueries(truth, 'first').map(({ id, frame, x, y }) => ({ id, frame, x, y }))
  const toolbox = chooseToolbox()
  const started = performance.now()
  const { tracks } = await trackVideo({
    frames, queries, settings, cacheFolder, threads, toolbox, progress, signal, pause: new PauseSwitch(), saveCheckpoint: async () => {},
  })
  const seconds = (performance.now() - started) / 1000
  // From the tracker's own cache: the very same flow.
  const flow = await toolbox.flow.compute({ frames, cacheFolder: join(cacheFolder, 'flow'), threads, signal }, settings.flowGaps.filter(gap => gap < clip.frames))
  const chained = chainedTracks({ flow, queries, frameCount: clip.frames, clip, work: frames.work })
  await frames.close()
  return { scene: name, seconds, ours: evaluateTracks(truth, tracks, { mode: 'first' }), chained: evaluateTracks(truth, chained, { mode: 'first' }) }
}
