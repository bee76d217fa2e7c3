/**
 * Where flow says a point goes: one candidate for each earlier anchor frame of the track within a flow's reach, and
 * their consensus. Not here: patches and visibility (fuse.ts).
 */
import { isDoubted } from './distrust.ts'
import type { FlowPair } from '../supervision/supervision.ts'
import { FlowStatus } from '../supervision/supervision.ts'
import { sampleFlow } from '../supervision/flow/sampleFlow.ts'

/** Variance, in px², of a visible flow: independent of the gap, and per frame of gap. */
const FLOW_VARIANCE = 0.06
const FLOW_VARIANCE_PER_FRAME = 0.02

/** Candidates of one frame for many tracks. Columns of `rows`: x, y, variance. */
export class Candidates {
  readonly limit: number
  /** [tracks, limit + 1, 3]; the last row is the field's. */
  private readonly rows: Float32Array
  /** [tracks] candidates whose flow says visible. */
  readonly visible: Uint8Array
  /** [tracks] anchors whose flow says occluded. */
  readonly occluded: Uint8Array
  /** [tracks] anchors asked. */
  readonly asked: Uint8Array
  private readonly sample = new Float64Array(3)

  constructor(tracks: number, limit: number) {
    this.limit = limit
    this.rows = new Float32Array(tracks * (limit + 1) * 3)
    this.visible = new Uint8Array(tracks)
    this.occluded = new Uint8Array(tracks)
    this.asked = new Uint8Array(tracks)
  }

  clear(): void {
    this.visible.fill(0)
    this.occluded.fill(0)
    this.asked.fill(0)
  }

  /** Asks the flow `pair` where the point (x, y) of its first frame goes; `variance` is that of the anchor itself, `doubts` what corrections contradict. */
  ask(track: number, pair: FlowPair, gap: number, x: number, y: number, variance: number, doubts: Float32Array | null): void {
    sampleFlow(pair, x, y, this.sample)
    const status = this.sample[2]
    if (status === FlowStatus.visible && isDoubted(doubts, x, y, this.sample[0], this.sample[1])) return
    this.asked[track]++
    if (status === FlowStatus.occluded || status === FlowStatus.occludedKnown) this.occluded[track]++
    if (status !== FlowStatus.visible) return
    const at = (track * (this.limit + 1) + this.visible[track]++) * 3
    this.rows[at] = x + this.sample[0]
    this.rows[at + 1] = y + this.sample[1]
    this.rows[at + 2] = variance + FLOW_VARIANCE + FLOW_VARIANCE_PER_FRAME * gap
  }

  /**
   * The candidate that the others support most, averaged with those within a pixel of it. The field's own position
   * stands as one candidate more. Writes x, y, variance into `out`; false where no flow says visible.
   */
  consensus(track: number, fieldX: number, fieldY: number, fieldVariance: number, out: Float32Array): boolean {
    if (!this.visible[track]) return false
    const first = track * (this.limit + 1) * 3
    const r = this.rows
    r[first + this.visible[track] * 3] = fieldX
    r[first + this.visible[track] * 3 + 1] = fieldY
    r[first + this.visible[track] * 3 + 2] = fieldVariance
    const n = this.visible[track] + 1
    let best = -1
    let bestScore = -1
    for (let i = 0; i < n; i++) {
      const x = r[first + i * 3]
      const y = r[first + i * 3 + 1]
      let score = 0
      for (let j = 0; j < n; j++) {
        const d2 = (x - r[first + j * 3]) ** 2 + (y - r[first + j * 3 + 1]) ** 2
        const v = r[first + j * 3 + 2]
        score += Math.exp(-d2 / (2 * (v + 0.5))) / (v + 0.2)
      }
      if (score > bestScore) {
        bestScore = score
        best = i
      }
    }
    const bx = r[first + best * 3]
    const by = r[first + best * 3 + 1]
    let sum = 0
    let x = 0
    let y = 0
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < n; i++) {
      if ((r[first + i * 3] - bx) ** 2 + (r[first + i * 3 + 1] - by) ** 2 > 1) continue
      const v = r[first + i * 3 + 2]
      sum += 1 / v
      x += r[first + i * 3] / v
      y += r[first + i * 3 + 1] / v
      least = Math.min(least, v)
    }
    out[0] = x / sum
    out[1] = y / sum
    // Candidates share anchors, so their errors are not independent: no better than the best of them.
    out[2] = least
    return true
  }
}
