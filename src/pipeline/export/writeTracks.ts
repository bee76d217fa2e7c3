/** Writes tracks in any format that we write, as pieces of bytes, so that what is large streams. Not here: files on disk (server), the overlay video. */
import { writeCsvLong } from './csvLong.ts'
import { writeGenericCsv } from './genericCsv.ts'
import { writeKineticsCsv } from './kineticsCsv.ts'
import { writeNpz } from './npz.ts'
import { writeTapvidPickle } from './tapvidPickle.ts'
import type { TrackFormat, WriteVideo } from './trackFile.ts'
import { writeTracksJson } from './tracksJson.ts'

export type WritableFormat = Exclude<TrackFormat, 'kinetics-pickle'>

export interface FormatInfo {
  readonly extension: string
  /** One line for a menu or `--help`. */
  readonly label: string
  /** Whether frames go into the file where the video has them. */
  readonly takesFrames: boolean
}

export const writableFormats: Readonly<Record<WritableFormat, FormatInfo>> = {
  davis: { extension: '.pkl', label: 'TAP-Vid DAVIS pickle: a dict of videos', takesFrames: true },
  robotap: { extension: '.pkl', label: 'RoboTAP pickle: a dict of videos', takesFrames: true },
  'rgb-stacking': { extension: '.pkl', label: 'TAP-Vid RGB-Stacking pickle: a list of videos', takesFrames: true },
  npz: { extension: '.npz', label: 'NumPy archive, one video', takesFrames: false },
  json: { extension: '.json', label: 'JSON with everything that is known', takesFrames: false },
  csv: { extension: '.csv', label: 'TAP-Vid generic CSV: a row for each track', takesFrames: false },
  'csv-long': { extension: '.csv', label: 'CSV for spreadsheets: a row for each track and frame', takesFrames: false },
  'kinetics-csv': { extension: '.csv', label: 'TAP-Vid Kinetics CSV: clips of 10 s at 25 fps', takesFrames: false },
}

/** The format that a file's extension stands for where none is named; undefined for others. */
export function formatForPath(path: string): WritableFormat | undefined {
  const extension = /\.[^./\\]+$/.exec(path)?.[0].toLowerCase()
  return extension === '.pickle'
    ? 'davis'
    : (Object.keys(writableFormats) as WritableFormat[]).find((format) => writableFormats[format].extension === extension)
}

/**
 * The bytes of one file that holds `videos`, tracks in their given order. Write the pieces as they come, to a temporary file:
 * an error half-way leaves an incomplete one. Each format's limits are its own (an .npz holds one video, the Kinetics CSV clips of 10 s).
 */
export async function* writeTracks(format: WritableFormat, videos: readonly WriteVideo[]): AsyncGenerator<Uint8Array, void> {
  switch (format) {
    case 'davis':
    case 'robotap':
    case 'rgb-stacking':
      yield* writeTapvidPickle(format, videos)
      return
    case 'npz':
      yield writeNpz(videos)
      return
    case 'json':
      yield* encoded(writeTracksJson(videos))
      return
    case 'csv':
      yield* encoded(writeGenericCsv(videos))
      return
    case 'csv-long':
      yield* encoded(writeCsvLong(videos))
      return
    case 'kinetics-csv':
      yield* encoded(writeKineticsCsv(videos))
      return
  }
}

function* encoded(texts: Iterable<string>): Generator<Uint8Array, void> {
  const encoder = new TextEncoder()
  for (const text of texts) yield encoder.encode(text)
}
