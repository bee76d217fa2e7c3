/**
 * Gestures on a video, each with what it changed: states before and after, so that undo and redo survive a restart. Only what
 * differs between the two is ever put back. Not here: carrying out gestures, undo and redo (server/studio).
 */
import type { TrackEdits, TrackRecord } from '../../shared/projectRecords.ts'
import type { Decision, HistoryState, Marker } from '../../shared/studio/document.ts'
import type { Connection } from './connection.ts'
import type { PathRef } from './paths.ts'

/** All that there is of one track. */
export interface TrackSnapshot {
  readonly record: TrackRecord
  readonly edits: TrackEdits
  readonly path: PathRef
}

export interface Changed<T> {
  readonly before: T
  readonly after: T
}

/** What a gesture changed; null before: the track was added, null after: removed. */
export interface HistoryChange {
  readonly tracks: readonly Changed<TrackSnapshot | null>[]
  readonly markers?: Changed<readonly Marker[]>
  readonly decisions?: Changed<readonly Decision[]>
  /** Run whose field is asked; null: none. */
  readonly fieldRun?: Changed<number | null>
}

export interface HistoryEntry {
  readonly id: number
  readonly label: string
  readonly change: HistoryChange
}

/** Entries kept of each video. */
export const HISTORY_LIMIT = 500

interface Row {
  id: number
  label: string
  data: string
}

export class HistoryReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  state(videoId: number): HistoryState {
    return { undo: this.#next(videoId, 0)?.label ?? null, redo: this.#next(videoId, 1)?.label ?? null }
  }

  /** The gesture that undo would take back; null when there is none. */
  undoable(videoId: number): HistoryEntry | null {
    return entryOf(this.#next(videoId, 0))
  }

  /** The gesture that redo would do again; null when there is none. */
  redoable(videoId: number): HistoryEntry | null {
    return entryOf(this.#next(videoId, 1))
  }

  count(videoId: number): number {
    return this.connection.get<{ n: number }>('SELECT count(*) AS n FROM history WHERE video_id = ?', videoId)!.n
  }

  #next(videoId: number, undone: 0 | 1): Row | undefined {
    // Undone gestures are the newest ones: the last not undone comes before the first undone.
    const order = undone ? 'ASC' : 'DESC'
    return this.connection.get<Row>(`SELECT id, label, data FROM history WHERE video_id = ? AND undone = ? ORDER BY id ${order} LIMIT 1`, videoId, undone)
  }
}

export class HistoryWriter extends HistoryReader {
  /** Adds a gesture: those undone are forgotten, and the oldest beyond the limit. Returns whether any were forgotten. */
  push(videoId: number, label: string, change: HistoryChange): boolean {
    return this.connection.transaction(() => {
      let forgotten = this.connection.run('DELETE FROM history WHERE video_id = ? AND undone = 1', videoId).changes
      const { id } = this.connection.run('INSERT INTO history (video_id, label, at, data) VALUES (?, ?, ?, ?)', videoId, label, Date.now(), JSON.stringify(change))
      for (const pathId of pathsOf(change)) this.connection.run('INSERT INTO history_path (history_id, path_id) VALUES (?, ?)', id, pathId)
      forgotten += this.connection.run(
        'DELETE FROM history WHERE video_id = @video AND id <= (SELECT id FROM history WHERE video_id = @video ORDER BY id DESC LIMIT 1 OFFSET @limit)',
        { video: videoId, limit: HISTORY_LIMIT },
      ).changes
      return forgotten > 0
    })
  }

  setUndone(entryId: number, undone: boolean): void {
    this.connection.run('UPDATE history SET undone = ? WHERE id = ?', Number(undone), entryId)
  }
}

function entryOf(row: Row | undefined): HistoryEntry | null {
  return row ? { id: row.id, label: row.label, change: JSON.parse(row.data) as HistoryChange } : null
}

function pathsOf(change: HistoryChange): Set<number> {
  const ids = change.tracks.flatMap(({ before, after }) => [before?.path.pathId, after?.path.pathId])
  return new Set(ids.filter(id => id !== null && id !== undefined))
}
