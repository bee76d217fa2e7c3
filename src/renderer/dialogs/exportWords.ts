/** The formats of export in words, and what each can hold. Pure. Not here: writing them (pipeline/export). */
import type { ExportFormat, ExportSummary } from '../../shared/studio/review.ts'
import { count, inThousands } from '../panels/wording.ts'

export interface FormatWords {
  readonly label: string
  readonly text: string
  readonly extension: string
  /** Holds more than one video. */
  readonly manyVideos: boolean
  /** Can carry the frames beside the tracks. */
  readonly carriesVideo: boolean
  /** Tells out-of-frame and unlabelled from occluded. */
  readonly allStates: boolean
}

const tapvid = { extension: '.pkl', carriesVideo: true, allStates: false } as const

export const formatWords: Readonly<Record<ExportFormat, FormatWords>> = {
  davis: { ...tapvid, label: 'TAP-Vid DAVIS', text: 'Pickle keyed by the clip’s name, read by the evaluation code of TAP-Vid.', manyVideos: true },
  'rgb-stacking': { ...tapvid, label: 'TAP-Vid RGB-Stacking', text: 'Pickle: a list of videos.', manyVideos: true },
  robotap: { ...tapvid, label: 'RoboTAP', text: 'Pickle keyed by the clip’s name, as RoboTAP has it.', manyVideos: true },
  'kinetics-pickle': { ...tapvid, label: 'TAP-Vid Kinetics', text: 'Pickle with the frames as JPEG.', manyVideos: true },
  'kinetics-csv': { label: 'TAP-Vid Kinetics table', text: 'CSV of clips of 10 s at 25 frames/s.', extension: '.csv', manyVideos: true, carriesVideo: false, allStates: false },
  csv: { label: 'TAP-Vid table', text: 'CSV with a row for each track.', extension: '.csv', manyVideos: true, carriesVideo: false, allStates: false },
  'csv-long': { label: 'Long table', text: 'CSV with a row for each track and frame, for spreadsheets and statistics.', extension: '.csv', manyVideos: true, carriesVideo: false, allStates: false },
  npz: { label: 'NumPy archive', text: 'Points, states and uncertainty as arrays.', extension: '.npz', manyVideos: false, carriesVideo: false, allStates: true },
  json: { label: 'JSON', text: 'Everything that is known, bit for bit.', extension: '.json', manyVideos: false, carriesVideo: false, allStates: true },
  mp4: { label: 'Video with tracks', text: 'MP4 with the tracks drawn over the picture, for people to look at.', extension: '.mp4', manyVideos: false, carriesVideo: false, allStates: true },
}

/** What will be written, in one sentence. */
export function summarySentence({ tracks, frames, leftOut }: ExportSummary): string {
  const left = leftOut ? `; ${count(leftOut, 'track')} left out` : ''
  return `${count(tracks, 'track')} over ${count(frames, 'frame')}${left}`
}

/** Cells by state, those that there are. */
export function stateCounts(summary: ExportSummary): readonly { readonly name: string; readonly cells: string }[] {
  const { visible, occluded, outOfFrame, unlabelled } = summary
  const all = [['visible', visible], ['occluded', occluded], ['out of frame', outOfFrame], ['unlabelled', unlabelled]] as const
  return all.filter(([, cells]) => cells > 0).map(([name, cells]) => ({ name, cells: inThousands(cells) }))
}
