/**
 * From the field's tracks to the product's: frames are visited outwards from the query; at each, flow from earlier
 * visible frames of the track (several gaps, so short occlusions are bridged), the field, and image patches are
 * weighed against one another. Tracks do not see one another. Working pixels throughout.
 * Inspired by MFT (Neoral et al., WACV 2024): multi-flow chaining; the field as prior and occlusion judge is ours.
 */
import { throwIfCancelled } from '../../shared/errors.ts'
import { isDoubted } from './distrust.ts'
import { sampleFlow } from '../supervision/flow/sampleFlow.ts'
import { FlowStatus, type FlowStore } from '../supervision/supervision.ts'
import type { Calibration } from './calibrate.ts'
import { Candidates } from './candidates.ts'
import { Fallback } from './fallback.ts'
import type { Guess, Guides } from './guides.ts'
import { Evidence, EVIDENCE_COLUMNS, visibleLogit } from './evidence.ts'
import type { MatchIndex, Reappearance } from './matchIndex.ts'
import type { PatchMatcher, PatchReply } from './patchMatcher.ts'

export interface FieldTracks {
  /** [tracks, frames, 2] p̂ */
  readonly positions: Float32Array
  /** [tracks, frames] (ẑ − D(p̂)) / ẑ */
  readonly gaps: Float32Array
}

export interface FuseInput {
  readonly frames: number
  readonly width: number
  readonly height: number
  /** [tracks] */
  readonly queryFrames: Int32Array
  /** [tracks, 2] */
  readonly queryPoints: Float32Array
  readonly field: FieldTracks
  readonly flow: FlowStore
  readonly flowGaps: readonly number[]
  readonly calibration: Calibration
  readonly patches: PatchMatcher | null
  readonly matches: MatchIndex
  /** What people set on other tracks; none when absent. */
  readonly guides?: Guides
  /** [tracks, frames] what people say of the point there: 1 seen, -1 not seen, 0 nothing. Where it is not seen no flow is followed. */
  readonly hints?: Int8Array
  readonly signal?: AbortSignal
}

export interface Fused {
  /** [tracks, frames, 2]; at frames that are not anchors: see fallback.ts. */
  readonly positions: Float32Array
  /** [tracks, frames] standard deviation, px. */
  readonly sigma: Float32Array
  /** [tracks, frames] log-odds of visible. */
  readonly logits: Float32Array
  /** [tracks, frames, EVIDENCE_COLUMNS] */
  readonly evidence: Float32Array
  /** [tracks, frames] 1 where the position rests on flow or patches rather than on the field alone. */
  readonly anchored: Uint8Array
}

/** Where only the field says where to look, a patch that agrees from here on is the point, seen again. */
const FOUND_AGAIN = 0.85
/** How far from the field's place a point may be found again, px. */
const FIND_WITHIN_PX = 6
/** A guess without a flow cycle is the point's place when its patch agrees this well; it is less sure by so much. */
const OTHER_SEEN = 0.7
/** Flow is overruled by a guide whose place agrees with the query's patch better by this. */
const OVERRULED_BY = 0.15
const DRIFT_SIGMA_PX = 0.5
const MATCH_SIGMA_PX = 1
/** Flow is followed on while visibility is at worst this doubtful: giving up loses the point, following on can be undone. */
const ANCHOR_LOGIT = 0
const QUERY_LOGIT = 20
/** Log-odds that a label adds. */
const HINT_LOGIT = 12

interface Looks {
  readonly fromQuery: PatchReply | null
  readonly fromAnchor: PatchReply | null
}

interface Other {
  readonly x: number
  readonly y: number
  readonly sigma: number
  /** 1 where long-term matches lead here. */
  readonly matched: number
  readonly fromQuery: number
  readonly fromAnchor: number
}
/** A place to compare patches at; `k` is the index into the active tracks. */
interface OtherGuess {
  readonly k: number
  readonly x: number
  readonly y: number
  readonly sigma: number
  readonly matched: number
  readonly guided: boolean
}
/** By index into the active tracks. */
type Others = Map<number, Other>

