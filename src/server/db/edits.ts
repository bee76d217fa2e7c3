/** What people set by hand, kept apart from predictions: keyframes exact to the bit, labels as ranges of frames. */
import { paintLabel } from '../../pipeline/edits/labelRanges.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { Keyframe, LabelKind, LabelRange, TrackEdits } from '../../shared/projectRecords.ts'
import type { FrameIndex } from '../../shared/units.ts'
import type { Connection } from './connection.ts'

type Keyed<T> = T & { key: number }

export class EditReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** What people did to one track. */
  ofTrack(trackKey: number): TrackEdits {
    return this.connection.snapshot(() => readTrackEdits(this.connection, trackKey))
  }

  /** What people did to all tracks of a video, by track key; tracks without edits are absent. */
  ofVideo(videoId: number): Map<number, TrackEdits> {
    return this.connection.snapshot(() => {
      const edits = new Map<number, { keyframes: Keyframe[]; labels: LabelRange[] }>()
      const of = (key: number) => edits.get(key) ?? edits.set(key, { keyframes: [], labels: [] }).get(key)!
      const from = 'e JOIN track t ON t.key = e.track_key WHERE t.video_id = ? ORDER BY e.track_key'
      for (const { key, ...keyframe } of this.connection.all<Keyed<Keyframe>>(`SELECT track_key AS key, frame, x, y FROM keyframe ${from}, frame`, videoId)) {
        of(key).keyframes.push(keyframe)
      }
      for (const { key, ...range } of this.connection.all<Keyed<LabelRange>>(`SELECT track_key AS key, kind, first, last FROM label_range ${from}, first`, videoId)) {
        of(key).labels.push(range)
      }
      return edits
    })
  }
}

export class EditWriter extends EditReader {
  /** Sets a position, replacing the one of that frame. Raster pixels of the clip. @throws TaplineError 'bad-query' for a frame outside the clip. */
  setKeyframe(trackKey: number, frame: FrameIndex, x: number, y: number): void {
    this.setKeyframes(trackKey, [{ frame, x, y }])
  }

  /** Sets many positions of one track, all or none. */
  setKeyframes(trackKey: number, keyframes: readonly Keyframe[]): void {
    this.connection.transaction(() => {
      const frames = this.#frames(trackKey)
      for (const { frame, x, y } of keyframes) {
        checkFrame(trackKey, frame, frames)
        if (!Number.isFinite(x) || !Number.isFinite(y)) throw new Error(`keyframe of track ${trackKey} at ${frame} is not finite: (${x}, ${y})`)
        insertKeyframe(this.connection, trackKey, { frame, x, y })
      }
    })
  }

  /** Removes the keyframes of frames first..last (both included); returns how many there were. */
  removeKeyframes(trackKey: number, first: FrameIndex, last: FrameIndex = first): number {
    return this.connection.run('DELETE FROM keyframe WHERE track_key = ? AND frame BETWEEN ? AND ?', trackKey, first, last).changes
  }

  /** Labels frames first..last (both included), or clears their labels when `kind` is null. */
  setLabel(trackKey: number, first: FrameIndex, last: FrameIndex, kind: LabelKind | null): void {
    this.connection.transaction(() => {
      const frames = this.#frames(trackKey)
      checkFrame(trackKey, first, frames)
      checkFrame(trackKey, last, frames)
      if (last < first) throw new Error(`label of track ${trackKey}: last frame ${last} is before first ${first}`)
      const { labels } = readTrackEdits(this.connection, trackKey)
      this.connection.run('DELETE FROM label_range WHERE track_key = ?', trackKey)
      for (const range of paintLabel(labels, first, last, kind)) insertLabel(this.connection, trackKey, range)
    })
  }

  /** Puts a track's edits to a state read before: what undo does. */
  replace(trackKey: number, edits: TrackEdits): void {
    this.connection.transaction(() => {
      this.connection.run('DELETE FROM keyframe WHERE track_key = ?', trackKey)
      this.connection.run('DELETE FROM label_range WHERE track_key = ?', trackKey)
      writeTrackEdits(this.connection, trackKey, edits)
    })
  }

  #frames(trackKey: number): number {
    const row = this.connection.get<{ frames: number }>(
      'SELECT v.frame_count AS frames FROM track t JOIN video v ON v.id = t.video_id WHERE t.key = ?',
      trackKey,
    )
    if (!row) throw new Error(`no track ${trackKey} in ${this.connection.folder}`)
    return row.frames
  }
}

export function readTrackEdits(connection: Connection, trackKey: number): TrackEdits {
  return {
    keyframes: connection.all<Keyframe>('SELECT frame, x, y FROM keyframe WHERE track_key = ? ORDER BY frame', trackKey),
    labels: connection.all<LabelRange>('SELECT kind, first, last FROM label_range WHERE track_key = ? ORDER BY first', trackKey),
  }
}

/** Writes edits of a track that has none. */
export function writeTrackEdits(connection: Connection, trackKey: number, edits: TrackEdits): void {
  for (const keyframe of edits.keyframes) insertKeyframe(connection, trackKey, keyframe)
  for (const range of edits.labels) insertLabel(connection, trackKey, range)
}

function insertKeyframe(connection: Connection, trackKey: number, { frame, x, y }: Keyframe): void {
  connection.run('INSERT OR REPLACE INTO keyframe (track_key, frame, x, y) VALUES (?, ?, ?, ?)', trackKey, frame, x, y)
}

function insertLabel(connection: Connection, trackKey: number, { kind, first, last }: LabelRange): void {
  connection.run('INSERT INTO label_range (track_key, first, last, kind) VALUES (?, ?, ?, ?)', trackKey, first, last, kind)
}

function checkFrame(trackKey: number, frame: FrameIndex, frames: number): void {
  if (Number.isInteger(frame) && frame >= 0 && frame < frames) return
  throw new TaplineError('bad-query', `track ${trackKey}`, `frame ${frame} is not in the clip`, `Frames go from 0 to ${frames - 1}.`)
}
