/**
 * TAP-Vid's Kinetics CSV: no header, a row for each track of 753 cells: youtube_id, start_sec, end_sec, then 250 × (x, y, occluded)
 * at 25 fps. Its points are plain normalised raster coordinates; the half-pixel shift belongs to the pickles made from it.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { CellRow } from './cellRow.ts'
import { cellText, parseCellRow, stackRows } from './cellRow.ts'
import type { CsvRow } from './csvRows.ts'
import { csvCell, csvNumber } from './csvRows.ts'
import type { ReadOptions, ReadVideo, WriteVideo } from './trackFile.ts'
import { checkWritable, fromNormalised, subjectOf, targetSize } from './trackFile.ts'

export const KINETICS_FRAMES = 250
export const KINETICS_FPS = 25
const SECONDS = KINETICS_FRAMES / KINETICS_FPS
export const KINETICS_CELLS = 3 + 3 * KINETICS_FRAMES
/** A clip may be this much longer than 10 s and still count as one of 10 s. */
const SLACK_S = 0.5

const sixDigits = (seconds: number) => String(seconds).padStart(6, '0')

/** Videos are named as Kinetics names its files: id_start_end, seconds in six digits. */
export function readKineticsCsv(rows: Iterable<CsvRow>, options?: ReadOptions): ReadVideo[] {
  const subject = subjectOf(options)
  const videos = new Map<string, CellRow[]>()
  for (const { line, cells } of rows) {
    const where = `${subject}, line ${line}`
    if (cells.length !== KINETICS_CELLS) {
      throw new TaplineError(
        'bad-file',
        where,
        `the row has ${cells.length} cells, a Kinetics row has ${KINETICS_CELLS}`,
        'Correct that line.',
      )
    }
    const [start, end] = [csvNumber(cells[1]), csvNumber(cells[2])]
    if (start === undefined || end === undefined)
      throw new TaplineError('bad-file', where, 'start or end is not a number of seconds', 'Correct that line.')
    const name = `${cells[0]}_${sixDigits(start)}_${sixDigits(end)}`
    if (options?.video !== undefined && options.video !== name && options.video !== cells[0]) continue
    const list = videos.get(name) ?? []
    list.push(parseCellRow(cells, 3, subject, line))
    videos.set(name, list)
  }
  return [...videos].map(([name, list]) => {
    const raw = stackRows(list)
    return { name, tracks: fromNormalised(raw, targetSize(subject, raw.frames, undefined, options?.clip)) }
  })
}

/**
 * Writes clips of 10 s. A clip of 250 frames goes as it is; any other needs `timesS` and is sampled at 25 fps as TAP-Vid's own script
 * samples videos (ffmpeg's fps filter: each frame holds from the tick nearest to it until the next).
 * A name like id_000010_000020 gives the id and the seconds; any other is the id, from 0 to 10.
 * Throws TaplineError 'unsupported' where the clip is not of 10 s.
 */
export function* writeKineticsCsv(videos: readonly WriteVideo[]): Generator<string, void> {
  for (const video of videos) {
    checkWritable(video)
    const { tracks, name } = video
    const sources = sampledFrames(tracks, video.timesS, name)
    const parts = /^(.+)_(\d{6})_(\d{6})$/.exec(name)
    const head = parts ? `${csvCell(parts[1])},${Number(parts[2])},${Number(parts[3])}` : `${csvCell(name)},0,${SECONDS}`
    for (let track = 0; track < tracks.ids.length; track++)
      yield `${head},${sources.map((frame) => cellText(tracks, track, frame)).join(',')}\n`
  }
}

function sampledFrames({ frames }: TrackSet, timesS: Float64Array | undefined, name: string): number[] {
  if (frames === KINETICS_FRAMES && !timesS) return Array.from({ length: frames }, (_, frame) => frame)
  const lengthS = timesS && frames > 1 ? (timesS[frames - 1] * frames) / (frames - 1) : undefined
  if (!timesS || lengthS === undefined || lengthS < SECONDS - 0.5 / KINETICS_FPS || lengthS > SECONDS + SLACK_S) {
    const found = lengthS === undefined ? `${frames} frames` : `${lengthS.toFixed(2)} s`
    throw new TaplineError(
      'unsupported',
      name,
      `the Kinetics CSV holds clips of ${SECONDS} s, this one has ${found}`,
      'Use the generic CSV (csv).',
    )
  }
  // A time half-way between ticks goes up, whatever its last binary digit.
  const tickOf = (seconds: number) => Math.floor(seconds * KINETICS_FPS + 0.5 + 1e-6)
  let source = 0
  return Array.from({ length: KINETICS_FRAMES }, (_, tick) => {
    while (source + 1 < frames && tickOf(timesS[source + 1]) <= tick) source++
    return source
  })
}
