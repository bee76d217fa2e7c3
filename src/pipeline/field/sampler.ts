/**
 * Draws each step's correspondences: frame pairs by how much they know and how far the curriculum has come, points by
 * difficulty, plus occlusion evidence and long-term matches. Its whole state can be saved, so a resumed run draws
 * what the killed one would have drawn. Not here: loss weights (curriculum.ts), the loop (optimise.ts).
 */
import { SampleKind, type Batch } from '../../engine/backend.ts'
import { Random } from '../../shared/random.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowStore, type LongMatches } from '../supervision/supervision.ts'
import { Corrections } from './corrections.ts'
import { Difficulty } from './difficulty.ts'
import type { HumanPath } from './humanPaths.ts'

export interface SamplerOptions {
  readonly frames: number
  readonly width: number
  readonly height: number
  readonly pairsPerStep: number
  readonly pointsPerPair: number
  /** Share of each pair's points given to pixels that are occluded in the target. */
  readonly occludedShare: number
  /** Groups of long-term matches in a step. */
  readonly longTermGroups: number
  readonly couples: boolean
  readonly seed: number
  /** What people set; nothing when absent. */
  readonly humans?: readonly HumanPath[]
}

interface PairFacts {
  readonly from: number
  readonly to: number
  readonly gap: number
  readonly visible: number
  readonly occluded: number
}

/** A match not seen yet counts as this far off, and none counts as further. */
const UNSEEN_MATCH_PX = 10
/** Matches of at least this confidence are never dropped. */
const CONFIDENT = 0.6

/** Saved state of a sampler: opaque to all but restore(). */
export interface SamplerState {
  readonly random: Uint32Array
  readonly error: Float32Array
  readonly count: Float32Array
  /** [matches] running mean of each match's residual. */
  readonly matchError: Float32Array
  /** Running sums of the match groups' weights, as last refreshed. */
  readonly groupSums: Float64Array
  readonly dropped: Uint8Array
  /** Statistics that are refreshed only now and then, and when they were. */
  readonly means: Float32Array
  readonly drawn: Float64Array
}

export class Sampler {
  private readonly pairs: readonly PairFacts[]
  private readonly random: Random
  private readonly difficulty: Difficulty
  /** Matches of each frame pair, as indices into `matches`. */
  private readonly matchGroups: readonly { readonly a: number; readonly b: number; readonly rows: readonly number[] }[]
  /** [matches] 1 = dropped as an outlier. */
  private readonly dropped: Uint8Array
  private readonly matchError: Float32Array
  private groupSums: Float64Array
  /** For each point of the last batch: its difficulty cell, or the match's index, for report(). */
  private origins: { readonly cells: Int32Array; readonly matches: Int32Array } = { cells: new Int32Array(0), matches: new Int32Array(0) }
  private means: Float32Array
  private drawn = 0
  private readonly corrections: Corrections
  private readonly flow: FlowStore
  private readonly matches: LongMatches | null
  private readonly options: SamplerOptions

  constructor(flow: FlowStore, matches: LongMatches | null, options: SamplerOptions) {
    this.flow = flow
    this.matches = matches
    this.options = options
    this.random = new Random(options.seed)
    this.corrections = new Corrections(options.humans ?? [])
    this.difficulty = new Difficulty(options.frames, options.width, options.height)
    this.means = this.difficulty.means()
    this.pairs = flow.pairs.map(([from, to]) => {
      const status = flow.read(from, to).status
      let visible = 0
      let occluded = 0
      for (let k = 0; k < status.length; k++) {
        if (status[k] === FlowStatus.visible) visible++
        else if (status[k] === FlowStatus.occluded || status[k] === FlowStatus.occludedKnown) occluded++
      }
      return { from, to, gap: Math.abs(to - from), visible, occluded }
    })
    const count = matches ? matches.frameA.length : 0
    this.dropped = new Uint8Array(count)
    this.matchError = new Float32Array(count).fill(UNSEEN_MATCH_PX)
    this.matchGroups = groupMatches(matches)
    this.groupSums = new Float64Array(this.matchGroups.length)
  }

