/**
 * Predicted paths of single tracks, and which of them each track shows. A path row is never changed: a new one takes its place, and the
 * old one stays as long as the history names it. Not here: what runs predicted (predictions.ts), which of both is newer (tracking/shownPaths.ts).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { PathSource, TrackPath } from '../../shared/studio/document.ts'
import type { FrameIndex } from '../../shared/units.ts'
import type { Connection } from './connection.ts'
import { decodePrediction, encodePrediction } from './predictionBlob.ts'

/** Frames first..last, both included. */
export interface FrameRange {
  readonly first: FrameIndex
  readonly last: FrameIndex
}

/** What a track shows: null for none. */
export interface PathRef {
  readonly pathId: number | null
  /** Since when, milliseconds since 1970; null where the studio never set a path. Runs that finished later are newer. */
  readonly at: number | null
  /** Frames whose path is still to be read from the field. */
  readonly stale: FrameRange | null
}

interface RefRow {
  key: number
  pathId: number | null
  at: number | null
  first: number | null
  last: number | null
}

const columns = 'key, path_id AS pathId, path_at AS at, stale_first AS first, stale_last AS last'

function refOf({ pathId, at, first, last }: RefRow): PathRef {
  return { pathId, at, stale: first === null || last === null ? null : { first, last } }
}

export class PathReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** @throws Error when there is none; TaplineError 'bad-project' when it is damaged. */
  read(pathId: number): TrackPath {
    const row = this.connection.get<{ source: PathSource; data: Buffer }>('SELECT source, data FROM path WHERE id = ?', pathId)
    if (!row) throw new Error(`no path ${pathId} in ${this.connection.folder}`)
    try {
      return { ...decodePrediction(row.data), source: row.source }
    } catch (cause) {
      const reason = `the path ${pathId} is damaged (${(cause as Error).message})`
      throw new TaplineError('bad-project', this.connection.folder, reason, 'Optimise again to read all paths anew, or restore the project from a copy.', { cause })
    }
  }

  /** What a track shows. @throws Error when there is no such track. */
  ref(trackKey: number): PathRef {
    const row = this.connection.get<RefRow>(`SELECT ${columns} FROM track WHERE key = ?`, trackKey)
    if (!row) throw new Error(`no track ${trackKey} in ${this.connection.folder}`)
    return refOf(row)
  }

  /** What all tracks of a video show, by track key. */
  refs(videoId: number): Map<number, PathRef> {
    return new Map(this.connection.all<RefRow>(`SELECT ${columns} FROM track WHERE video_id = ?`, videoId).map(row => [row.key, refOf(row)]))
  }
}

export class PathWriter extends PathReader {
  /** Stores a path and returns its id. Nothing shows it yet. */
  add(videoId: number, path: TrackPath): number {
    return this.connection.run('INSERT INTO path (video_id, source, data) VALUES (?, ?, ?)', videoId, path.source, encodePrediction(path)).id
  }

  /** Sets what a track shows. */
  show(trackKey: number, { pathId, at, stale }: PathRef): void {
    this.connection.run(
      'UPDATE track SET path_id = ?, path_at = ?, stale_first = ?, stale_last = ? WHERE key = ?',
      pathId, at, stale?.first ?? null, stale?.last ?? null, trackKey,
    )
  }

  /** Deletes the paths of a video that neither a track nor the history names; returns how many. */
  sweep(videoId: number): number {
    return this.connection.run(
      `DELETE FROM path WHERE video_id = @video
       AND NOT EXISTS (SELECT 1 FROM history_path h WHERE h.path_id = path.id)
       AND id NOT IN (SELECT path_id FROM track WHERE video_id = @video AND path_id IS NOT NULL)`,
      { video: videoId },
    ).changes
  }
}
