/**
 * What a benchmark's cells come to: the mean over videos for each seed, and its mean and spread over seeds. Not here: how it is shown (report/).
 */
import { THRESHOLDS, type Scores } from '../../pipeline/evaluate/evaluateTracks.ts'
import { meanScores } from '../../pipeline/evaluate/meanScores.ts'
import { scoresOf, type CellRecord, type Failure } from './cell.ts'

/** Mean over seeds, and how far seeds differ. All NaN where there is nothing. */
export interface Spread {
  readonly mean: number
  /** Standard deviation over seeds (n − 1); NaN of a single one. */
  readonly deviation: number
  readonly least: number
  readonly most: number
  readonly count: number
}

export const metricIds = ['averageJaccard', 'deltaAvg', 'occlusionAccuracy', 'temporalCoherence', 'flowInconsistency'] as const
export type MetricId = (typeof metricIds)[number]

export interface MetricInfo {
  readonly label: string
  readonly unit: '%' | 'px'
  readonly better: 'higher' | 'lower'
  readonly text: string
}

export const metricInfos: Readonly<Record<MetricId, MetricInfo>> = {
  averageJaccard: { label: 'AJ', unit: '%', better: 'higher', text: 'average Jaccard: position and visibility together' },
  deltaAvg: { label: 'δavg', unit: '%', better: 'higher', text: 'positions within 1, 2, 4, 8 and 16 px, on average' },
  occlusionAccuracy: { label: 'OA', unit: '%', better: 'higher', text: 'frames whose visibility is right' },
  temporalCoherence: { label: 'TC', unit: 'px', better: 'lower', text: 'error of acceleration' },
  flowInconsistency: { label: 'Flow inconsistency', unit: 'px', better: 'lower', text: 'disagreement with dense flow from frame to frame' },
}

export interface MethodSummary {
  readonly method: string
  readonly seeds: readonly number[]
  /** Videos that every seed of it has; the means are over these. */
  readonly videos: readonly string[]
  /** Videos of the data set that it lacks: its means cannot be compared with those of methods that have them. */
  readonly missing: readonly string[]
  readonly metrics: Readonly<Record<MetricId, Spread>>
  /** At each of THRESHOLDS. */
  readonly delta: readonly Spread[]
  /** Each video's metrics, over seeds. */
  readonly perVideo: ReadonlyMap<string, Readonly<Record<MetricId, Spread>>>
  /** Of a video, on average over videos and seeds. */
  readonly seconds: number
  /** NaN of trackers that have none. */
  readonly supervisionSeconds: number
  /** The largest of any cell. */
  readonly peakBytes: number
  /** Remarks of its runs, each once. */
  readonly notes: readonly string[]
  /** Its worst tracks over the data set with the first seed, the worst first. */
  readonly worst: readonly (Failure & { readonly video: string; readonly seed: number })[]
}

/** Worst tracks kept of each method. */
const WORST = 3

/** @param methods in the order in which they are shown; those without any cell are left out */
export function summarise(cells: readonly CellRecord[], methods: readonly string[], videos: readonly string[]): MethodSummary[] {
  return methods.flatMap(method => {
    const own = cells.filter(cell => cell.method === method)
    return own.length === 0 ? [] : [summariseMethod(method, own, videos)]
  })
}

function summariseMethod(method: string, cells: readonly CellRecord[], videos: readonly string[]): MethodSummary {
  const seeds = [...new Set(cells.map(cell => cell.seed))].sort((a, b) => a - b)
  const cellOf = (video: string, seed: number) => cells.find(cell => cell.video === video && cell.seed === seed)
  const has = (video: string) => seeds.every(seed => cellOf(video, seed) !== undefined)
  const whole = videos.filter(has)
  const counted = cells.filter(cell => whole.includes(cell.video))
  const bySeed = seeds.map(seed => {
    const ofSeed = whole.map(video => cellOf(video, seed)!)
    const scores = ofSeed.length > 0 ? meanScores(ofSeed.map(cell => ({ name: cell.video, scores: scoresOf(cell.measures) }))) : null
    return { scores, flow: meanOf(ofSeed.map(cell => cell.measures.flowInconsistency ?? Number.NaN)) }
  })
  return {
    method, seeds, videos: whole, missing: videos.filter(video => !has(video)),
    metrics: metricSpreads(bySeed),
    delta: THRESHOLDS.map((_, k) => spreadOf(bySeed.map(({ scores }) => scores?.delta[k] ?? Number.NaN))),
    perVideo: new Map(videos.flatMap(video => {
      const own = cells.filter(cell => cell.video === video)
      return own.length === 0 ? [] : [[video, metricSpreads(own.map(({ measures }) => ({ scores: scoresOf(measures), flow: measures.flowInconsistency ?? Number.NaN })))] as const]
    })),
    seconds: meanOf(counted.map(cell => cell.measures.seconds)),
    supervisionSeconds: meanOf(counted.map(cell => cell.measures.supervisionSeconds ?? Number.NaN)),
    peakBytes: Math.max(...cells.map(cell => cell.measures.peakBytes)),
    notes: [...new Set(cells.flatMap(cell => cell.measures.notes))],
    worst: cells
      .filter(cell => cell.seed === seeds[0])
      .flatMap(({ video, seed, measures }) => measures.worst.map(failure => ({ ...failure, video, seed })))
      .sort((a, b) => a.averageJaccard - b.averageJaccard)
      .slice(0, WORST),
  }
}

function metricSpreads(values: readonly { readonly scores: Scores | null; readonly flow: number }[]): Record<MetricId, Spread> {
  return Object.fromEntries(
    metricIds.map(id => [id, spreadOf(values.map(({ scores, flow }) => (id === 'flowInconsistency' ? flow : (scores?.[id] ?? Number.NaN))))]),
  ) as Record<MetricId, Spread>
}

/** Numbers that are not there count for nothing. */
export function spreadOf(values: readonly number[]): Spread {
  const known = values.filter(Number.isFinite)
  if (known.length === 0) return { mean: Number.NaN, deviation: Number.NaN, least: Number.NaN, most: Number.NaN, count: 0 }
  const mean = meanOf(known)
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : Number.NaN, least: Math.min(...known), most: Math.max(...known), count: known.length }
}

function meanOf(values: readonly number[]): number {
  const known = values.filter(Number.isFinite)
  return known.reduce((sum, value) => sum + value, 0) / known.length
}
