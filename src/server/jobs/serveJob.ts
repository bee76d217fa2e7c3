/**
 * The life of a tracking process: takes one job, runs it, answers pause, resume and cancel, keeps its checkpoints, and
 * ends. Not here: tracking itself (handed in), how messages travel (jobChannel.ts), the project (only the server writes it).
 */
import { mkdirSync } from 'node:fs'
import { TaplineError } from '../../shared/errors.ts'
import type { JobInput, JobResponse } from '../../shared/jobs.ts'
import type { InspectJob } from '../../shared/models.ts'
import { PauseSwitch, type PauseGate } from '../../shared/pauseGate.ts'
import type { Progress } from '../../shared/progress.ts'
import type { LossPoint, RunError } from '../../shared/projectRecords.ts'
import type { TrackerJob } from '../../shared/trackers.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { WriterLock } from '../db/writerLock.ts'
import type { JobChannel } from './jobChannel.ts'
import { readCheckpoint, writeCheckpoint } from './checkpointFile.ts'
import { type JobStart, subjectOf } from './runningJob.ts'

/** What a job is given to work with; the shape of pipeline/trackVideo's input. */
export interface JobHooks {
  /** Where to go on from; absent for a fresh start. */
  readonly checkpoint?: Uint8Array
  saveCheckpoint(bytes: Uint8Array, step: number): Promise<void>
  readonly progress: Progress
  /** Once aborted: save a checkpoint and throw TaplineError 'cancelled'. */
  readonly signal: AbortSignal
  /** While paused: save a checkpoint, report 'paused', wait, report 'resumed'. */
  readonly pause: PauseGate
}

export type RunTracking = (job: JobInput, hooks: JobHooks) => Promise<{ readonly tracks: TrackSet }>

/** Another tracker's run; nothing is kept of one that is stopped. */
export type RunOther = (job: TrackerJob, hooks: Pick<JobHooks, 'progress' | 'signal'>) => Promise<TrackSet>

/** How long a process whose server was killed may still write its checkpoint. */
const ORPHAN_GRACE_MS = 10_000

/** Serves one job on a channel, then ends the process. Call once, at the top of the entry module. */
export function serveJob(channel: JobChannel, track: RunTracking, trackOther?: RunOther): void {
  const pause = new PauseSwitch()
  const stop = new AbortController()
  let started = false
  channel.onRequest((request) => {
    switch (request.kind) {
      case 'start':
      case 'track':
        if (started) throw new Error('a tracking process runs one job')
        started = true
        void answer(request).then(async (response) => {
          await channel.send(response)
          process.exit(0)
        })
        break
      case 'inspect':
        if (started) throw new Error('a tracking process runs one job')
        started = true
        void inspect(request.job).then(async (response) => {
          await channel.send(response)
          process.exit(0)
        })
        break
      case 'pause':
        pause.pause()
        break
      case 'resume':
        pause.resume()
        break
      case 'cancel':
        stop.abort()
    }
  })
  channel.onClosed(() => {
    if (!started) process.exit(0)
    stop.abort()
    setTimeout(() => process.exit(1), ORPHAN_GRACE_MS).unref()
  })
  // Ctrl+C in a terminal reaches the whole group of processes: the server decides and sends 'cancel'.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => stop.abort())

  async function answer(start: JobStart): Promise<JobResponse> {
    try {
      return { kind: 'result', tracks: cloneable(start.kind === 'start' ? await run(start.job) : await runOther(start.job)) }
    } catch (error) {
      if (stop.signal.aborted && isCancellation(error)) return { kind: 'stopped' }
      return { kind: 'failed', error: runError(error, start) }
    }
  }

  async function inspect(job: InspectJob): Promise<JobResponse> {
    try {
      const { runInspection } = await import('../models/runInspection.ts')
      return { kind: 'inspected', inspection: await runInspection(job, stop.signal) }
    } catch (error) {
      if (error instanceof TaplineError) return { kind: 'failed', error: error.toRecord() }
      return { kind: 'failed', error: { code: 'internal', subject: job.path, reason: String(error), next: 'Try again; if it stays, report it with this text.' } }
    }
  }

  async function runOther(job: TrackerJob): Promise<TrackSet> {
    if (!trackOther) throw new Error('this process runs no other trackers')
    return trackOther(job, { progress: (message) => void channel.send({ kind: 'progress', message }), signal: stop.signal })
  }

  async function run(job: JobInput): Promise<TrackSet> {
    let lock: WriterLock | undefined
    try {
      mkdirSync(job.runFolder, { recursive: true })
      // The process of a killed server may still be writing its last checkpoint.
      lock = WriterLock.take(job.runFolder, 'run.lock', 2_000)
      const saved = await readCheckpoint(job.runFolder)
      let losses: LossPoint[] = [...(saved?.losses ?? [])]
      const { tracks } = await track(job, {
        checkpoint: saved?.bytes,
        saveCheckpoint: (bytes, step) => writeCheckpoint(job.runFolder, { step, bytes, losses }),
        progress(message) {
          if (message.kind === 'step') losses.push({ step: message.step, losses: message.losses })
          if (message.kind === 'recovered') losses = losses.filter((point) => point.step <= message.step)
          void channel.send({ kind: 'progress', message })
        },
        signal: stop.signal,
        pause,
      })
      return tracks
    } finally {
      lock?.release()
    }
  }
}

const isCancellation = (error: unknown) => (error instanceof TaplineError && error.code === 'cancelled') || (error as Error | undefined)?.name === 'AbortError'

function runError(error: unknown, start: JobStart): RunError {
  const details = error instanceof Error ? error.stack : undefined
  if (error instanceof TaplineError) return { ...error.toRecord(), details }
  const reason = error instanceof Error ? error.message : String(error)
  const again = start.kind === 'start' ? 'Resume it to try again from its last checkpoint' : 'Run it again'
  return { code: 'internal', subject: subjectOf(start), reason, next: `${again}; if it stays, report it with the details.`, details }
}

/** Memory shared with worker threads does not pass between processes: such arrays are copied. */
function cloneable(tracks: TrackSet): TrackSet {
  const plain = <T extends Float32Array | Int32Array | Uint8Array>(array: T): T => (array.buffer instanceof SharedArrayBuffer ? (new (array.constructor as new (from: T) => T)(array)) : array)
  return {
    ...tracks,
    queryFrames: plain(tracks.queryFrames),
    queryPoints: plain(tracks.queryPoints),
    positions: plain(tracks.positions),
    states: plain(tracks.states),
    uncertainty: plain(tracks.uncertainty),
  }
}
