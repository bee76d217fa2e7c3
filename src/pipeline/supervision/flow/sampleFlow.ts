/** Reads a flow pair at any raster point without mixing the motions of two surfaces. */
import { FLOW_UNITS_PER_PIXEL } from '../supervision.ts'
import type { FlowPair } from '../supervision.ts'

/** Nodes whose flow is further than this from the nearest node's belong to another motion; in 1/32 pixel. */
const AGREEMENT = 1.0 * FLOW_UNITS_PER_PIXEL

/**
 * Writes [flow x, flow y, FlowStatus] at raster point (x, y) of the working size to `out` (length 3 or more).
 * Status is the nearest node's; flow is bilinear over those of the four nodes around that have this status and a flow
 * within a pixel of the nearest one's. Points outside the nodes take the nearest border node.
 */
export function sampleFlow(pair: FlowPair, x: number, y: number, out: Float64Array): void {
  const { columns, rows, flow, status, stride } = pair
  const cx = Math.min(Math.max(x / stride - 0.5, 0), columns - 1)
  const cy = Math.min(Math.max(y / stride - 0.5, 0), rows - 1)
  // A grid of one column or row has no second node.
  const x0 = Math.max(0, Math.min(Math.floor(cx), columns - 2))
  const y0 = Math.max(0, Math.min(Math.floor(cy), rows - 2))
  const ax = cx - x0
  const ay = cy - y0
  const base = y0 * columns + x0
  const nearest = base + (ax >= 0.5 ? 1 : 0) + (ay >= 0.5 ? columns : 0)
  const state = status[nearest]
  const nu = flow[2 * nearest]
  const nv = flow[2 * nearest + 1]
  let u = 0
  let v = 0
  let sum = 0
  for (let j = 0; j < 2; j++)
    for (let i = 0; i < 2; i++) {
      const w = (i ? ax : 1 - ax) * (j ? ay : 1 - ay)
      if (w === 0) continue
      const k = base + i + j * columns
      if (status[k] !== state) continue
      const fu = flow[2 * k]
      const fv = flow[2 * k + 1]
      if (Math.abs(fu - nu) > AGREEMENT || Math.abs(fv - nv) > AGREEMENT) continue
      u += w * fu
      v += w * fv
      sum += w
    }
  // The nearest node always agrees with itself and has the largest weight.
  out[0] = u / (sum * FLOW_UNITS_PER_PIXEL)
  out[1] = v / (sum * FLOW_UNITS_PER_PIXEL)
  out[2] = state
}