  /** A batch whose flow pairs lie at most `maxGap` frames apart. */
  next(maxGap: number, withLongTerm: boolean): Batch {
    const o = this.options
    if (this.drawn++ % 50 === 0) this.refresh()
    const groups: number[] = []
    const points = new BatchWriter((o.pairsPerStep + o.longTermGroups) * o.pointsPerPair + this.corrections.limit)
    for (const pair of this.drawPairs(maxGap)) {
      const first = points.length
      this.drawFlow(pair, points)
      if (points.length > first) groups.push(pair.from, pair.to, first, points.length - first)
    }
    if (withLongTerm) {
      for (let g = 0; g < o.longTermGroups && this.matchGroups.length; g++) {
        const group = this.matchGroups[lowerBound(this.groupSums, this.random.float() * this.groupSums[this.groupSums.length - 1])]
        const first = points.length
        const forward = this.random.float() < 0.5
        this.drawMatches(group.rows, forward, points)
        if (points.length > first) groups.push(forward ? group.a : group.b, forward ? group.b : group.a, first, points.length - first)
      }
    }
    this.corrections.draw(
      this.random,
      (from, to) => groups.push(from, to, points.length, 0),
      (x, y, tx, ty, kind, weight) => {
        points.add(x, y, tx, ty, kind, weight, -1, -1)
        groups[groups.length - 1]++
      },
    )
    this.origins = { cells: points.cells.subarray(0, points.length), matches: points.matches.subarray(0, points.length) }
    return { groups: Int32Array.from(groups), ...points.arrays(), couples: o.couples }
  }

  /** Takes the residuals of the last batch. */
  report(residuals: Float32Array): void {
    for (let k = 0; k < this.origins.cells.length; k++) {
      const cell = this.origins.cells[k]
      if (cell >= 0 && Number.isFinite(residuals[k])) this.difficulty.report(cell, residuals[k])
      const match = this.origins.matches[k]
      if (match >= 0 && Number.isFinite(residuals[k])) this.matchError[match] = 0.5 * this.matchError[match] + 0.5 * Math.min(UNSEEN_MATCH_PX, residuals[k])
    }
  }

  /**
   * Drops doubtful long-term matches of the last batch whose residual is above `times` the median of that batch's.
   * Confident ones stay: what returns after a long occlusion is far off until the field has learned just these.
   */
  trimLongTerm(residuals: Float32Array, times: number): void {
    if (!this.matches) return
    const seen: number[] = []
    for (let k = 0; k < this.origins.matches.length; k++) if (this.origins.matches[k] >= 0) seen.push(residuals[k])
    if (seen.length < 8) return
    seen.sort((a, b) => a - b)
    // Below 2 px a residual says nothing against a match: features are not localised better.
    const limit = Math.max(2, times * seen[seen.length >> 1])
    for (let k = 0; k < this.origins.matches.length; k++) {
      const match = this.origins.matches[k]
      if (match >= 0 && this.matches.confidence[match] < CONFIDENT) this.dropped[match] = residuals[k] > limit ? 1 : 0
    }
  }

  save(): SamplerState {
    return {
      random: this.random.state.slice(),
      error: this.difficulty.error.slice(),
      count: this.difficulty.count.slice(),
      dropped: this.dropped.slice(),
      matchError: this.matchError.slice(),
      groupSums: this.groupSums.slice(),
      means: this.means.slice(),
      drawn: Float64Array.of(this.drawn),
    }
  }

  restore(state: SamplerState): void {
    this.random.state.set(state.random)
    this.difficulty.error.set(state.error)
    this.difficulty.count.set(state.count)
    this.dropped.set(state.dropped)
    this.matchError.set(state.matchError)
    this.groupSums = state.groupSums.slice()
    this.means = state.means.slice()
    this.drawn = state.drawn[0]
  }

  /** Statistics over everything, too slow for each step. */
  private refresh(): void {
    this.means = this.difficulty.means()
    let sum = 0
    this.matchGroups.forEach((group, g) => {
      for (const row of group.rows) sum += this.matchWeight(row)
      this.groupSums[g] = sum
    })
  }

  /** Matches that the field does not meet yet are drawn more often: background that does not move teaches nothing new. */
  private matchWeight(row: number): number {
    return this.dropped[row] ? 0.02 : (0.1 + this.matchError[row] / UNSEEN_MATCH_PX) * this.matches!.confidence[row]
  }

  private drawPairs(maxGap: number): PairFacts[] {
    const { pairsPerStep } = this.options
    const allowed = this.pairs.filter(p => p.gap <= maxGap && p.visible > 0)
    if (!allowed.length) return []
    const sums = new Float64Array(allowed.length)
    let sum = 0
    for (let k = 0; k < allowed.length; k++) sums[k] = sum += allowed[k].visible
    const out: PairFacts[] = []
    for (let g = 0; g < pairsPerStep; g++) out.push(allowed[lowerBound(sums, this.random.float() * sum)])
    return out
  }

