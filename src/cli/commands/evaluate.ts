/** `tapline evaluate`: scores of tracks against ground truth, each from a file of any format or from a project. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EvaluationMode } from '../../pipeline/evaluate/evaluationQueries.ts'
import { THRESHOLDS, type Scores, type VideoScores } from '../../pipeline/evaluate/evaluateTracks.ts'
import { scoreVideos, type ScoredVideo, type VideoResult } from '../../pipeline/evaluate/scoreVideos.ts'
import { TaplineError } from '../../shared/errors.ts'
import { openProjectReader, PROJECT_FILE, type ProjectReader } from '../../server/db/project.ts'
import { readTruth } from '../../server/tracking/importTracks.ts'
import { usage, type Arguments } from '../arguments.ts'
import type { Reporter } from '../reporter.ts'
import { decimals, markdownTable, percent } from '../../shared/table.ts'
import { tracksOf, videosOf } from './export.ts'
import { readTrackFileInAnyRaster } from './trackFiles.ts'

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const [truthPath, predictedPath = truthPath] = args.positionals
  if (predictedPath === truthPath && !isProject(truthPath)) throw usage('evaluate', 'PREDICTED is missing (only a project holds both truth and tracks)')
  const mode = (args.text('mode') as EvaluationMode | undefined) ?? 'first'
  const { videos, mean } = scoreVideos(await scored(truthPath, 'truth'), await scored(predictedPath, 'predicted'), { mode })
  reporter.print(markdownTable(header, [...videos.map(video => row(video.name, video.scores)), ...(videos.length > 1 ? [row('mean', mean)] : [])]))
  for (const note of notesOf(videos, mean.incomplete)) reporter.say(note)
  if (args.flag('per-track')) for (const video of videos) reporter.print(`\n${video.name}\n\n${perTrack(video.scores)}`)
  reporter.result({
    mode,
    mean: { ...scoresJson(mean), videos: mean.videos, incomplete: mean.incomplete },
    videos: videos.map(({ name, scores }) => ({
      name, ...scoresJson(scores), dropped: scores.dropped, oneTrackPerPoint: scores.oneTrackPerPoint,
      ...(args.flag('per-track') ? { perTrack: scores.perTrack.map(track => ({ id: track.id, queryFrame: track.queryFrame, scoredFrames: track.scoredFrames, ...scoresJson(track) })) } : {}),
    })),
  })
}

const isProject = (path: string) => existsSync(join(path, PROJECT_FILE))

async function scored(path: string, role: 'truth' | 'predicted'): Promise<ScoredVideo[]> {
  if (!isProject(path)) return (await readTrackFileInAnyRaster(path)).videos
  const project = openProjectReader(path)
  try {
    return role === 'truth' ? await truthOf(project) : tracksOf(project, videosOf(project)).videos.map(({ video, tracks }) => ({ name: video.name, tracks }))
  } finally {
    project.close()
  }
}

async function truthOf(project: ProjectReader): Promise<ScoredVideo[]> {
  const truth = await readTruth(project)
  if (truth.length > 0) return truth
  throw new TaplineError('not-found', project.folder, 'the project has no ground truth', `Add it with: npx tapline import FILE --as truth --project ${project.folder}`)
}

const header = ['video', 'AJ', 'δavg', 'OA', 'TC', ...THRESHOLDS.map(pixels => `δ${pixels}`), ...THRESHOLDS.map(pixels => `J${pixels}`)]

function row(name: string, scores: Scores): string[] {
  const { averageJaccard, deltaAvg, occlusionAccuracy, temporalCoherence, delta, jaccard } = scores
  return [name, percent(averageJaccard), percent(deltaAvg), percent(occlusionAccuracy), decimals(temporalCoherence, 2), ...[...delta, ...jaccard].map(percent)]
}

/** A line for each query, the worst first. */
function perTrack({ perTrack: tracks }: VideoScores): string {
  const worst = [...tracks].sort((a, b) => (Number.isNaN(a.averageJaccard) ? 2 : a.averageJaccard) - (Number.isNaN(b.averageJaccard) ? 2 : b.averageJaccard))
  return markdownTable(
    ['track', 'query frame', 'frames', 'AJ', 'δavg', 'OA', 'TC'],
    worst.map(t => [t.id, String(t.queryFrame), String(t.scoredFrames), percent(t.averageJaccard), percent(t.deltaAvg), percent(t.occlusionAccuracy), decimals(t.temporalCoherence, 2)]),
  )
}

function notesOf(videos: readonly VideoResult[], incomplete: readonly string[]): string[] {
  const notes = videos.flatMap(({ name, scores }) => {
    const { dropped, oneTrackPerPoint } = scores
    return [
      ...(dropped.length > 0 ? [`${name}: ${dropped.length} truth tracks are never visible and have no query: ${dropped.slice(0, 8).join(', ')}${dropped.length > 8 ? ' …' : ''}`] : []),
      ...(oneTrackPerPoint ? [`${name}: one track answers all queries of its point, so these are scores of an annotation, not of a tracker asked one query at a time.`] : []),
    ]
  })
  if (incomplete.length > 0) notes.push(`Nothing to score in some measure, left out of its mean: ${incomplete.join(', ')}`)
  return notes
}

/** JSON has no NaN: null where there is nothing to score. */
export function scoresJson({ averageJaccard, deltaAvg, occlusionAccuracy, temporalCoherence, jaccard, delta }: Scores): Record<string, unknown> {
  const byThreshold = (values: readonly number[]) => Object.fromEntries(THRESHOLDS.map((pixels, k) => [pixels, finite(values[k])]))
  return {
    averageJaccard: finite(averageJaccard), deltaAvg: finite(deltaAvg), occlusionAccuracy: finite(occlusionAccuracy),
    temporalCoherence: finite(temporalCoherence), jaccard: byThreshold(jaccard), delta: byThreshold(delta),
  }
}

const finite = (value: number) => (Number.isFinite(value) ? value : null)
