/**
 * Flow that a person's correction contradicts. Where flow misses a corrected point it misses what lies around it too: vectors
 * near by in place that say the same wrong thing lose their word when tracks are read, in that pair of frames alone. Working pixels.
 * Not for the fit: measured there it cost more than it gained, since what lies beside a small object does move as flow says.
 */
import { sampleFlow } from '../supervision/flow/sampleFlow.ts'
import { FlowStatus, type FlowStore } from '../supervision/supervision.ts'
import type { HumanPath } from '../field/humanPaths.ts'

/** How far a contradiction reaches, px. */
const REACH_PX = 16
/** A vector that differs from the corrected motion by less is not contradicted, px; and by less than this share of the motion. */
const TOLERANCE_PX = 1.5
const TOLERANCE_SHARE = 0.1
/** Vectors this like the wrong one say the same, px. */
const ALIKE_PX = 2

export class Distrust {
  private readonly paths: readonly HumanPath[]
  private readonly flow: FlowStore
  /** By pair: x, y, and the wrong vector, for each contradiction. */
  private readonly known = new Map<string, Float32Array | null>()
  private readonly sample = new Float64Array(3)

  constructor(paths: readonly HumanPath[], flow: FlowStore) {
    this.paths = paths
    this.flow = flow
  }

  /** Contradictions [n, 4] of the flow from one frame to another; null where there are none. */
  of(from: number, to: number): Float32Array | null {
    if (!this.paths.length) return null
    const key = `${from}-${to}`
    let found = this.known.get(key)
    if (found === undefined) this.known.set(key, (found = this.find(from, to)))
    return found
  }

  private find(from: number, to: number): Float32Array | null {
    const rows: number[] = []
    for (const { positions, seen, hidden } of this.paths) {
      if (!seen[from] || !(seen[to] || hidden[to])) continue
      const x = positions[from * 2]
      const y = positions[from * 2 + 1]
      sampleFlow(this.flow.read(from, to), x, y, this.sample)
      const [u, v, status] = this.sample
      if (status !== FlowStatus.visible) continue
      const dx = positions[to * 2] - x
      const dy = positions[to * 2 + 1] - y
      // Flow that sees a point which people say is hidden follows what hides it.
      if (hidden[to] || Math.hypot(u - dx, v - dy) > TOLERANCE_PX + TOLERANCE_SHARE * Math.hypot(dx, dy)) rows.push(x, y, u, v)
    }
    return rows.length ? Float32Array.from(rows) : null
  }
}

/** Is the vector (u, v) at (x, y) contradicted? */
export function isDoubted(contradictions: Float32Array | null, x: number, y: number, u: number, v: number): boolean {
  if (!contradictions) return false
  for (let k = 0; k < contradictions.length; k += 4) {
    if ((x - contradictions[k]) ** 2 + (y - contradictions[k + 1]) ** 2 > REACH_PX * REACH_PX) continue
    if ((u - contradictions[k + 2]) ** 2 + (v - contradictions[k + 3]) ** 2 < ALIKE_PX * ALIKE_PX) return true
  }
  return false
}
