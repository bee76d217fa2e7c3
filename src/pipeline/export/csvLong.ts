/**
 * Our own CSV for spreadsheets and statistics: a row for each track and frame, with the header
 *
 *     video,id,frame,x,y,state,uncertainty
 *
 * `frame` counts from 0; `x`, `y` and `uncertainty` (one standard deviation, empty where unknown) are raster pixels of the clip;
 * `state` is visible, occluded, outOfFrame or unlabelled. Reading takes any column order, and files without video, state or
 * uncertainty; a track's frames that have no row are unlabelled. Values come back bit for bit; queries are not in it (JSON has them).
 */
import { TaplineError } from '../../shared/errors.ts'
import { emptyTracks, TrackState } from '../../shared/tracks.ts'
import { findColumns } from './csvHeader.ts'
import type { CsvRow } from './csvRows.ts'
import { csvCell, csvNumber } from './csvRows.ts'
import { float32Text } from './float32Text.ts'
import type { ReadOptions, ReadVideo, WriteVideo } from './trackFile.ts'
import { checkWritable, stemOf, subjectOf, targetSize } from './trackFile.ts'

const COLUMNS = ['video', 'id', 'frame', 'x', 'y', 'state', 'uncertainty'] as const
type Column = (typeof COLUMNS)[number]
const NEEDED: readonly Column[] = ['id', 'frame', 'x', 'y']
const stateNames = Object.keys(TrackState) as (keyof typeof TrackState)[]

/** True where a first row names the columns of this format. */
export function isLongHeader(row: CsvRow): boolean {
  return findColumns(row, NEEDED).missing.length === 0
}

interface Cell {
  readonly frame: number
  readonly x: number
  readonly y: number
  readonly state: TrackState
  readonly uncertainty: number
}

export function readCsvLong(rows: Iterable<CsvRow>, options?: ReadOptions): ReadVideo[] {
  const subject = subjectOf(options)
  const videos = new Map<string, Map<string, Map<number, Cell>>>()
  let at: Readonly<Record<Column, number>> | undefined
  for (const row of rows) {
    if (!at) {
      at = findColumns(row, COLUMNS).at
      continue
    }
    const columns = at
    const text = (column: Column) => (columns[column] < 0 ? '' : (row.cells[columns[column]] ?? ''))
    const fail = (reason: string) => new TaplineError('bad-file', `${subject}, line ${row.line}`, reason, 'Correct that line.')
    const number = (column: Column) => {
      const value = csvNumber(text(column))
      if (value === undefined) throw fail(`${column} is '${text(column)}', which is not a number`)
      return value
    }
    const name = text('video') || stemOf(options)
    if (options?.video !== undefined && options.video !== name) continue
    const frame = number('frame')
    if (!Number.isInteger(frame) || frame < 0) throw fail(`frame is ${frame}; frames are whole numbers from 0`)
    if (options?.clip?.frameCount !== undefined && frame >= options.clip.frameCount)
      throw fail(`frame ${frame} is out of range; the clip has ${options.clip.frameCount}`)
    const state = text('state') || 'visible'
    if (!(stateNames as string[]).includes(state)) throw fail(`state is '${state}', not one of ${stateNames.join(', ')}`)
    const id = text('id')
    if (id === '') throw fail('id is missing')
    const tracks = videos.get(name) ?? new Map<string, Map<number, Cell>>()
    const cells = tracks.get(id) ?? new Map<number, Cell>()
    if (cells.has(frame)) throw fail(`track ${id} has frame ${frame} twice`)
    const known = text('uncertainty') !== ''
    cells.set(frame, {
      frame,
      x: number('x'),
      y: number('y'),
      state: TrackState[state as keyof typeof TrackState],
      uncertainty: known ? number('uncertainty') : Number.NaN,
    })
    videos.set(name, tracks.set(id, cells))
  }
  return [...videos].map(([name, tracks]) => {
    let last = 0
    for (const cells of tracks.values()) for (const frame of cells.keys()) last = Math.max(last, frame)
    const frames = options?.clip?.frameCount ?? last + 1
    const set = emptyTracks([...tracks.keys()], frames, targetSize(`${subject}, video ${name}`, frames, undefined, options?.clip))
    let row = 0
    for (const cells of tracks.values()) {
      for (const cell of cells.values()) {
        const k = row * frames + cell.frame
        set.positions[k * 2] = cell.x
        set.positions[k * 2 + 1] = cell.y
        set.states[k] = cell.state
        set.uncertainty[k] = cell.uncertainty
      }
      row++
    }
    return { name, tracks: set }
  })
}

/** Writes every cell, unlabelled ones too. Throws 'usage' for track ids that occur twice: nothing else tells their rows apart. */
export function* writeCsvLong(videos: readonly WriteVideo[]): Generator<string, void> {
  yield `${COLUMNS.join(',')}\n`
  for (const video of videos) {
    checkWritable(video)
    const { ids, frames, positions, states, uncertainty } = video.tracks
    if (new Set(ids).size !== ids.length)
      throw new TaplineError('usage', video.name, 'two tracks have the same name', 'Rename one of them.')
    for (let track = 0; track < ids.length; track++) {
      let text = ''
      const head = `${csvCell(video.name)},${csvCell(ids[track])}`
      for (let frame = 0; frame < frames; frame++) {
        const k = track * frames + frame
        const sigma = Number.isNaN(uncertainty[k]) ? '' : float32Text(uncertainty[k])
        text += `${head},${frame},${float32Text(positions[k * 2])},${float32Text(positions[k * 2 + 1])},${stateNames[states[k]]},${sigma}\n`
      }
      yield text
    }
  }
}
