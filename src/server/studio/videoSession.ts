/**
 * One open video: its document, gestures one after another, undo and redo, and the paths that are read in the background. Every change goes
 * to the project in one transaction, then to the windows with the next revision. Not here: what each gesture does (gestures/), jobs (jobs/).
 */
import type { OpenFieldTracker } from '../../shared/fieldTracker.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { FieldView, VideoDocument, VideoRef } from '../../shared/studio/document.ts'
import type { Gesture, GestureResult } from '../../shared/studio/gestures.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { HistoryChange } from '../db/history.ts'
import type { ProjectWriter } from '../db/project.ts'
import { readCacheRecord } from '../decode/frameCache.ts'
import { humansOf, taughtOf } from '../tracking/taught.ts'
import { Draft } from './draft.ts'
import type { Emit } from './eventHub.ts'
import type { FieldPool } from './fieldPool.ts'
import { planGesture } from './gestures/planGesture.ts'
import { liveTracks, viewOf } from './liveTracks.ts'
import { PathFiller } from './pathFiller.ts'
import { keysOf, restoreChange } from './restoreChange.ts'
import { referenceSummaries } from './review/referenceFiles.ts'
import { correctionsIn, untaughtIn } from './teaching.ts'
import { VideoField } from './videoField.ts'

export interface VideoSessionParts {
  readonly project: ProjectWriter
  readonly video: VideoRecord
  readonly emit: Emit
  readonly openField: OpenFieldTracker
  /** Where installed networks lie; in the user’s data folder when absent. */
  readonly modelsFolder?: string
  readonly threads: number
  readonly pool: FieldPool
  /** How long a gesture waits for its paths before they follow by themselves. */
  readonly patienceMs: number
}

/** What a change concerns beside its tracks. */
interface Also {
  readonly references?: boolean
  readonly decisions?: boolean
}

export class VideoSession {
  readonly project: ProjectWriter
  readonly video: VideoRecord
  readonly ref: VideoRef
  readonly field: VideoField
  readonly #parts: VideoSessionParts
  readonly #filler: PathFiller
  /** Gestures wait for one another. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Begins at a time of day, so that a window of an earlier server sees that it missed something. */
  #revision = Date.now()
  #told = ''
  #counting: NodeJS.Immediate | undefined

