/** Tracks of a project: names, colours, queries, order. Not here: edits of people (edits.ts), predictions (predictions.ts). */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackEdits, TrackRecord } from '../../shared/projectRecords.ts'
import { trackColour } from '../../shared/trackColours.ts'
import type { Connection } from './connection.ts'
import { readTrackEdits, writeTrackEdits } from './edits.ts'

export interface NewTrack {
  /** Given the next free number when absent. */
  readonly id?: string
  /** The id when absent. */
  readonly name?: string
  /** #rrggbb; the next of the palette when absent. */
  readonly colour?: string
  readonly frame: number
  /** Raster pixels of the clip. */
  readonly x: number
  readonly y: number
  readonly notes?: string
}

export type TrackPatch = Partial<Pick<TrackRecord, 'id' | 'name' | 'colour' | 'query' | 'notes' | 'hidden' | 'locked'>>

/** All that a removed track had: enough to bring it back. */
export interface RemovedTrack {
  readonly track: TrackRecord
  readonly edits: TrackEdits
}

interface Row {
  key: number
  videoId: number
  id: string
  name: string
  colour: string
  frame: number
  x: number
  y: number
  order: number
  notes: string
  hidden: number
  locked: number
}

const select = `SELECT key, video_id AS videoId, id, name, colour, query_frame AS frame, query_x AS x, query_y AS y,
  list_order AS "order", notes, hidden, locked FROM track`

function recordOf({ frame, x, y, hidden, locked, ...rest }: Row): TrackRecord {
  return { ...rest, query: { frame, x, y }, hidden: hidden === 1, locked: locked === 1 }
}

export class TrackReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** Tracks of a video, in the order of the list. */
  list(videoId: number): TrackRecord[] {
    return this.connection.all<Row>(`${select} WHERE video_id = ? ORDER BY list_order, key`, videoId).map(recordOf)
  }

  /** @throws Error when there is none. */
  get(key: number): TrackRecord {
    const track = this.find(key)
    if (!track) throw new Error(`no track ${key} in ${this.connection.folder}`)
    return track
  }

  find(key: number): TrackRecord | undefined {
    const row = this.connection.get<Row>(`${select} WHERE key = ?`, key)
    return row && recordOf(row)
  }
}

export class TrackWriter extends TrackReader {
  /** Adds tracks at the end of the list, all or none. @throws TaplineError 'bad-query' naming the track at fault. */
  add(videoId: number, tracks: readonly NewTrack[]): TrackRecord[] {
    return this.connection.transaction(() => {
      const taken = new Set(this.connection.all<{ id: string }>('SELECT id FROM track WHERE video_id = ?', videoId).map((row) => row.id))
      const end = this.connection.get<{ last: number | null; n: number }>('SELECT max(list_order) AS last, count(*) AS n FROM track WHERE video_id = ?', videoId)!
      let number = 1
      return tracks.map((track, i) => {
        while (track.id === undefined && taken.has(String(number))) number++
        const id = track.id ?? String(number)
        taken.add(id)
        const record = {
          videoId,
          id,
          name: track.name ?? id,
          colour: track.colour ?? trackColour(end.n + i),
          query: { frame: track.frame, x: track.x, y: track.y },
          order: (end.last ?? 0) + 1 + i,
          notes: track.notes ?? '',
          hidden: false,
          locked: false,
        }
        return this.get(this.#insert(record))
      })
    })
  }

  update(key: number, patch: TrackPatch): TrackRecord {
    return this.connection.transaction(() => {
      const track = { ...this.get(key), ...patch }
      this.#check(track, key)
      this.connection.run(
        `UPDATE track SET id = ?, name = ?, colour = ?, query_frame = ?, query_x = ?, query_y = ?, notes = ?, hidden = ?, locked = ? WHERE key = ?`,
        track.id,
        track.name,
        track.colour.toLowerCase(),
        track.query.frame,
        track.query.x,
        track.query.y,
        track.notes,
        Number(track.hidden),
        Number(track.locked),
        key,
      )
      return this.get(key)
    })
  }

  /** Orders tracks as given: `keys` take each other's places in the list, others keep theirs. */
  reorder(keys: readonly number[]): void {
    this.connection.transaction(() => {
      const places = keys.map((key) => this.get(key).order).sort((a, b) => a - b)
      keys.forEach((key, i) => this.connection.run('UPDATE track SET list_order = ? WHERE key = ?', places[i], key))
    })
  }

  /** Removes tracks with what people edited of them, and returns all of it for `restore`. Predictions of runs stay. */
  remove(keys: readonly number[]): RemovedTrack[] {
    return this.connection.transaction(() =>
      keys.map((key) => {
        const removed = { track: this.get(key), edits: readTrackEdits(this.connection, key) }
        this.connection.run('DELETE FROM track WHERE key = ?', key)
        return removed
      }),
    )
  }

  /** Brings removed tracks back as they were, keys included. */
  restore(removed: readonly RemovedTrack[]): void {
    this.connection.transaction(() => {
      for (const { track, edits } of removed) {
        this.#insert(track)
        writeTrackEdits(this.connection, track.key, edits)
      }
    })
  }

  #insert(track: Omit<TrackRecord, 'key'> & { key?: number }): number {
    this.#check(track, track.key)
    return this.connection.run(
      `INSERT INTO track (key, video_id, id, name, colour, query_frame, query_x, query_y, list_order, notes, hidden, locked)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      track.key ?? null,
      track.videoId,
      track.id,
      track.name,
      track.colour.toLowerCase(),
      track.query.frame,
      track.query.x,
      track.query.y,
      track.order,
      track.notes,
      Number(track.hidden),
      Number(track.locked),
    ).id
  }

  #check(track: Pick<TrackRecord, 'videoId' | 'id' | 'colour' | 'query'>, key: number | undefined): void {
    const video = this.connection.get<{ width: number; height: number; frames: number }>(
      'SELECT width, height, frame_count AS frames FROM video WHERE id = ?',
      track.videoId,
    )
    if (!video) throw new Error(`no video ${track.videoId} in ${this.connection.folder}`)
    const { frame, x, y } = track.query
    const bad = (reason: string, next: string) => new TaplineError('bad-query', `track ${track.id}`, reason, next)
    if (track.id === '') throw bad('its id is empty', 'Give it an id.')
    if (!Number.isInteger(frame) || frame < 0 || frame >= video.frames) {
      throw bad(`frame ${frame} is not in the clip`, `Frames go from 0 to ${video.frames - 1}.`)
    }
    if (!(x >= 0 && x <= video.width && y >= 0 && y <= video.height)) {
      throw bad(`point (${x}, ${y}) is outside the frame`, `Points lie within 0..${video.width} × 0..${video.height} pixels.`)
    }
    if (!/^#[0-9a-f]{6}$/i.test(track.colour)) throw bad(`'${track.colour}' is not a colour`, 'Write colours as #rrggbb.')
    const twin = this.connection.get<{ key: number }>('SELECT key FROM track WHERE video_id = ? AND id = ?', track.videoId, track.id)
    if (twin && twin.key !== key) throw bad('another track of the video has that id', 'Give it an id of its own.')
  }
}
