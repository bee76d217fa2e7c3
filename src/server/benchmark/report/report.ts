/** What a benchmark's reports tell, the same in Markdown, HTML and JSON. Not here: how each is written (files beside this one). */
import type { EvaluationMode } from '../../../pipeline/evaluate/evaluationQueries.ts'
import { presets } from '../../../shared/presets.ts'
import { decimals } from '../../../shared/table.ts'
import type { CellEnvironment, CellRecord } from '../cell.ts'
import type { Method } from '../methods.ts'
import type { Skipped } from '../runBenchmark.ts'
import { metricInfos, summarise, type MethodSummary, type MetricId, type Spread } from '../summary.ts'

export interface BenchmarkReport {
  readonly dataset: string
  readonly videos: readonly { readonly name: string; readonly frames: number; readonly queries: number }[]
  readonly mode: EvaluationMode
  readonly longSide: number
  readonly methods: readonly MethodSummary[]
  /** Each method's settings in words, by its name. */
  readonly settings: ReadonlyMap<string, string>
  readonly skipped: readonly Skipped[]
  /** The machines that its cells ran on: more than one where a benchmark was taken elsewhere, and then times are not one machine's. */
  readonly environments: readonly CellEnvironment[]
  /** Milliseconds since 1970 of its newest cell. */
  readonly finishedAt: number
}

export interface ReportInput {
  readonly dataset: string
  /** Names of the data set's videos, in order. */
  readonly videos: readonly string[]
  readonly methods: readonly Method[]
  readonly mode: EvaluationMode
  readonly longSide: number
  readonly cells: readonly CellRecord[]
  readonly skipped: readonly Skipped[]
}

export function benchmarkReport({ dataset, videos, methods, mode, longSide, cells, skipped }: ReportInput): BenchmarkReport {
  const used = videos.filter(name => cells.some(cell => cell.video === name))
  return {
    dataset, mode, longSide, skipped,
    videos: used.map(name => {
      const { frames, queries } = cells.find(cell => cell.video === name)!.measures
      return { name, frames, queries }
    }),
    methods: summarise(cells, methods.map(method => method.name), used),
    settings: new Map(methods.map(method => [method.name, settingsText(method)])),
    environments: distinct(cells.map(cell => cell.environment)),
    finishedAt: Math.max(...cells.map(cell => cell.finishedAt)),
  }
}

function settingsText({ run, seeded }: Method): string {
  if (run.kind === 'tracker') return `frames of at most ${run.longSide} px${run.network ? `, network ${run.network.slice(0, 12)}` : ''}${seeded ? '' : ', no random numbers'}`
  const { settings, learned } = run
  const preset = presets[settings.preset]
  return [
    `preset ${settings.preset}: ${settings.steps} steps${settings.steps === preset.steps ? '' : ` in place of ${preset.steps}`}, frames of at most ${settings.longSide} px`,
    ...(settings.coupling === 'affine' ? ['affine couplings'] : settings.controlPoints === preset.controlPoints ? [] : [`${settings.controlPoints} control points`]),
    ...(settings.useDepthPrior ? [] : ['no depth prior']),
    ...(settings.useLongTerm ? [] : ['no long-term matches']),
    learned ? `supervised by networks (${Object.entries(learned).map(([role, sha256]) => `${role} ${String(sha256).slice(0, 12)}`).join(', ')})` : 'built-in supervision',
  ].join(', ')
}

function distinct(environments: readonly CellEnvironment[]): CellEnvironment[] {
  const seen = new Map(environments.map(environment => [JSON.stringify(environment), environment]))
  return [...seen.values()]
}

/** A metric as it is shown: percentages with one decimal, pixels with two. */
export function shown(id: MetricId, value: number): string {
  return metricInfos[id].unit === '%' ? decimals(value * 100, 1) : decimals(value, 2)
}

/** "51.2 ± 0.4"; without the second part where there is one seed. */
export function shownSpread(id: MetricId, { mean, deviation }: Spread): string {
  return Number.isFinite(deviation) ? `${shown(id, mean)} ± ${shown(id, deviation)}` : shown(id, mean)
}

/** "AJ (%)", with an arrow to where it is better. */
export function metricHeader(id: MetricId): string {
  const { label, unit, better } = metricInfos[id]
  return `${label} ${unit}\u00a0${better === 'higher' ? '↑' : '↓'}`
}

export const megabytes = (bytes: number) => decimals(bytes / 1e6, 0)

/** Below a second, two decimals. */
export const secondsText = (seconds: number) => decimals(seconds, seconds < 1 ? 2 : seconds < 10 ? 1 : 0)

export const modeText: Readonly<Record<EvaluationMode, string>> = {
  first: 'query = first visible frame, scored on the frames after it',
  strided: 'a query every fifth frame, scored on all other frames',
}

/** How the figures were made: the same sentences in each report. */
export function notesOf(report: BenchmarkReport): string[] {
  const several = report.methods.some(method => method.seeds.length > 1)
  return [
    `Scores are TAP-Vid’s, on frames rescaled to 256×256; TC, OmniMotion’s, is 0 where the truth sees no three frames in a row. The score of the data set is the plain mean over its videos. Mode “${report.mode}”: ${modeText[report.mode]}.`,
    several ? '± is the standard deviation of the data set’s mean over seeds; whiskers reach from the least to the most. Methods that draw no random numbers run once.' : 'One seed: nothing is known of the spread between seeds.',
    `Flow inconsistency compares each step that the prediction calls visible with built-in optical flow of frames of at most ${report.longSide} px. Chained flow follows such flow, so its own figure says nothing of quality.`,
    'Time is from frames in memory to tracks, supervision included: each cell computes its own. Memory is the largest resident set of its process, Node and frames included.',
  ]
}