  constructor(parts: VideoSessionParts) {
    this.#parts = parts
    this.project = parts.project
    this.video = parts.video
    this.ref = { project: parts.project.folder, video: parts.video.id }
    this.field = new VideoField({ ...parts, onChange: () => this.#fieldChanged() })
    this.#filler = new PathFiller(this)
    this.project.paths.sweep(this.video.id)
  }

  get patienceMs(): number {
    return this.#parts.patienceMs
  }

  /** Everything to show the video; its field starts loading. @throws TaplineError 'not-found' where its frames are gone. */
  async document(): Promise<VideoDocument> {
    const { project, video } = this
    const record = await readCacheRecord(project.path(video.cacheFolder))
    if (!record) throw new TaplineError('not-found', video.name, 'its frames are no longer in the project', `Add the video again: ${video.sourcePath}`)
    const references = await referenceSummaries(project, video)
    void this.field.load()
    this.#filler.wake()
    return project.snapshot(() => ({
      ...this.ref,
      record: video,
      timesS: project.videos.times(video.id),
      damagedFrames: record.damagedFrames,
      tracks: liveTracks(project, video).map(viewOf),
      markers: project.marks.markers(video.id),
      history: project.history.state(video.id),
      field: this.fieldView(),
      runs: project.runs.list(video.id),
      references,
      decisions: project.references.decisions(video.id),
      revision: this.#revision,
    }))
  }

  apply(gesture: Gesture): Promise<GestureResult> {
    return this.inTurn(async () => {
      const { label, write } = await planGesture(this, gesture)
      return this.commit(label, write)
    })
  }

  undo(): Promise<GestureResult | null> {
    return this.#travel('before')
  }

  redo(): Promise<GestureResult | null> {
    return this.#travel('after')
  }

  /** Work that no gesture may come between. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** One step of undo. Nothing is kept of a gesture that changed nothing. */
  commit(label: string, write: (draft: Draft) => void): GestureResult {
    const { project, video } = this
    const change = project.gesture(() => {
      const draft = new Draft(project, video)
      write(draft)
      const made = draft.finish()
      if (made && project.history.push(video.id, label, made)) project.paths.sweep(video.id)
      return made
    })
    if (change) this.#announceChange(change)
    return { revision: this.#revision, label, keys: change ? keysOf(change) : [] }
  }

  /** Tells the windows that tracks changed, or what else of the document did. */
  async announce(keys: readonly number[], also: Also & { readonly markers?: boolean } = {}): Promise<void> {
    const references = also.references ? await referenceSummaries(this.project, this.video) : undefined
    this.#tell(keys, { ...also, ...(references && { summaries: references }) })
  }

  fieldView(): FieldView {
    const { project, video, field } = this
    const run = field.run
    const taught = run ? (taughtOf(project, run.id)?.humans ?? []) : []
    const starts = project.tracks.list(video.id).map(({ id, query }) => ({ id, ...query }))
    return {
      state: run ? 'fitted' : field.kind === null ? 'none' : 'flow',
      loading: field.loading,
      share: field.share,
      runId: run?.id ?? null,
      corrections: correctionsIn(taught),
      untaught: run ? untaughtIn(humansOf(project, video), taught, starts, project.runs.queries(run.id)) : 0,
      problem: field.problem,
    }
  }

  /** Lets go of everything; what is under way in the background is dropped. */
  async close(): Promise<void> {
    this.#filler.stop()
    await this.#turn
    await this.field.end()
    clearImmediate(this.#counting)
  }

  #travel(to: 'before' | 'after'): Promise<GestureResult | null> {
    return this.inTurn(async () => {
      const { project, video } = this
      const entry = to === 'before' ? project.history.undoable(video.id) : project.history.redoable(video.id)
      if (!entry) return null
      project.gesture(() => {
        restoreChange(project, video, entry.change, to)
        project.history.setUndone(entry.id, to === 'before')
      })
      this.#announceChange(entry.change)
      return { revision: this.#revision, label: entry.label, keys: keysOf(entry.change) }
    })
  }

  #announceChange(change: HistoryChange): void {
    this.#tell(keysOf(change), { markers: change.markers !== undefined, decisions: change.decisions !== undefined })
    if (change.fieldRun) void this.field.reload()
    this.#untaughtChanged()
    this.#filler.wake()
  }

  #tell(keys: readonly number[], also: Also & { readonly markers?: boolean; readonly summaries?: VideoDocument['references'] }): void {
    const { project, video } = this
    const tracks = liveTracks(project, video, keys).map(viewOf)
    const present = new Set(tracks.map(track => track.record.key))
    this.#parts.emit({
      kind: 'document',
      ...this.ref,
      change: {
        revision: ++this.#revision,
        tracks,
        removed: keys.filter(key => !present.has(key)),
        history: project.history.state(video.id),
        ...(also.markers && { markers: project.marks.markers(video.id) }),
        ...(also.decisions && { decisions: project.references.decisions(video.id) }),
        ...(also.summaries && { references: also.summaries }),
      },
    })
  }

  /** What the field was not taught is counted when the gesture has been answered. */
  #untaughtChanged(): void {
    if (this.#counting) return
    this.#counting = setImmediate(() => {
      this.#counting = undefined
      this.#fieldChanged()
    })
  }

  /** Tells the windows of the field where what they would show of it changed. */
  #fieldChanged(): void {
    const field = this.fieldView()
    const told = JSON.stringify(field)
    if (told === this.#told) return
    this.#told = told
    this.#parts.emit({ kind: 'field', ...this.ref, field })
    if (!field.loading) this.#filler.wake()
  }
}
