/** Drops matches that flow already knows or contradicts: what is left adds something. */
import { FlowStatus } from '../supervision.ts'
import type { FlowStore, LongMatches } from '../supervision.ts'

/** True where flow from `from` to `to` says nothing certain about a point. */
function silent(flow: FlowStore, from: number, to: number, x: number, y: number): boolean {
  if (!flow.has(from, to)) return true
  const pair = flow.read(from, to)
  const i = Math.min(pair.columns - 1, Math.max(0, Math.floor(x / pair.stride)))
  const j = Math.min(pair.rows - 1, Math.max(0, Math.floor(y / pair.stride)))
  return pair.status[j * pair.columns + i] !== FlowStatus.visible
}

/** Keeps matches of which flow is silent at both ends. */
export function novelMatches(matches: LongMatches, flow: FlowStore): LongMatches {
  const kept: number[] = []
  for (let k = 0; k < matches.frameA.length; k++) {
    const [a, b] = [matches.frameA[k], matches.frameB[k]]
    if (silent(flow, a, b, matches.a[2 * k], matches.a[2 * k + 1]) && silent(flow, b, a, matches.b[2 * k], matches.b[2 * k + 1])) kept.push(k)
  }
  const two = (from: Float32Array) => Float32Array.from({ length: kept.length * 2 }, (_, n) => from[kept[n >> 1] * 2 + (n & 1)])
  return {
    frameA: Int32Array.from(kept, k => matches.frameA[k]),
    frameB: Int32Array.from(kept, k => matches.frameB[k]),
    a: two(matches.a),
    b: two(matches.b),
    confidence: Float32Array.from(kept, k => matches.confidence[k]),
  }
}
