/** Markers on a video's frames, and the run whose field a person works with. Not here: runs themselves (runs.ts). */
import type { Marker } from '../../shared/studio/document.ts'
import type { Connection } from './connection.ts'

/** Which run's field was chosen, and when (milliseconds since 1970). */
export interface FieldChoice {
  readonly runId: number | null
  readonly at: number
}

export class MarkReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** By ascending frame. */
  markers(videoId: number): Marker[] {
    return this.connection.all<Marker>('SELECT frame, text FROM marker WHERE video_id = ? ORDER BY frame', videoId)
  }

  /** Null where nobody chose: then the newest finished run's field is meant. */
  fieldChoice(videoId: number): FieldChoice | null {
    return this.connection.get<FieldChoice>('SELECT run_id AS runId, at FROM field_choice WHERE video_id = ?', videoId) ?? null
  }
}

export class MarkWriter extends MarkReader {
  /** Replaces all markers of a video; of two on one frame the later stays. */
  setMarkers(videoId: number, markers: readonly Marker[]): void {
    this.connection.transaction(() => {
      this.connection.run('DELETE FROM marker WHERE video_id = ?', videoId)
      for (const { frame, text } of markers) this.connection.run('INSERT OR REPLACE INTO marker (video_id, frame, text) VALUES (?, ?, ?)', videoId, frame, text)
    })
  }

  chooseField(videoId: number, runId: number | null): void {
    this.connection.run('INSERT OR REPLACE INTO field_choice (video_id, run_id, at) VALUES (?, ?, ?)', videoId, runId, Date.now())
  }
}
