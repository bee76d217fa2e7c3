/**
 * What one gesture writes: every change passes through here, so that the states before and after are known to the history. Lives within
 * one transaction. Not here: what gestures do (gestures/), putting states back (restoreChange.ts).
 */
import type { TrackEdits, TrackRecord, VideoRecord } from '../../shared/projectRecords.ts'
import type { Decision, Marker, TrackPath } from '../../shared/studio/document.ts'
import type { Changed, HistoryChange, TrackSnapshot } from '../db/history.ts'
import type { FrameRange } from '../db/paths.ts'
import type { ProjectWriter } from '../db/project.ts'
import type { NewTrack, TrackPatch } from '../db/tracks.ts'
import { fieldRunOf } from '../tracking/fieldRun.ts'
import { shownPaths } from '../tracking/shownPaths.ts'

export interface NewPath {
  readonly key: number
  /** Null: it shows nothing. */
  readonly path: TrackPath | null
  /** Frames whose path is still to be read. */
  readonly stale: FrameRange | null
}

export class Draft {
  readonly project: ProjectWriter
  readonly video: VideoRecord
  /** By track key: as it was before the gesture; null for those that it added. */
  readonly #before = new Map<number, TrackSnapshot | null>()
  readonly #adopted = new Set<number>()
  readonly #markers: readonly Marker[]
  readonly #decisions: readonly Decision[]
  readonly #fieldRun: number | null

  constructor(project: ProjectWriter, video: VideoRecord) {
    this.project = project
    this.video = video
    this.#markers = project.marks.markers(video.id)
    this.#decisions = project.references.decisions(video.id)
    this.#fieldRun = fieldRunOf(project, video)?.id ?? null
  }

  add(tracks: readonly NewTrack[]): TrackRecord[] {
    const added = this.project.tracks.add(this.video.id, tracks)
    for (const { key } of added) this.#before.set(key, null)
    return added
  }

  update(key: number, patch: TrackPatch): void {
    this.#touch(key)
    this.project.tracks.update(key, patch)
  }

  remove(keys: readonly number[]): void {
    for (const key of keys) this.#touch(key)
    this.project.tracks.remove(keys)
  }

  setEdits(key: number, edits: TrackEdits): void {
    this.#touch(key)
    this.project.edits.replace(key, edits)
  }

  setPaths(paths: readonly NewPath[]): void {
    this.#adopt(paths.map(path => path.key))
    const at = Date.now()
    for (const { key, path, stale } of paths) {
      this.project.paths.show(key, { pathId: path && this.project.paths.add(this.video.id, path), at, stale })
    }
  }

  /** These frames are still to be read; what the tracks show stays until then. */
  markStale(items: readonly { readonly key: number; readonly stale: FrameRange }[]): void {
    this.#adopt(items.map(item => item.key))
    for (const { key, stale } of items) this.project.paths.show(key, { ...this.project.paths.ref(key), stale })
  }

  setMarkers(markers: readonly Marker[]): void {
    this.project.marks.setMarkers(this.video.id, markers)
  }

  setDecisions(decisions: readonly Decision[]): void {
    this.project.references.setDecisions(this.video.id, decisions)
  }

  chooseField(runId: number | null): void {
    this.project.marks.chooseField(this.video.id, runId)
  }

  /** What changed since the draft was made; null when nothing did. */
  finish(): HistoryChange | null {
    const tracks: Changed<TrackSnapshot | null>[] = []
    for (const [key, before] of this.#before) {
      const after = this.project.tracks.find(key) ? this.#snapshot(key) : null
      if (!same(before, after)) tracks.push({ before, after })
    }
    const markers = changed(this.#markers, this.project.marks.markers(this.video.id))
    const decisions = changed(this.#decisions, this.project.references.decisions(this.video.id))
    const fieldRun = changed(this.#fieldRun, fieldRunOf(this.project, this.video)?.id ?? null)
    if (tracks.length === 0 && !markers && !decisions && !fieldRun) return null
    return { tracks, ...(markers && { markers }), ...(decisions && { decisions }), ...(fieldRun && { fieldRun }) }
  }

  #touch(key: number): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#snapshot(key))
  }

  /**
   * Before a path takes the place of what a run predicted, the prediction becomes a path of its own: undo can show it again, whatever
   * became of the track's point.
   */
  #adopt(keys: readonly number[]): void {
    const fresh = keys.filter(key => !this.#adopted.has(key))
    for (const key of fresh) {
      this.#touch(key)
      this.#adopted.add(key)
    }
    const records = fresh.flatMap(key => this.#before.get(key)?.record ?? [])
    if (records.length === 0) return
    const runs = [...shownPaths(this.project, this.video, records)].filter(([, shown]) => shown.pathId === null)
    for (const [key, { path }] of runs) {
      const ref = { ...this.#before.get(key)!.path, pathId: this.project.paths.add(this.video.id, path) }
      this.#before.set(key, { ...this.#before.get(key)!, path: ref })
      this.project.paths.show(key, { ...ref, at: Date.now() })
    }
  }

  #snapshot(key: number): TrackSnapshot {
    return { record: this.project.tracks.get(key), edits: this.project.edits.ofTrack(key), path: this.project.paths.ref(key) }
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function changed<T>(before: T, after: T): Changed<T> | undefined {
  return same(before, after) ? undefined : { before, after }
}
