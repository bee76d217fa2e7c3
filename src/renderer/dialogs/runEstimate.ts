/**
 * How long a fit of a video may take: from what earlier runs of it took on this machine, else from figures of two slow cores. Pure.
 * Not here: the time left of a run under way, which its process knows.
 */
import type { TrackSettings } from '../../shared/presets.ts'
import type { RunRecord } from '../../shared/projectRecords.ts'
import { workingSize, type Size } from '../../shared/units.ts'
import { duration } from '../panels/wording.ts'

/** Points that the fit works through in a second, on two slow cores. */
const POINTS_PER_SECOND = 50_000
/** Flow of a frame pair, s for each working pixel, on the same cores. */
const FLOW_S_PER_PIXEL = 1e-6

export interface RunEstimate {
  readonly seconds: number
  /** It rests on runs of this video. */
  readonly isMeasured: boolean
}

const work = ({ steps, pairsPerStep, pointsPerPair }: TrackSettings): number => steps * pairsPerStep * pointsPerPair

/** Frame pairs times pixels. */
function preparation(settings: TrackSettings, video: Size & { readonly frameCount: number }): number {
  const { width, height } = workingSize(video, settings.longSide)
  return width * height * settings.flowGaps.reduce((sum, gap) => sum + Math.max(0, video.frameCount - gap), 0)
}

export function estimateRun(settings: TrackSettings, video: Size & { readonly frameCount: number }, runs: readonly RunRecord[]): RunEstimate {
  const done = runs.filter(run => run.state === 'done' && (run.phaseMs.optimise ?? 0) > 0 && run.settings.steps > 0)
  const fitMs = done.reduce((sum, run) => sum + run.phaseMs.optimise!, 0)
  const isMeasured = fitMs > 0
  const rate = isMeasured ? done.reduce((sum, run) => sum + work(run.settings), 0) / (fitMs / 1000) : POINTS_PER_SECOND
  // Flow that is cached already costs nothing: the largest preparation seen is the one that did the work.
  const prepared = done.map(run => (run.activeMs - run.phaseMs.optimise!) / 1000 / preparation(run.settings, video)).filter(s => Number.isFinite(s) && s > 0)
  const perPixel = prepared.length ? Math.max(...prepared) : FLOW_S_PER_PIXEL
  return { seconds: work(settings) / rate + preparation(settings, video) * perPixel, isMeasured }
}

/** As coarse as it is known: 'about a minute', 'about 4 min', 'about 3 h'. */
export function estimateWords({ seconds }: RunEstimate): string {
  if (seconds < 45) return 'less than a minute'
  if (seconds < 90) return 'about a minute'
  if (seconds < 5400) return `about ${duration(60 * Math.round(seconds / 60))}`
  return `about ${duration(1800 * Math.round(seconds / 1800))}`
}