export async function fuse(input: FuseInput): Promise<Fused> {
  const n = input.queryFrames.length
  const cells = n * input.frames
  const out: Fused = {
    positions: input.field.positions.slice(),
    sigma: new Float32Array(cells).fill(input.calibration.fieldErrorPx * 2),
    logits: new Float32Array(cells),
    evidence: new Float32Array(cells * EVIDENCE_COLUMNS),
    anchored: new Uint8Array(cells),
  }
  for (let q = 0; q < n; q++) {
    const at = q * input.frames + input.queryFrames[q]
    out.positions[at * 2] = input.queryPoints[q * 2]
    out.positions[at * 2 + 1] = input.queryPoints[q * 2 + 1]
    out.sigma[at] = 0.1
    out.logits[at] = QUERY_LOGIT
    out.anchored[at] = 1
    out.evidence.set([1, 0, 0, 1, 1, 0, 0, 0], at * EVIDENCE_COLUMNS)
  }
  for (const direction of [1, -1]) await new Sweep(input, out, direction).run()
  return out
}

/** One pass over the clip in one direction of time. */
class Sweep {
  private readonly candidates: Candidates
  private readonly fallback: Fallback
  /** [tracks] last anchored frame in this direction. */
  private readonly lastAnchor: Int32Array
  private readonly consensus = new Float32Array(3)
  private readonly sample = new Float64Array(3)
  private readonly input: FuseInput
  private readonly out: Fused
  private readonly direction: number

  constructor(input: FuseInput, out: Fused, direction: number) {
    this.input = input
    this.out = out
    this.direction = direction
    this.candidates = new Candidates(input.queryFrames.length, input.flowGaps.length)
    this.lastAnchor = input.queryFrames.slice()
    this.fallback = new Fallback(input, out.positions, direction)
  }

  async run(): Promise<void> {
    const { frames, queryFrames } = this.input
    const first = this.direction > 0 ? 1 : frames - 2
    for (let t = first; t >= 0 && t < frames; t += this.direction) {
      throwIfCancelled(this.input.signal, 'track readout')
      const active: number[] = []
      for (let q = 0; q < queryFrames.length; q++) if ((t - queryFrames[q]) * this.direction > 0) active.push(q)
      if (active.length) await this.visit(t, active)
    }
  }

  private async visit(t: number, active: readonly number[]): Promise<void> {
    this.askFlow(t, active)
    const guesses = new Float32Array(active.length * 2)
    const supported = new Uint8Array(active.length)
    for (let k = 0; k < active.length; k++) supported[k] = this.guess(t, active[k], guesses, k) ? 1 : 0
    const looks = await this.comparePatches(t, active, guesses)
    const others = await this.compareOthers(t, active, guesses, supported, looks)
    for (let k = 0; k < active.length; k++) this.decide(t, active[k], k, guesses, supported[k] === 1, looks, others.get(k))
  }

  private askFlow(t: number, active: readonly number[]): void {
    const { frames, flow, flowGaps, queryFrames } = this.input
    const { positions, sigma, anchored } = this.out
    this.candidates.clear()
    for (const gap of flowGaps) {
      const s = t - gap * this.direction
      if (s < 0 || s >= frames || !flow.has(s, t)) continue
      let pair = null
      const doubts = this.input.guides?.distrust.of(s, t) ?? null
      for (const q of active) {
        const at = q * frames + s
        if ((s - queryFrames[q]) * this.direction < 0 || !anchored[at]) continue
        pair ??= flow.read(s, t)
        this.candidates.ask(q, pair, gap, positions[at * 2], positions[at * 2 + 1], sigma[at] * sigma[at], doubts)
      }
    }
  }

  /** Writes the place to look for track `q`; true where flow supports it. */
  private guess(t: number, q: number, guesses: Float32Array, k: number): boolean {
    const { frames, field, calibration } = this.input
    const at = q * frames + t
    this.fallback.place(t, q, this.lastAnchor[q], this.candidates.occluded[q] > 0 || this.hint(at) < 0)
    const fx = this.out.positions[at * 2]
    const fy = this.out.positions[at * 2 + 1]
    const age = Math.abs(t - this.lastAnchor[q])
    const e = at * EVIDENCE_COLUMNS
    const c = this.candidates
    const asked = Math.max(1, c.asked[q])
    this.out.evidence[e + Evidence.visibleShare] = c.visible[q] / asked
    this.out.evidence[e + Evidence.occludedShare] = c.occluded[q] / asked
    this.out.evidence[e + Evidence.alone] = c.asked[q] ? 0 : 1
    this.out.evidence[e + Evidence.depthGap] = Math.min(4, Math.max(0, field.gaps[at] / calibration.tau))
    const supported = c.consensus(q, field.positions[at * 2], field.positions[at * 2 + 1], (1.5 * calibration.fieldErrorPx) ** 2, this.consensus)
    guesses[k * 2] = supported ? this.consensus[0] : fx
    guesses[k * 2 + 1] = supported ? this.consensus[1] : fy
    if (supported) {
      this.out.sigma[at] = Math.sqrt(this.consensus[2])
      const distance = Math.hypot(this.consensus[0] - fx, this.consensus[1] - fy)
      this.out.evidence[e + Evidence.disagreement] = Math.min(4, distance / (2 * calibration.fieldErrorPx))
    } else this.out.sigma[at] = calibration.fieldErrorPx * 2 + 0.3 * Math.min(age, 30)
    return supported
  }

