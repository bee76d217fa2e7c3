/**
 * TAP-Vid's generic CSV: no header, a row for each track: video_id, then T × (x, y, occluded), normalised, T at most 1,000.
 *
 * Longer clips go in chunks, each a video of its own as far as other readers know: its id is the clip's name with the chunk's first
 * frame and the frame after its last in six digits (clip_000000_001000, clip_001000_001500), all tracks of a chunk together.
 * Our reader joins such chunks again.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { CellRow } from './cellRow.ts'
import { cellText, parseCellRow, stackRows } from './cellRow.ts'
import type { CsvRow } from './csvRows.ts'
import { csvCell } from './csvRows.ts'
import type { ReadOptions, ReadVideo, WriteVideo } from './trackFile.ts'
import { checkWritable, fromNormalised, subjectOf, targetSize } from './trackFile.ts'

export const CHUNK_FRAMES = 1000

export function readGenericCsv(rows: Iterable<CsvRow>, options?: ReadOptions): ReadVideo[] {
  const subject = subjectOf(options)
  const groups = new Map<string, CellRow[]>()
  for (const { line, cells } of rows) {
    if (cells.length < 4 || (cells.length - 1) % 3 !== 0) {
      throw new TaplineError(
        'bad-file',
        `${subject}, line ${line}`,
        `the row has ${cells.length} cells, not one and three for each frame`,
        'Correct that line.',
      )
    }
    const list = groups.get(cells[0]) ?? []
    const row = parseCellRow(cells, 1, subject, line)
    if (list.length > 0 && list[0].occluded.length !== row.occluded.length) {
      throw new TaplineError(
        'bad-file',
        `${subject}, line ${line}`,
        `the row has ${row.occluded.length} frames, the rows of ${cells[0]} before it have ${list[0].occluded.length}`,
        'Give every track of a video the same number of frames.',
      )
    }
    list.push(row)
    groups.set(cells[0], list)
  }
  const videos = joinChunks(groups, subject)
  return [...videos]
    .filter(([name]) => options?.video === undefined || options.video === name)
    .map(([name, list]) => {
      const raw = stackRows(list)
      return { name, tracks: fromNormalised(raw, targetSize(`${subject}, video ${name}`, raw.frames, undefined, options?.clip)) }
    })
}

/** Joins groups named clip_<first>_<end> whose lengths agree with their names and that begin at frame 0. */
function joinChunks(groups: ReadonlyMap<string, CellRow[]>, subject: string): Map<string, CellRow[]> {
  const chunks = new Map<string, { first: number; end: number; rows: CellRow[] }[]>()
  const chunkOf = (name: string, rows: readonly CellRow[]) => {
    const parts = /^(.+)_(\d{6,})_(\d{6,})$/.exec(name)
    const [first, end] = parts ? [Number(parts[2]), Number(parts[3])] : [0, 0]
    return parts && first % CHUNK_FRAMES === 0 && end - first === rows[0].occluded.length ? { clip: parts[1], first, end } : undefined
  }
  for (const [name, rows] of groups) {
    const chunk = chunkOf(name, rows)
    if (chunk) chunks.set(chunk.clip, [...(chunks.get(chunk.clip) ?? []), { ...chunk, rows }])
  }
  const joined = new Map<string, CellRow[]>()
  for (const [name, rows] of groups) {
    const chunk = chunkOf(name, rows)
    const list = chunk && chunks.get(chunk.clip)!
    if (!list || list.length < 2) {
      joined.set(name, rows)
      continue
    }
    if (joined.has(chunk.clip)) continue
    list.sort((a, b) => a.first - b.first)
    list.forEach((part, k) => {
      const from = k === 0 ? 0 : list[k - 1].end
      if (part.first !== from || part.rows.length !== list[0].rows.length) {
        const reason =
          part.first === from
            ? `its chunk from frame ${from} has ${part.rows.length} tracks, not ${list[0].rows.length}`
            : `its chunk from frame ${from} is missing`
        throw new TaplineError('bad-file', `${subject}, video ${chunk.clip}`, reason, 'Export the tracks again, whole.')
      }
    })
    joined.set(
      chunk.clip,
      list[0].rows.map((_, track) => joinRows(list.map((part) => part.rows[track]))),
    )
  }
  return joined
}

function joinRows(parts: readonly CellRow[]): CellRow {
  const frames = parts.reduce((sum, part) => sum + part.occluded.length, 0)
  const row = { points: new Float64Array(frames * 2), occluded: new Uint8Array(frames) }
  let at = 0
  for (const part of parts) {
    row.points.set(part.points, at * 2)
    row.occluded.set(part.occluded, at)
    at += part.occluded.length
  }
  return row
}

export function* writeGenericCsv(videos: readonly WriteVideo[]): Generator<string, void> {
  for (const video of videos) {
    checkWritable(video)
    const { tracks, name } = video
    const { frames } = tracks
    for (let first = 0; first < frames; first += CHUNK_FRAMES) {
      const end = Math.min(frames, first + CHUNK_FRAMES)
      const id = frames <= CHUNK_FRAMES ? name : `${name}_${String(first).padStart(6, '0')}_${String(end).padStart(6, '0')}`
      for (let track = 0; track < tracks.ids.length; track++) {
        const cells = Array.from({ length: end - first }, (_, k) => cellText(tracks, track, first + k))
        yield `${csvCell(id)},${cells.join(',')}\n`
      }
    }
  }
}
