/** `tapline info`: what a video, a track file or a project holds. Changes nothing. */
import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { MediaReport } from '../../pipeline/video/mediaInfo.ts'
import type { ReadVideo } from '../../pipeline/export/trackFile.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { ProjectDetails, RunRecord } from '../../shared/projectRecords.ts'
import { PROJECT_FILE } from '../../server/db/project.ts'
import { probeMedia } from '../../server/decode/probeMedia.ts'
import { projectDetails } from '../../server/projects/listProjects.ts'
import { IMPORTED } from '../../server/tracking/shownPaths.ts'
import type { Arguments } from '../arguments.ts'
import { duration, type Reporter } from '../reporter.ts'
import { markdownTable } from '../../shared/table.ts'
import { looksLikeTrackFile, readTrackFileInAnyRaster } from './trackFiles.ts'

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const path = args.positionals[0]
  if (basename(path) === PROJECT_FILE || existsSync(join(path, PROJECT_FILE))) {
    const details = projectDetails(path)
    for (const text of projectText(details)) reporter.print(text)
    reporter.result({ type: 'project', ...details })
  } else if (await looksLikeTrackFile(path)) {
    const { format, videos, sizeKnown } = await readTrackFileInAnyRaster(path)
    reporter.print(`${path}: tracks, ${format}\n\n${trackTable(videos, sizeKnown)}`)
    reporter.result({ type: 'tracks', format, videos: videos.map(video => videoSummary(video, sizeKnown)) })
  } else {
    const report = await probeMedia(path)
    reporter.print(mediaText(report))
    reporter.result({ type: 'media', ...report })
  }
}

function mediaText(report: MediaReport): string {
  const { path, kind, container, codec, pixelFormat, width, height, frameCount, durationS, meanRate, variableRate, rotationDegrees, mirrored, pixelAspect } = report
  const rate = meanRate === null ? 'a single frame' : `${meanRate.toFixed(3).replace(/\.?0+$/, '')} frames/s${variableRate ? ', variable' : ''}`
  const turned = [rotationDegrees ? `turned by ${rotationDegrees}°` : '', mirrored ? 'mirrored' : ''].filter(Boolean).join(', ')
  const rows = [
    ['kind', `${kind}, ${container}, ${codec}${pixelFormat ? ` (${pixelFormat})` : ''}`],
    ['size', `${width}×${height}${turned ? `, ${turned} already` : ''}${pixelAspect === 1 ? '' : `, pixels of aspect ${pixelAspect.toFixed(3)}`}`],
    ['frames', `${frameCount}, counted from 0 to ${frameCount - 1}`],
    ['time', `${durationS.toFixed(3)} s, ${rate}`],
    ...(variableRate ? [['intervals', `${milliseconds(report.shortestIntervalS)} to ${milliseconds(report.longestIntervalS)}`]] : []),
    ...(statSync(path, { throwIfNoEntry: false })?.isFile() ? [['file', `${(statSync(path).size / 1e6).toFixed(1)} MB`]] : []),
  ]
  return [path, ...rows.map(([name, text]) => `  ${name.padEnd(10)}${text}`)].join('\n')
}

const milliseconds = (seconds: number | null) => (seconds === null ? '–' : `${(seconds * 1000).toFixed(1)} ms`)

interface TrackFileVideo {
  readonly name: string
  readonly tracks: number
  readonly frames: number
  readonly width: number | null
  readonly height: number | null
  readonly visibleShare: number | null
  readonly frameData: string | null
}

function videoSummary({ name, tracks, video }: ReadVideo, sizeKnown: boolean): TrackFileVideo {
  const labelled = tracks.states.filter(state => state !== TrackState.unlabelled).length
  const visible = tracks.states.filter(state => state === TrackState.visible).length
  return {
    name, tracks: tracks.ids.length, frames: tracks.frames, width: sizeKnown ? tracks.width : null, height: sizeKnown ? tracks.height : null,
    visibleShare: labelled > 0 ? visible / labelled : null, frameData: video?.kind ?? null,
  }
}

function trackTable(videos: readonly ReadVideo[], sizeKnown: boolean): string {
  return markdownTable(
    ['video', 'tracks', 'frames', 'size', 'visible', 'frames inside'],
    videos.map(video => {
      const { name, tracks, frames, width, height, visibleShare, frameData } = videoSummary(video, sizeKnown)
      return [name, String(tracks), String(frames), width === null ? 'unknown' : `${width}×${height}`, visibleShare === null ? '–' : `${Math.round(visibleShare * 100)} %`, frameData ?? 'no']
    }),
  )
}

function* projectText(details: ProjectDetails): Generator<string, void> {
  const { name, folder, createdAt, appVersion, videos, runs } = details
  yield `${name}: project of Tapline ${appVersion}, made ${new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC\n  ${folder}\n`
  yield markdownTable(
    ['video', 'size', 'frames', 'seconds', 'tracks', 'keyframes', 'labels'],
    videos.map(v => [v.name, `${v.width}×${v.height}`, String(v.frameCount), v.durationS.toFixed(2), String(v.tracks), String(v.keyframes), String(v.labels)]),
  )
  if (runs.length === 0) return
  yield ''
  yield markdownTable(
    ['run', 'video', 'preset', 'seed', 'state', 'steps', 'time'],
    runs.map(run => [String(run.id), videos.find(video => video.id === run.videoId)?.name ?? '–', ...runCells(run)]),
  )
}

function runCells(run: RunRecord): string[] {
  if (run.codeVersion === IMPORTED) return ['–', '–', 'imported', '–', '–']
  const state = run.error ? `${run.state}: ${run.error.reason}` : run.state
  return [run.preset, String(run.seed), state, `${run.step}/${run.settings.steps}`, duration(run.activeMs / 1000)]
}
