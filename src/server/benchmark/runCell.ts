/**
 * What the process of one cell does: frames into memory, the method with the clock running, then scores, flow inconsistency and pictures of
 * the worst tracks. Not here: the process's life (cellProcess.ts), the methods' names (methods.ts).
 */
import { readFile } from 'node:fs/promises'
import { evaluateTracks } from '../../pipeline/evaluate/evaluateTracks.ts'
import { evaluationQueries } from '../../pipeline/evaluate/evaluationQueries.ts'
import { flowInconsistency } from '../../pipeline/evaluate/flowInconsistency.ts'
import { readTracks } from '../../pipeline/export/readTracks.ts'
import { writeTracks } from '../../pipeline/export/writeTracks.ts'
import type { FrameSource } from '../../pipeline/frames/frameSource.ts'
import { builtinFlow } from '../../pipeline/supervision/flow/builtinFlow.ts'
import { trackVideo } from '../../pipeline/trackVideo.ts'
import { PauseSwitch } from '../../shared/pauseGate.ts'
import type { Phase, Progress } from '../../shared/progress.ts'
import type { Query, TrackSet } from '../../shared/tracks.ts'
import { openFrames } from '../decode/openFrames.ts'
import { writeWhole } from '../tracking/writeOutputs.ts'
import { openTracker } from '../trackers/trackers.ts'
import { openToolbox } from '../tracking/toolbox.ts'
import { plainScores, type CellJob, type CellMeasures } from './cell.ts'
import { drawFailures } from './drawFailures.ts'
import { peakMemoryBytes } from './peakMemory.ts'

const SUPERVISION: readonly Phase[] = ['flow', 'matches', 'depth']

export async function runCell(job: CellJob, progress: Progress): Promise<CellMeasures> {
  const { name, tracks: truth, evaluated } = readTracks(await readFile(job.truthFile), { name: job.truthFile }).videos[0]
  const queries = evaluationQueries(truth, job.mode, evaluated)
  const asked = queries.map(({ id, frame, x, y }): Query => ({ id, frame, x, y }))
  const longSide = job.run.kind === 'field' ? job.run.settings.longSide : job.run.longSide
  const source = await openFrames(job.framesFolder, { longSide })
  const frames = await inMemory(source)
  const notes: string[] = []
  const clock = new PhaseClock()
  const tracks = await runMethod(job, frames, asked, message => {
    if (message.kind === 'note') notes.push(message.text)
    // Trackers beside the field name their phases by their progress alone.
    if (message.kind === 'phase' || message.kind === 'progress') clock.enter(message.phase)
    if (message.kind === 'step') clock.enter('optimise')
    progress(message)
  })
  const { seconds, phaseSeconds } = clock.stop()
  const peakBytes = peakMemoryBytes()
  await source.close()

  const scores = evaluateTracks(truth, tracks, { mode: job.mode, evaluated, match: 'id' })
  const reference = await openFrames(job.framesFolder, { longSide: job.referenceLongSide })
  try {
    const flow = await builtinFlow().compute({ frames: reference, cacheFolder: job.referenceFolder, threads: job.threads }, [1])
    const { meanPx, steps, withoutFlow } = flowInconsistency(tracks, flow, reference.work, job.mode)
    await writeWhole(job.tracksFile, writeTracks('npz', [{ name, tracks }]))
    return {
      frames: truth.frames, ...plainScores(scores),
      flowInconsistency: Number.isFinite(meanPx) ? meanPx : null, flowSteps: steps, flowStepsWithoutFlow: withoutFlow,
      seconds, phaseSeconds, supervisionSeconds: job.run.kind === 'field' ? SUPERVISION.reduce((sum, phase) => sum + (phaseSeconds[phase] ?? 0), 0) : null,
      peakBytes, notes,
      worst: await drawFailures({ frames: reference, truth, queries, predicted: tracks, scores: scores.perTrack }),
    }
  } finally {
    await reference.close()
  }
}

async function runMethod({ run, seed, threads, cacheFolder }: CellJob, frames: FrameSource, queries: readonly Query[], progress: Progress): Promise<TrackSet> {
  // Cancelling ends the whole process.
  const { signal } = new AbortController()
  if (run.kind === 'tracker') return (await openTracker(run.tracker)).track({ frames, queries, cacheFolder, threads, seed, progress, signal })
  const toolbox = await openToolbox({ learned: run.learned }, text => progress({ kind: 'note', text }))
  const settings = { ...run.settings, seed }
  return (await trackVideo({ frames, queries, settings, cacheFolder, threads, toolbox, progress, signal, pause: new PauseSwitch(), saveCheckpoint: async () => {} })).tracks
}

/** All frames at working size, decoded before the clock starts: reading a file is not tracking. */
async function inMemory(source: FrameSource): Promise<FrameSource> {
  const work: Uint8Array[] = []
  for (let frame = 0; frame < source.clip.frameCount; frame++) work.push(await source.workRgb(frame))
  return { ...source, clip: source.clip, work: source.work, workRgb: async frame => work[frame].slice(), clipRgb: frame => source.clipRgb(frame), close: () => source.close() }
}

/** Time from its making on, and how it divides into phases. */
class PhaseClock {
  readonly #started = performance.now()
  readonly #spent: Partial<Record<Phase, number>> = {}
  #phase: Phase | null = null
  #since = this.#started

  enter(phase: Phase | null): void {
    if (phase === this.#phase) return
    const now = performance.now()
    if (this.#phase !== null) this.#spent[this.#phase] = (this.#spent[this.#phase] ?? 0) + (now - this.#since) / 1000
    this.#phase = phase
    this.#since = now
  }

  stop(): { seconds: number; phaseSeconds: Partial<Record<Phase, number>> } {
    this.enter(null)
    return { seconds: (performance.now() - this.#started) / 1000, phaseSeconds: this.#spent }
  }
}