  /** Compares the patches around the guesses with those of the query and of the last anchor. */
  private async comparePatches(t: number, active: readonly number[], guesses: Float32Array): Promise<Looks> {
    const { patches, queryFrames, queryPoints, frames } = this.input
    if (!patches) return { fromQuery: null, fromAnchor: null }
    const n = active.length
    // One request for both templates: the round trip to the workers costs as much as the patches of some hundred tracks.
    const templateFrames = new Int32Array(n * 2)
    const templates = new Float32Array(n * 4)
    active.forEach((q, k) => {
      const anchor = this.lastAnchor[q]
      templateFrames[k] = queryFrames[q]
      templates.set(queryPoints.subarray(q * 2, q * 2 + 2), k * 2)
      templateFrames[n + k] = anchor
      templates.set(this.out.positions.subarray((q * frames + anchor) * 2, (q * frames + anchor) * 2 + 2), (n + k) * 2)
    })
    const both = new Float32Array(n * 4)
    both.set(guesses)
    both.set(guesses, n * 2)
    const reply = await patches.match({ templateFrames, templates, frames: new Int32Array(n * 2).fill(t), guesses: both })
    const part = (first: number): PatchReply => ({
      points: reply.points.subarray(first * 2, (first + n) * 2),
      zncc: reply.zncc.subarray(first, first + n),
      converged: reply.converged.subarray(first, first + n),
    })
    const fromQuery = part(0)
    const fromAnchor = part(n)
    return { fromQuery, fromAnchor }
  }

  /**
   * Where no flow says visible there are more guesses: where long-term matches around the track lead (it is seen again after an
   * occlusion), and where the flow of the last step leads although its cycle fails (fast motion). And, flow or not, where a track that
   * people corrected went near by. Patches judge which one holds, if any.
   */
  private async compareOthers(t: number, active: readonly number[], guesses: Float32Array, supported: Uint8Array, looks: Looks): Promise<Others> {
    const others: Others = new Map()
    if (!this.input.patches) return others
    const rows: OtherGuess[] = []
    active.forEach((q, k) => {
      const guided = this.guided(t, q)
      if (guided && (!supported[k] || Math.hypot(guided.x - guesses[k * 2], guided.y - guesses[k * 2 + 1]) > FIND_WITHIN_PX))
        for (const [dx, dy] of guided.around) rows.push({ k, x: guided.x + dx, y: guided.y + dy, sigma: guided.sigma, matched: 0, guided: true })
      if (supported[k]) return
      const again = this.seenAgain(t, q)
      const drifted = this.drifted(t, q)
      if (again) rows.push({ k, ...again, matched: 1, guided: false })
      if (drifted) rows.push({ k, ...drifted, matched: 0, guided: false })
    })
    if (!rows.length) return others
    const { fromQuery, fromAnchor } = await this.comparePatches(t, rows.map(row => active[row.k]), Float32Array.from(rows.flatMap(row => [row.x, row.y])))
    rows.forEach(({ k, x, y, sigma, matched, guided }, j) => {
      const query = fromQuery!.zncc[j]
      const anchor = fromAnchor!.zncc[j]
      const agreement = Math.max(query, anchor)
      const best = others.get(k)
      if (agreement < OTHER_SEEN || (best && Math.max(best.fromQuery, best.fromAnchor) >= agreement)) return
      // Flow that leads elsewhere may rest on anchors that are wrong themselves: the query's own patch decides.
      if (supported[k] && query < Math.max(OTHER_SEEN, looks.fromQuery!.zncc[k] + OVERRULED_BY)) return
      // A guide leads near the place only: from there its patch finds it.
      const { points, converged } = query >= anchor ? fromQuery! : fromAnchor!
      const refined = guided && converged[j] === 1 && Math.hypot(points[j * 2] - x, points[j * 2 + 1] - y) < FIND_WITHIN_PX
      others.set(k, { x: refined ? points[j * 2] : x, y: refined ? points[j * 2 + 1] : y, sigma, matched, fromQuery: query, fromAnchor: anchor })
    })
    return others
  }

  private hint(cell: number): number {
    return this.input.hints ? this.input.hints[cell] : 0
  }

