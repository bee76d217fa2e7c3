/**
 * What a flow field and its reverse say together about each pixel: statuses by forward-backward and double cycles.
 * Pure arithmetic on dense fields [height, width, 2] at working size. Not here: files, workers, chaining.
 */
import type { Size } from '../../../shared/units.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowPair } from '../supervision.ts'

/** A cycle agrees when its error is below `base` pixels plus `relative` times the displacement. */
export interface CycleTolerance {
  readonly base: number
  readonly relative: number
}

/** Measured: see flowStatus.test.ts and the note in builtinFlow.ts. */
export const cycleTolerance: CycleTolerance = { base: 1, relative: 0.02 }

/** Bilinear sample of dense flow at a raster point, clamped to the outer pixels' centres; written to `out`. */
export function sampleDense(flow: Float32Array, size: Size, x: number, y: number, out: Float64Array): void {
  const { width, height } = size
  const cx = Math.min(Math.max(x - 0.5, 0), width - 1)
  const cy = Math.min(Math.max(y - 0.5, 0), height - 1)
  const x0 = Math.min(cx | 0, width - 2)
  const y0 = Math.min(cy | 0, height - 2)
  const ax = cx - x0
  const ay = cy - y0
  const a = (y0 * width + x0) * 2
  const b = a + width * 2
  const top = flow[a] + ax * (flow[a + 2] - flow[a])
  const low = flow[b] + ax * (flow[b + 2] - flow[b])
  out[0] = top + ay * (low - top)
  const topV = flow[a + 1] + ax * (flow[a + 3] - flow[a + 1])
  const lowV = flow[b + 1] + ax * (flow[b + 3] - flow[b + 1])
  out[1] = topV + ay * (lowV - topV)
}

/** Statuses [height, width] of `forward`, judged with `backward` (the flow of the other frame). */
export function flowStatuses(forward: Float32Array, backward: Float32Array, size: Size, tolerance = cycleTolerance): Uint8Array {
  const { width, height } = size
  const status = new Uint8Array(width * height)
  const s = new Float64Array(2)
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0; x < width; x++, k++) {
      const u = forward[2 * k]
      const v = forward[2 * k + 1]
      const qx = x + 0.5 + u
      const qy = y + 0.5 + v
      if (!(qx >= 0 && qy >= 0 && qx < width && qy < height)) {
        status[k] = FlowStatus.outOfFrame
        continue
      }
      sampleDense(backward, size, qx, qy, s)
      const limit = tolerance.base + tolerance.relative * Math.sqrt(u * u + v * v)
      const limit2 = limit * limit
      if ((u + s[0]) ** 2 + (v + s[1]) ** 2 < limit2) {
        status[k] = FlowStatus.visible
        continue
      }
      // What is seen at q comes from another place p'. If that place really goes to q, then p is behind it.
      const bu = s[0]
      const bv = s[1]
      sampleDense(forward, size, qx + bu, qy + bv, s)
      if ((s[0] + bu) ** 2 + (s[1] + bv) ** 2 < limit2) status[k] = FlowStatus.occludedKnown
    }
  return status
}

/** Packs dense flow and statuses into a pair of nodes at the given stride. */
export function packFlow(from: number, to: number, flow: Float32Array, status: Uint8Array, size: Size, stride: number): FlowPair {
  const columns = Math.floor(size.width / stride)
  const rows = Math.floor(size.height / stride)
  const out = new Int16Array(columns * rows * 2)
  const states = new Uint8Array(columns * rows)
  const toUnits = (n: number) => Math.max(-32768, Math.min(32767, Math.round(n * FLOW_UNITS_PER_PIXEL)))
  for (let j = 0, k = 0; j < rows; j++)
    for (let i = 0; i < columns; i++, k++) {
      let u = 0
      let v = 0
      if (stride === 1) {
        u = flow[2 * k]
        v = flow[2 * k + 1]
        states[k] = status[k]
      } else {
        const first = j * stride * size.width + i * stride
        const block = [first, first + 1, first + size.width, first + size.width + 1]
        // The status most pixels have; a tie is decided by the lower one of the four nearest the start.
        let lead = first
        let most = 0
        for (const a of block) {
          let n = 0
          for (const b of block) if (status[b] === status[a] && Math.hypot(flow[2 * a] - flow[2 * b], flow[2 * a + 1] - flow[2 * b + 1]) < 1) n++
          if (n > most) {
            most = n
            lead = a
          }
        }
        let n = 0
        for (const b of block)
          if (status[b] === status[lead] && Math.hypot(flow[2 * lead] - flow[2 * b], flow[2 * lead + 1] - flow[2 * b + 1]) < 1) {
            u += flow[2 * b]
            v += flow[2 * b + 1]
            n++
          }
        u /= n
        v /= n
        // What teaches as visible must hold over the node: three of its four pixels agree.
        states[k] = status[lead] === FlowStatus.visible && n < 3 ? FlowStatus.unknown : status[lead]
      }
      out[2 * k] = toUnits(u)
      out[2 * k + 1] = toUnits(v)
    }
  return { from, to, columns, rows, stride, flow: out, status: states }
}
