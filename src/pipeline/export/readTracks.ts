/** Reads tracks from the bytes of any file that we know, told by its content and never by its name. Not here: files on disk (server). */
import { TaplineError } from '../../shared/errors.ts'
import { isLongHeader, readCsvLong } from './csvLong.ts'
import type { CsvRow } from './csvRows.ts'
import { csvRows } from './csvRows.ts'
import { readGenericCsv } from './genericCsv.ts'
import { KINETICS_CELLS, readKineticsCsv } from './kineticsCsv.ts'
import { looksLikeZip, readNpz } from './npz.ts'
import { looksLikePickle } from './pickleReader.ts'
import { readTapvidPickle } from './tapvidPickle.ts'
import type { ReadOptions, ReadVideo, TrackFormat } from './trackFile.ts'
import { subjectOf } from './trackFile.ts'
import { readTracksJson } from './tracksJson.ts'

export interface ReadTracks {
  readonly format: TrackFormat
  /** In the file's order. */
  readonly videos: ReadVideo[]
}

/**
 * Reads every video of a track file, or the one that `options.video` names. Positions are in raster pixels of `options.clip`
 * where that is given, else of the frames that the file knows; a file that knows none needs a clip.
 * Throws TaplineError 'bad-file' that names the file, the place and the reason.
 */
export function readTracks(bytes: Uint8Array, options?: ReadOptions): ReadTracks {
  const subject = subjectOf(options)
  const result = readAny(bytes, subject, options)
  if (result.videos.length > 0) return result
  if (options?.video === undefined) throw new TaplineError('bad-file', subject, 'it holds no tracks', 'Choose another file.')
  // Read again, whatever the clip, to say what there is.
  const names = readAny(bytes, subject, { name: options.name, clip: { width: 1, height: 1 } }).videos.map((video) => video.name)
  const list = names.slice(0, 20).join(', ') + (names.length > 20 ? ' …' : '')
  throw new TaplineError(
    'bad-file',
    subject,
    `it holds no video named ${options.video}`,
    names.length > 0 ? `It has ${list}.` : 'It holds none at all.',
  )
}

function readAny(bytes: Uint8Array, subject: string, options: ReadOptions | undefined): ReadTracks {
  const bad = (reason: string, next: string) => new TaplineError('bad-file', subject, reason, next)
  if (bytes.length === 0) throw bad('the file is empty', 'Choose another file.')
  if (looksLikePickle(bytes)) return readTapvidPickle(bytes, options)
  if (looksLikeZip(bytes)) return { format: 'npz', videos: readNpz(bytes, options) }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw bad('it is compressed with gzip', 'Unpack it first.')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch (error) {
    throw new TaplineError(
      'bad-file',
      subject,
      'it is none of the track files that are read: TAP-Vid pickles of protocol 2 to 5, .npz, JSON, CSV',
      'Convert it to one of these.',
      { cause: error },
    )
  }
  if (/^\s*[{[]/.test(text)) return { format: 'json', videos: readTracksJson(text, options) }
  const first = csvRows(text).next().value ?? undefined
  if (!first) throw bad('the file is empty', 'Choose another file.')
  return readCsv(first, text, bad, options)
}

function readCsv(
  first: CsvRow,
  text: string,
  bad: (reason: string, next: string) => TaplineError,
  options: ReadOptions | undefined,
): ReadTracks {
  const { cells } = first
  if (cells.length === KINETICS_CELLS) return { format: 'kinetics-csv', videos: readKineticsCsv(csvRows(text), options) }
  if (isLongHeader(first)) return { format: 'csv-long', videos: readCsvLong(csvRows(text), options) }
  if (cells.length >= 4 && (cells.length - 1) % 3 === 0) return { format: 'csv', videos: readGenericCsv(csvRows(text), options) }
  throw bad(
    `its first row has ${cells.length} cell${cells.length === 1 ? '' : 's'}: neither Kinetics (${KINETICS_CELLS}), nor video_id and three for each frame, nor a header with id,frame,x,y`,
    'Check that it is a track file with commas between cells.',
  )
}