  private drifted(t: number, q: number): { x: number; y: number; sigma: number } | null {
    const { frames, flow } = this.input
    const { positions, anchored, sigma } = this.out
    const s = t - this.direction
    const at = q * frames + s
    if (!anchored[at] || !flow.has(s, t)) return null
    sampleFlow(flow.read(s, t), positions[at * 2], positions[at * 2 + 1], this.sample)
    const [u, v, status] = this.sample
    if (status === FlowStatus.occluded || status === FlowStatus.outOfFrame) return null
    if (isDoubted(this.input.guides?.distrust.of(s, t) ?? null, positions[at * 2], positions[at * 2 + 1], u, v)) return null
    return { x: positions[at * 2] + u, y: positions[at * 2 + 1] + v, sigma: sigma[at] + DRIFT_SIGMA_PX }
  }

  /** Where a guide near the query or near the last anchor leads. */
  private guided(t: number, q: number): Guess | null {
    const { guides, frames, queryFrames } = this.input
    if (!guides?.count) return null
    const { positions, anchored } = this.out
    const known = (frame: number) => (anchored[q * frames + frame] ? positions.subarray((q * frames + frame) * 2) : null)
    let best: Guess | null = null
    for (const s of new Set([queryFrames[q], this.lastAnchor[q]])) {
      const at = q * frames + s
      const guess = guides.ask(s, t, positions[at * 2], positions[at * 2 + 1], known)
      const sigma = guess ? Math.hypot(guess.sigma, this.out.sigma[at]) : Number.POSITIVE_INFINITY
      if (guess && (!best || sigma < best.sigma)) best = { ...guess, sigma }
    }
    return best
  }

  private seenAgain(t: number, q: number): (Reappearance & { sigma: number }) | null {
    const { frames, matches } = this.input
    const { positions, anchored, sigma } = this.out
    let best: (Reappearance & { sigma: number }) | null = null
    for (const s of matches.sources(t)) {
      const at = q * frames + s
      if (!anchored[at]) continue
      const found = matches.ask(s, t, positions[at * 2], positions[at * 2 + 1])
      if (found && (!best || found.support > best.support)) best = { ...found, sigma: sigma[at] + MATCH_SIGMA_PX }
    }
    return best
  }

  private decide(t: number, q: number, k: number, guesses: Float32Array, supported: boolean, looks: Looks, other: Other | undefined): void {
    const { frames, width, height } = this.input
    const at = q * frames + t
    const e = at * EVIDENCE_COLUMNS
    const out = this.out
    const { fromQuery, fromAnchor } = looks
    let x = guesses[k * 2]
    let y = guesses[k * 2 + 1]
    let found = false
    out.evidence[e + Evidence.znccQuery] = fromQuery ? fromQuery.zncc[k] : 0
    out.evidence[e + Evidence.znccAnchor] = fromAnchor ? fromAnchor.zncc[k] : 0
    // Flow of many gaps is finer than a patch that turned and grew since its template: patches only find a point again.
    // The query's own patch first: it does not drift.
    for (const reply of supported ? [] : [fromQuery, fromAnchor]) {
      if (!reply || found || !reply.converged[k] || reply.zncc[k] < FOUND_AGAIN) continue
      const rx = reply.points[k * 2]
      const ry = reply.points[k * 2 + 1]
      if (Math.hypot(rx - guesses[k * 2], ry - guesses[k * 2 + 1]) > FIND_WITHIN_PX) continue
      x = rx
      y = ry
      found = true
      out.sigma[at] = Math.min(out.sigma[at], reply === fromQuery ? 0.3 : Math.max(0.3, out.sigma[q * frames + this.lastAnchor[q]]))
    }
    if (other && !found) {
      x = other.x
      y = other.y
      out.evidence[e + Evidence.znccQuery] = other.fromQuery
      out.evidence[e + Evidence.znccAnchor] = other.fromAnchor
      out.evidence[e + Evidence.matched] = other.matched
      out.sigma[at] = other.sigma
    }
    const hint = this.hint(at)
    const logit = visibleLogit(out.evidence, at) + HINT_LOGIT * hint
    out.logits[at] = logit
    const inside = x >= 0 && y >= 0 && x < width && y < height
    if (hint < 0 || !inside || !(found || other || (supported && logit > ANCHOR_LOGIT))) return
    this.fallback.meet(t, q, this.lastAnchor[q], x, y)
    out.positions[at * 2] = x
    out.positions[at * 2 + 1] = y
    out.anchored[at] = 1
    this.lastAnchor[q] = t
  }
}
