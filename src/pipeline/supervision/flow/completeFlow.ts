/**
 * Decides what became of pixels whose forward-backward cycle fails: occluded (and where), out of the frame, or unknown.
 * A failing pixel's surface is known from its neighbours: those that move as it does in other pairs where both are
 * seen (the witnesses) are on its surface, and carry it along in this pair. If the place it is carried to shows a
 * pixel that came from elsewhere, it is hidden by that pixel. Not here: cycles (flowStatus.ts) and files.
 */
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowPair } from '../supervision.ts'

/** Another pair of the same first frame. Motion in the pair at hand is about `scale` times the witness's (negative: other direction). */
export interface Witness {
  readonly pair: FlowPair
  readonly scale: number
}

/** Nodes to the nearest visible one are looked for up to this far, in pixels. */
const REACH_PX = 48
/** A neighbour whose motion differs by more than this, in pixels over the pair's gap, is on another surface. */
const SAME_SURFACE_PX = 2
/** Cost, in pixels, of a pixel of distance to the neighbour. */
const DISTANCE_COST = 0.08
/** Where the covering pixel came from must be at least this far from the pixel it covers, in pixels. */
const COVER_PX = 3
/** What is seen at the place a pixel is carried to is the pixel itself if its reverse flow ends this near. */
const SEEN_PX = 1
const STEPS: readonly (readonly [number, number])[] = [[-1, 0], [1, 0], [0, -1], [0, 1], [-1, -1], [1, 1], [1, -1], [-1, 1]]

/** A new pair: `pair` with its failing nodes decided. `reverse` is the flow the other way. Visible nodes keep all. */
export function completeFlow(pair: FlowPair, reverse: FlowPair, witnesses: readonly Witness[]): FlowPair {
  const { columns, rows, stride } = pair
  const count = columns * rows
  const flow = pair.flow.slice()
  const status = pair.status.slice()
  const near = STEPS.map(([dx, dy]) => nearestVisible(pair, dx, dy))
  const reach = REACH_PX / stride
  const ordered = [...witnesses].sort((a, b) => Math.abs(a.scale) - Math.abs(b.scale) || b.scale - a.scale)
  const unit = 1 / FLOW_UNITS_PER_PIXEL
  const cost = new Float64Array(STEPS.length)
  const hx = new Float64Array(STEPS.length)
  const hy = new Float64Array(STEPS.length)
  const place = new Float64Array(2)

  for (let k = 0; k < count; k++) {
    if (pair.status[k] === FlowStatus.visible) continue
    const j = (k / columns) | 0
    const i = k - j * columns
    let best = Number.POSITIVE_INFINITY
    for (let d = 0; d < STEPS.length; d++) {
      cost[d] = Number.POSITIVE_INFINITY
      const n = near[d][k]
      if (n < 0) continue
      const nj = (n / columns) | 0
      const distance = Math.sqrt((n - nj * columns - i) ** 2 + (nj - j) ** 2)
      if (distance > reach) continue
      for (const { pair: w, scale } of ordered) {
        if (w.status[k] !== FlowStatus.visible || w.status[n] !== FlowStatus.visible) continue
        const cx = scale * unit * (w.flow[2 * k] - w.flow[2 * n])
        const cy = scale * unit * (w.flow[2 * k + 1] - w.flow[2 * n + 1])
        const c = Math.sqrt(cx * cx + cy * cy)
        if (c < SAME_SURFACE_PX) {
          cost[d] = c + DISTANCE_COST * distance * stride
          hx[d] = unit * pair.flow[2 * n] + cx
          hy[d] = unit * pair.flow[2 * n + 1] + cy
          if (cost[d] < best) best = cost[d]
        }
        break
      }
    }
    if (best === Number.POSITIVE_INFINITY) {
      if (status[k] !== FlowStatus.outOfFrame) status[k] = FlowStatus.unknown
      continue
    }
    let x = 0
    let y = 0
    let sum = 0
    for (let d = 0; d < STEPS.length; d++) {
      if (cost[d] > best + 1.5) continue
      const w = Math.exp(-cost[d])
      x += w * hx[d]
      y += w * hy[d]
      sum += w
    }
    x /= sum
    y /= sum
    place[0] = x
    place[1] = y
    status[k] = fate(reverse, (i + 0.5) * stride, (j + 0.5) * stride, place)
    if (status[k] !== FlowStatus.unknown) {
      flow[2 * k] = toUnits(place[0])
      flow[2 * k + 1] = toUnits(place[1])
    }
  }
  return { ...pair, flow, status }
}

/** What is seen where a failing pixel at (px, py) is carried by `place`; writes a better place where the pixel itself is seen. */
function fate(reverse: FlowPair, px: number, py: number, place: Float64Array): number {
  const [x, y] = place
  const { columns, rows, stride } = reverse
  const qx = px + x
  const qy = py + y
  if (qx < 0 || qy < 0 || qx >= columns * stride || qy >= rows * stride) return FlowStatus.outOfFrame
  const r = Math.floor(qy / stride) * columns + Math.floor(qx / stride)
  if (reverse.status[r] !== FlowStatus.visible) return FlowStatus.unknown
  const bx = reverse.flow[2 * r] / FLOW_UNITS_PER_PIXEL
  const by = reverse.flow[2 * r + 1] / FLOW_UNITS_PER_PIXEL
  const slack = 0.02 * Math.hypot(x, y)
  const apart = Math.hypot(x + bx, y + by)
  if (apart < SEEN_PX + slack) {
    // What is seen there came from here: the flow had failed, not the visibility.
    place[0] = (x - bx) / 2
    place[1] = (y - by) / 2
    return FlowStatus.visible
  }
  return apart > COVER_PX + slack ? FlowStatus.occludedKnown : FlowStatus.unknown
}

/** [nodes] the nearest visible node in direction (dx, dy), -1 where there is none. */
function nearestVisible(pair: FlowPair, dx: number, dy: number): Int32Array {
  const { columns, rows, status } = pair
  const found = new Int32Array(columns * rows)
  const step = dy * columns + dx
  // Each node looks at the neighbour that was filled before it.
  const down = dy > 0 || (dy === 0 && dx > 0)
  for (let n = 0; n < found.length; n++) {
    const k = down ? found.length - 1 - n : n
    if (status[k] === FlowStatus.visible) {
      found[k] = k
      continue
    }
    const j = (k / columns) | 0
    const i = k - j * columns
    const inside = i + dx >= 0 && i + dx < columns && j + dy >= 0 && j + dy < rows
    found[k] = inside ? found[k + step] : -1
  }
  return found
}

function toUnits(pixels: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(pixels * FLOW_UNITS_PER_PIXEL)))
}
