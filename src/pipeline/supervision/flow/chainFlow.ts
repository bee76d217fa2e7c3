/** Flow over a long gap as the chain of two shorter ones: a start for direct flow where motion is fast. */
import type { Size } from '../../../shared/units.ts'
import { FLOW_UNITS_PER_PIXEL } from '../supervision.ts'
import type { FlowPair } from '../supervision.ts'
import { sampleFlow } from './sampleFlow.ts'

/** first ∘ second as dense flow [height, width, 2] at working size. Values are candidates: they carry no status. */
export function chainFlow(first: FlowPair, second: FlowPair, size: Size): Float32Array {
  const out = new Float32Array(size.width * size.height * 2)
  const s = new Float64Array(3)
  for (let y = 0, k = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++, k += 2) {
      let u: number
      let v: number
      if (first.stride === 1) {
        u = first.flow[k] / FLOW_UNITS_PER_PIXEL
        v = first.flow[k + 1] / FLOW_UNITS_PER_PIXEL
      } else {
        sampleFlow(first, x + 0.5, y + 0.5, s)
        u = s[0]
        v = s[1]
      }
      sampleFlow(second, x + 0.5 + u, y + 0.5 + v, s)
      out[k] = u + s[0]
      out[k + 1] = v + s[1]
    }
  return out
}

/** For each gap, the two smaller gaps of the list that sum to it (largest first), or null: then it is computed directly. */
export function chainParts(gap: number, gaps: readonly number[]): readonly [number, number] | null {
  const smaller = gaps.filter(g => g < gap).sort((a, b) => b - a)
  for (const g of smaller) if (smaller.includes(gap - g)) return [g, gap - g]
  return null
}