  private drawFlow(pair: PairFacts, points: BatchWriter): void {
    const o = this.options
    const field = this.flow.read(pair.from, pair.to)
    const nodes = field.status.length
    const toPx = 1 / FLOW_UNITS_PER_PIXEL
    const add = (node: number, kind: number) => {
      const column = node % field.columns
      const x = (column + 0.5) * field.stride
      const y = ((node - column) / field.columns + 0.5) * field.stride
      const cell = kind === SampleKind.flow ? this.difficulty.cell(pair.from, x, y) : -1
      const u = field.flow[node * 2] * toPx
      const v = field.flow[node * 2 + 1] * toPx
      points.add(x, y, x + u, y + v, kind, 1, cell, -1)
    }
    const occludedTarget = pair.occluded ? Math.round(o.occludedShare * o.pointsPerPair) & ~1 : 0
    const visibleTarget = o.pointsPerPair - occludedTarget
    const meanError = this.means[pair.from * 2]
    const meanCount = this.means[pair.from * 2 + 1]
    // Rejection sampling: bounded, since a pair may hold few valid nodes.
    for (let tries = 0, found = 0; found < visibleTarget && tries < visibleTarget * 40; tries++) {
      const node = this.random.int(nodes)
      if (field.status[node] !== FlowStatus.visible) continue
      const x = ((node % field.columns) + 0.5) * field.stride
      const y = (Math.floor(node / field.columns) + 0.5) * field.stride
      const weight = this.difficulty.weight(this.difficulty.cell(pair.from, x, y), meanError, meanCount)
      if (this.random.float() * 4 > weight) continue
      if (!o.couples) {
        add(node, SampleKind.flow)
        found++
        continue
      }
      const neighbour = node + (this.random.float() < 0.5 ? 1 : field.columns)
      if (neighbour >= nodes || (neighbour === node + 1 && neighbour % field.columns === 0)) continue
      if (field.status[neighbour] !== FlowStatus.visible) continue
      add(node, SampleKind.flow)
      add(neighbour, SampleKind.flow)
      found += 2
    }
    for (let tries = 0, found = 0; found < occludedTarget && tries < occludedTarget * 200; tries++) {
      const node = this.random.int(nodes)
      const status = field.status[node]
      if (status === FlowStatus.occluded) add(node, SampleKind.occluded)
      else if (status === FlowStatus.occludedKnown) add(node, SampleKind.occludedKnown)
      else continue
      found++
    }
  }

  private drawMatches(rows: readonly number[], forward: boolean, points: BatchWriter): void {
    const m = this.matches!
    const limit = Math.min(this.options.pointsPerPair, rows.length) & ~1 || 1
    for (let tries = 0, found = 0; found < limit && tries < limit * 20; tries++) {
      const row = rows[this.random.int(rows.length)]
      if (this.random.float() > this.matchWeight(row)) continue
      const [from, to] = forward ? [m.a, m.b] : [m.b, m.a]
      const dropped = this.dropped[row] ? 0 : 1
      points.add(from[row * 2], from[row * 2 + 1], to[row * 2], to[row * 2 + 1], SampleKind.longTerm, dropped * m.confidence[row], -1, row)
      found++
    }
  }
}

/** Grows typed arrays of a batch's points. */
class BatchWriter {
  length = 0
  readonly cells: Int32Array
  readonly matches: Int32Array
  private readonly source: Float32Array
  private readonly target: Float32Array
  private readonly kind: Uint8Array
  private readonly weight: Float32Array

  constructor(capacity: number) {
    this.cells = new Int32Array(capacity)
    this.matches = new Int32Array(capacity)
    this.source = new Float32Array(capacity * 2)
    this.target = new Float32Array(capacity * 2)
    this.kind = new Uint8Array(capacity)
    this.weight = new Float32Array(capacity)
  }

  add(x: number, y: number, tx: number, ty: number, kind: number, weight: number, cell: number, match: number): void {
    const k = this.length++
    this.source[k * 2] = x
    this.source[k * 2 + 1] = y
    this.target[k * 2] = tx
    this.target[k * 2 + 1] = ty
    this.kind[k] = kind
    this.weight[k] = weight
    this.cells[k] = cell
    this.matches[k] = match
  }

  arrays(): Pick<Batch, 'source' | 'target' | 'kind' | 'weight'> {
    const n = this.length
    return {
      source: this.source.subarray(0, n * 2),
      target: this.target.subarray(0, n * 2),
      kind: this.kind.subarray(0, n),
      weight: this.weight.subarray(0, n),
    }
  }
}

function groupMatches(matches: LongMatches | null): { a: number; b: number; rows: number[] }[] {
  if (!matches) return []
  const groups = new Map<string, { a: number; b: number; rows: number[] }>()
  for (let k = 0; k < matches.frameA.length; k++) {
    const key = `${matches.frameA[k]} ${matches.frameB[k]}`
    let group = groups.get(key)
    if (!group) groups.set(key, (group = { a: matches.frameA[k], b: matches.frameB[k], rows: [] }))
    group.rows.push(k)
  }
  return [...groups.values()]
}

/** First index whose running sum is above `value`. */
function lowerBound(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const mid = (low + high) >> 1
    if (sums[mid] > value) high = mid
    else low = mid + 1
  }
  return low
}
