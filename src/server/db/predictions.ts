/** What runs predicted, track by track; never touched by people's edits. A track's row is self-contained: it names its query. */
import { TaplineError } from '../../shared/errors.ts'
import { emptyTracks, type TrackSet } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import type { Connection } from './connection.ts'
import { decodePrediction, encodePrediction, type TrackPrediction } from './predictionBlob.ts'

interface Row {
  trackId: string
  frame: number
  x: number
  y: number
  data: Buffer
}

export class PredictionReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** The ids of the tracks that a run predicted, in the order of its queries. */
  ids(runId: number): string[] {
    return this.connection.all<{ id: string }>('SELECT track_id AS id FROM prediction WHERE run_id = ? ORDER BY ordinal', runId).map((row) => row.id)
  }

  /** Predictions of a run: all in the order of its queries, or those of `ids` in the order given (ids without any are left out). */
  read(runId: number, ids?: readonly string[]): TrackSet {
    return this.connection.snapshot(() => {
      const size = this.#size(runId)
      const select = 'SELECT track_id AS trackId, query_frame AS frame, query_x AS x, query_y AS y, data FROM prediction WHERE run_id = ?'
      const rows = ids
        ? ids.flatMap((id) => this.connection.get<Row>(`${select} AND track_id = ?`, runId, id) ?? [])
        : this.connection.all<Row>(`${select} ORDER BY ordinal`, runId)
      const tracks = emptyTracks(
        rows.map((row) => row.trackId),
        size.frames,
        size,
      )
      rows.forEach((row, i) => {
        const { positions, uncertainty, states } = this.#decode(row)
        tracks.queryFrames[i] = row.frame
        tracks.queryPoints.set([row.x, row.y], i * 2)
        tracks.positions.set(positions, i * size.frames * 2)
        tracks.uncertainty.set(uncertainty, i * size.frames)
        tracks.states.set(states, i * size.frames)
      })
      return tracks
    })
  }

  #decode(row: Row): TrackPrediction {
    try {
      return decodePrediction(row.data)
    } catch (cause) {
      const reason = `the predictions of track ${row.trackId} are damaged (${(cause as Error).message})`
      throw new TaplineError('bad-project', this.connection.folder, reason, 'Run the tracker again, or restore the project from a copy.', { cause })
    }
  }

  #size(runId: number): Size & { frames: number } {
    const size = this.connection.get<Size & { frames: number }>(
      'SELECT v.width, v.height, v.frame_count AS frames FROM run r JOIN video v ON v.id = r.video_id WHERE r.id = ?',
      runId,
    )
    if (!size) throw new Error(`no run ${runId} in ${this.connection.folder}`)
    return size
  }
}

export class PredictionWriter extends PredictionReader {
  /** Replaces all predictions of a run. */
  save(runId: number, tracks: TrackSet): void {
    const { frames } = tracks
    this.connection.transaction(() => {
      this.connection.run('DELETE FROM prediction WHERE run_id = ?', runId)
      tracks.ids.forEach((id, i) => {
        const cells = (n: number): [number, number] => [i * frames * n, (i + 1) * frames * n]
        const data = encodePrediction({
          positions: tracks.positions.subarray(...cells(2)),
          uncertainty: tracks.uncertainty.subarray(...cells(1)),
          states: tracks.states.subarray(...cells(1)),
        })
        this.connection.run(
          'INSERT INTO prediction (run_id, ordinal, track_id, query_frame, query_x, query_y, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
          runId,
          i,
          id,
          tracks.queryFrames[i],
          tracks.queryPoints[i * 2],
          tracks.queryPoints[i * 2 + 1],
          data,
        )
      })
    })
  }
}
