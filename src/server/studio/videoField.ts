/**
 * The field of one video: loading it in the background, asking it, letting go of it. Whoever asks while it cannot be asked gets null, never
 * an error: what the studio does without it is the caller's business. Not here: fitting (jobs/), the process (server/tracking).
 */
import type { ErrorRecord } from '../../shared/errors.ts'
import type { FieldTracker, OpenFieldTracker, TrackAsk } from '../../shared/fieldTracker.ts'
import { presets } from '../../shared/presets.ts'
import type { Progress } from '../../shared/progress.ts'
import type { RunRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import type { FrameIndex } from '../../shared/units.ts'
import type { ProjectReader } from '../db/project.ts'
import { fieldRunOf } from '../tracking/fieldRun.ts'
import { supervisionOf } from '../tracking/runSupervision.ts'
import type { FieldPool } from './fieldPool.ts'
import { errorRecord } from './jobs/errorRecord.ts'

export interface VideoFieldParts {
  readonly project: ProjectReader
  readonly video: VideoRecord
  readonly openField: OpenFieldTracker
  /** Where installed networks lie; in the user’s data folder when absent. */
  readonly modelsFolder?: string
  readonly threads: number
  readonly pool: FieldPool
  /** It loads, is loaded, or could not be. */
  onChange(): void
}

export class VideoField {
  readonly #parts: VideoFieldParts
  #opening: { readonly tracker: Promise<FieldTracker | null>; readonly stop: AbortController } | null = null
  #tracker: FieldTracker | null = null
  #problem: ErrorRecord | null = null
  #closed = false
  /** A run whose field is loaded before it is chosen. */
  #ahead: RunRecord | null = null
  #loadedRun: number | null = null
  #share: number | null = null

  constructor(parts: VideoFieldParts) {
    this.#parts = parts
  }

  get loading(): boolean {
    return this.#opening !== null && this.#tracker === null
  }

  /** How far the loading is, in steps of a hundredth; null where it says nothing. */
  get share(): number | null {
    return this.loading ? this.#share : null
  }

  get problem(): ErrorRecord | null {
    return this.#problem
  }

  /** What it can be asked with now; null while nothing is loaded. */
  get kind(): FieldTracker['kind'] | null {
    return this.#tracker?.kind ?? null
  }

  /** The run whose field it is; null: none is fitted. */
  get run(): RunRecord | null {
    return fieldRunOf(this.#parts.project, this.#parts.video)
  }

  /** Loads it where it is not loaded, once `after` is through. Resolves when it can be asked, or to null when it cannot be. */
  load(after: Promise<void> = Promise.resolve()): Promise<FieldTracker | null> {
    if (this.#closed) return Promise.resolve(null)
    const opening = (this.#opening ??= this.#open(after))
    void this.#parts.pool.use(this)
    return opening.tracker
  }

  /** Another run's field was chosen: what is loaded is let go of and that one loaded. */
  async reload(): Promise<FieldTracker | null> {
    this.#ahead = null
    if (this.#opening && this.#loadedRun === (this.run?.id ?? null)) return this.load()
    return this.load(this.#letGo())
  }

  /** Loads the field of a run that is about to be chosen. */
  async loadAhead(run: RunRecord): Promise<FieldTracker | null> {
    this.#ahead = run
    return this.load(this.#letGo())
  }

  /** Paths in the order of the asks; null where it does not answer within `patienceMs`. */
  async track(asks: readonly TrackAsk[], patienceMs = Number.POSITIVE_INFINITY): Promise<readonly TrackPath[] | null> {
    const loading = this.load()
    if (!this.#tracker && patienceMs !== Number.POSITIVE_INFINITY) return null
    const tracker = await loading
    if (!tracker) return null
    const paths = tracker.track(asks).catch((error: unknown) => this.#failed(tracker, error))
    return patienceMs === Number.POSITIVE_INFINITY ? paths : within(paths, patienceMs)
  }

  /** The track of a pixel, where it can be had now. A hovering mouse asks all the time: it is not told of errors. */
  async preview(frame: FrameIndex, x: number, y: number): Promise<TrackPath | null> {
    return (await this.tracker?.preview(frame, x, y).catch(() => null)) ?? null
  }

  /** What is loaded, without waiting for it. */
  get tracker(): FieldTracker | null {
    if (this.#tracker) void this.#parts.pool.use(this)
    return this.#tracker
  }

  /** Lets go of it; it is loaded again when it is next asked. */
  async close(): Promise<void> {
    this.#parts.pool.leave(this)
    await this.#letGo()
    if (!this.#closed) this.#parts.onChange()
  }

  /** For good: the video is closed. */
  async end(): Promise<void> {
    this.#closed = true
    await this.close()
  }

  #open(after: Promise<void>): { tracker: Promise<FieldTracker | null>; stop: AbortController } {
    const { project, video, openField, threads, modelsFolder } = this.#parts
    const stop = new AbortController()
    const run = this.#ahead ?? this.run
    this.#loadedRun = run?.id ?? null
    this.#problem = null
    this.#share = null
    const progress: Progress = message => {
      if (message.kind !== 'progress' || this.#opening?.stop !== stop || message.total === 0) return
      this.#share = Math.floor((100 * message.done) / message.total) / 100
      this.#parts.onChange()
    }
    const input = {
      framesFolder: project.path(video.cacheFolder),
      cacheFolder: project.path(`cache/${video.id}`),
      settings: run?.settings ?? presets.draft,
      runFolder: run && project.path(`runs/${run.id}`),
      threads,
      modelsFolder,
      ...(run && supervisionOf(project, run)),
    }
    const opened = after.then(() => openField(input, { signal: stop.signal, progress })).then(
      async tracker => {
        if (this.#opening?.stop !== stop) {
          await tracker.close()
          return null
        }
        this.#tracker = tracker
        this.#parts.onChange()
        return tracker
      },
      (error: unknown) => {
        if (this.#opening?.stop !== stop) return null
        this.#opening = null
        this.#problem = errorRecord(error, video.name)
        this.#parts.pool.leave(this)
        this.#parts.onChange()
        return null
      },
    )
    queueMicrotask(() => this.#parts.onChange())
    return { tracker: opened, stop }
  }

  async #letGo(): Promise<void> {
    const tracker = this.#tracker
    this.#opening?.stop.abort()
    this.#opening = null
    this.#tracker = null
    await tracker?.close().catch(() => undefined)
  }

  /** A field that fails once is let go of: its process may be gone. */
  #failed(tracker: FieldTracker, error: unknown): null {
    if (this.#tracker !== tracker) return null
    this.#problem = errorRecord(error, this.#parts.video.name)
    void this.#letGo()
    this.#parts.pool.leave(this)
    this.#parts.onChange()
    return null
  }
}

/** The value, or null where it takes longer. */
async function within<T>(value: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([value, late])
  } finally {
    clearTimeout(timer)
  }
}
