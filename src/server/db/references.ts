/** References of a video (ground truth, another annotator's or tracker's tracks) and what people decided about them. Not here: the tracks, which lie in files. */
import type { Decision, ReferenceKind } from '../../shared/studio/document.ts'
import type { Connection } from './connection.ts'
import { insidePath } from './projectPath.ts'

export interface ReferenceRecord {
  readonly id: number
  readonly videoId: number
  readonly name: string
  readonly kind: ReferenceKind
  /** Relative to the project. */
  readonly file: string
  /** The tracker's name in requests; null for other kinds. */
  readonly tracker: string | null
}

const columns = 'id, video_id AS videoId, name, kind, file, tracker'

export class ReferenceReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** By the order in which they were added. */
  list(videoId: number): ReferenceRecord[] {
    return this.connection.all<ReferenceRecord>(`SELECT ${columns} FROM reference WHERE video_id = ? ORDER BY id`, videoId)
  }

  /** By reference, track and frame. */
  decisions(videoId: number): Decision[] {
    return this.connection.all<Decision>(
      `SELECT d.reference_id AS reference, d.track_key AS key, d.first, d.last, d.verdict
       FROM decision d JOIN reference r ON r.id = d.reference_id WHERE r.video_id = ? ORDER BY d.reference_id, d.track_key, d.first`,
      videoId,
    )
  }
}

export class ReferenceWriter extends ReferenceReader {
  /** @param tracker its name, for the kind 'tracker' alone */
  add(videoId: number, name: string, kind: ReferenceKind, file: string, tracker: string | null = null): ReferenceRecord {
    const { id } = this.connection.run('INSERT INTO reference (video_id, name, kind, file, tracker) VALUES (?, ?, ?, ?, ?)', videoId, name, kind, insidePath(file), tracker)
    return { id, videoId, name, kind, file, tracker }
  }

  /** Other tracks in its place: what was decided stays. The file before is the caller's to delete. */
  replaceFile(referenceId: number, file: string): void {
    this.connection.run('UPDATE reference SET file = ? WHERE id = ?', insidePath(file), referenceId)
  }

  /** Removes it with its decisions. Its file is the caller's to delete. */
  remove(referenceId: number): void {
    this.connection.run('DELETE FROM reference WHERE id = ?', referenceId)
  }

  /** Replaces all decisions of a video; those whose reference or track is gone are left out. */
  setDecisions(videoId: number, decisions: readonly Decision[]): void {
    this.connection.transaction(() => {
      this.connection.run('DELETE FROM decision WHERE reference_id IN (SELECT id FROM reference WHERE video_id = ?)', videoId)
      for (const { reference, key, first, last, verdict } of decisions) {
        this.connection.run(
          `INSERT INTO decision (reference_id, track_key, first, last, verdict)
           SELECT r.id, t.key, ?, ?, ? FROM reference r, track t WHERE r.id = ? AND t.key = ? AND r.video_id = ? AND t.video_id = r.video_id`,
          first, last, verdict, reference, key, videoId,
        )
      }
    })
  }
}
