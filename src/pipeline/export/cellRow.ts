/** A run of (x, y, occluded) cells, the form that both of TAP-Vid's CSV layouts share. Not here: what comes before them in a row. */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { RawTracks } from './trackFile.ts'
import { relativeText } from './trackFile.ts'
import { csvNumber } from './csvRows.ts'

/** One row's cells as numbers. */
export interface CellRow {
  /** [frames, 2] normalised */
  readonly points: Float64Array
  /** [frames] */
  readonly occluded: Uint8Array
}

/** Reads `cells` from index `from` to the end; throws 'bad-file' that names line and column. */
export function parseCellRow(cells: readonly string[], from: number, subject: string, line: number): CellRow {
  const frames = (cells.length - from) / 3
  const points = new Float64Array(frames * 2)
  const occluded = new Uint8Array(frames)
  const fail = (column: number, wanted: string) =>
    new TaplineError(
      'bad-file',
      `${subject}, line ${line}`,
      `cell ${column + 1} is '${cells[column].slice(0, 40)}', not ${wanted}`,
      'Correct that line.',
    )
  for (let frame = 0; frame < frames; frame++) {
    const k = from + frame * 3
    for (let axis = 0; axis < 2; axis++) {
      const value = /^nan$/i.test(cells[k + axis]) ? Number.NaN : csvNumber(cells[k + axis])
      if (value === undefined) throw fail(k + axis, 'a number')
      points[frame * 2 + axis] = value
    }
    if (!/^([01](\.0+)?|true|false)$/i.test(cells[k + 2])) throw fail(k + 2, '0 or 1')
    occluded[frame] = Number(/^(1|t)/i.test(cells[k + 2]))
  }
  return { points, occluded }
}

/** Stacks rows of equal length into one video. */
export function stackRows(rows: readonly CellRow[]): RawTracks {
  const frames = rows[0].occluded.length
  const points = new Float64Array(rows.length * frames * 2)
  const occluded = new Uint8Array(rows.length * frames)
  rows.forEach((row, k) => {
    points.set(row.points, k * frames * 2)
    occluded.set(row.occluded, k * frames)
  })
  return { tracks: rows.length, frames, points, occluded }
}

/** `x,y,occluded` of one track at one frame. */
export function cellText({ positions, states, frames, width, height }: TrackSet, track: number, frame: number): string {
  const k = track * frames + frame
  const occluded = states[k] === TrackState.visible ? 0 : 1
  return `${relativeText(positions[k * 2], width)},${relativeText(positions[k * 2 + 1], height)},${occluded}`
}
