/** The points that a person wants tracked: a CSV with the header id,frame,x,y. Not here: tracks (csvLong.ts and the other formats). */
import { TaplineError } from '../../shared/errors.ts'
import type { Query } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { findColumns } from './csvHeader.ts'
import { csvNumber, csvRows } from './csvRows.ts'

const COLUMNS = ['id', 'frame', 'x', 'y'] as const

/**
 * Reads queries: `frame` counts from 0, `x` and `y` are raster pixels of the clip (the centre of the first pixel is 0.5, 0.5),
 * 0 ≤ x < width. Columns may stand in any order; others are passed over. The queries keep the file's order.
 * Throws TaplineError 'bad-query' that names the file's line and the reason.
 */
export function parseQueries(text: string, clip: Size & { readonly frameCount: number }, name = 'queries'): Query[] {
  const rows = csvRows(text)
  const header = rows.next().value ?? undefined
  const { at, missing, names } = findColumns(header, COLUMNS)
  if (missing.length > 0) {
    const found = header ? `its first row is '${names.join(',').slice(0, 80)}'` : 'it is empty'
    throw new TaplineError(
      'bad-query',
      `${name}, line ${header?.line ?? 1}`,
      `missing column ${missing.join(', ')}; ${found}`,
      'Begin the file with the row id,frame,x,y.',
    )
  }
  const lineOf = new Map<string, number>()
  const queries: Query[] = []
  for (const { line, cells } of rows) {
    const fail = (reason: string, next: string) => new TaplineError('bad-query', `${name}, line ${line}`, reason, next)
    const cell = (column: (typeof COLUMNS)[number]) => {
      const value = cells[at[column]]
      if (value === undefined || value === '') throw fail(`${column} is missing`, 'Give each point id, frame, x and y.')
      return value
    }
    const number = (column: 'frame' | 'x' | 'y') => {
      const value = csvNumber(cell(column))
      if (value === undefined)
        throw fail(`${column} is '${cell(column)}', which is not a number`, 'Write numbers with a point, without units.')
      return value
    }
    const id = cell('id')
    const earlier = lineOf.get(id)
    if (earlier !== undefined) throw fail(`the id '${id}' is already on line ${earlier}`, 'Give each point an id of its own.')
    lineOf.set(id, line)
    const frame = number('frame')
    if (!Number.isInteger(frame)) throw fail(`frame is ${frame}, which is not a whole number`, 'Frames are counted from 0.')
    if (frame < 0 || frame >= clip.frameCount) {
      throw fail(`frame ${frame} is out of range`, `The clip has ${clip.frameCount} frames, counted from 0 to ${clip.frameCount - 1}.`)
    }
    const x = number('x')
    const y = number('y')
    if (!(x >= 0 && x < clip.width && y >= 0 && y < clip.height)) {
      throw fail(
        `the point (${x}, ${y}) is outside the frame`,
        `Coordinates are pixels of the clip, which is ${clip.width}×${clip.height}.`,
      )
    }
    queries.push({ id, frame, x, y })
  }
  if (queries.length === 0)
    throw new TaplineError('bad-query', name, 'it holds no points', 'Add a row for each point below the header id,frame,x,y.')
  return queries
}
