/**
 * What a flow field and its reverse say together about each pixel: visible, out of the frame, or unknown.
 * Pure arithmetic on dense fields [height, width, 2] at working size. Not here: what became of failing pixels
 * (completeFlow.ts), files, workers, chaining.
 */
import type { Size } from '../../../shared/units.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowPair } from '../supervision.ts'

/** A cycle agrees when its error is below `base` pixels plus `relative` times the displacement. */
export interface CycleTolerance {
  readonly base: number
  readonly relative: number
}

/** METHOD section 9: kept at 1 px + 2 %. */
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

/**
 * Statuses [height, width] of `forward`, judged with `backward` (the flow of the other frame): visible where the cycle
 * and, if given, the photometric `agreement` hold.
 */
export function flowStatuses(forward: Float32Array, backward: Float32Array, size: Size, agreement?: Uint8Array, tolerance = cycleTolerance): Uint8Array {
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
        if (!agreement || agreement[k]) status[k] = FlowStatus.visible
        continue
      }
    }
  return status
}

/** Same status, and flow within a pixel. */
function alike(flow: Float32Array, status: Uint8Array, a: number, b: number): boolean {
  return status[a] === status[b] && (flow[2 * a] - flow[2 * b]) ** 2 + (flow[2 * a + 1] - flow[2 * b + 1]) ** 2 < 1
}

/** Packs dense flow and statuses into a pair of nodes at stride 1 or 2. */
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
        // The status and flow that most of the node's four pixels share.
        let lead = first
        let most = 0
        for (let a = 0; a < 4 && most < 4; a++) {
          const p = first + (a & 1) + (a >> 1) * size.width
          let n = 0
          for (let b = 0; b < 4; b++) if (alike(flow, status, p, first + (b & 1) + (b >> 1) * size.width)) n++
          if (n > most) {
            most = n
            lead = p
          }
        }
        for (let b = 0; b < 4; b++) {
          const p = first + (b & 1) + (b >> 1) * size.width
          if (!alike(flow, status, lead, p)) continue
          u += flow[2 * p] / most
          v += flow[2 * p + 1] / most
        }
        // What teaches as visible must hold over the node: three of its four pixels agree.
        states[k] = status[lead] === FlowStatus.visible && most < 3 ? FlowStatus.unknown : status[lead]
      }
      out[2 * k] = toUnits(u)
      out[2 * k + 1] = toUnits(v)
    }
  return { from, to, columns, rows, stride, flow: out, status: states }
}
