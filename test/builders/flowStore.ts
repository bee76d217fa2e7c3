/** A flow store of made-up motion for tests: every pixel moves by `velocity` a frame; nodes of `hidden` are occluded. */
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowPair, type FlowStore } from '../../src/pipeline/supervision/supervision.ts'

export interface FlowStoreOptions {
  readonly frames: number
  readonly width: number
  readonly height: number
  readonly gaps: readonly number[]
  readonly velocity: readonly [number, number]
  /** Is the node at column, row occluded in every other frame? */
  readonly hidden?: (column: number, row: number) => boolean
}

export function uniformFlowStore(o: FlowStoreOptions): FlowStore {
  const pairs: [number, number][] = []
  for (const gap of o.gaps) for (let t = 0; t + gap < o.frames; t++) pairs.push([t, t + gap], [t + gap, t])
  const read = (from: number, to: number): FlowPair => {
    const flow = new Int16Array(o.width * o.height * 2)
    const status = new Uint8Array(o.width * o.height)
    for (let row = 0; row < o.height; row++)
      for (let column = 0; column < o.width; column++) {
        const k = row * o.width + column
        const dx = o.velocity[0] * (to - from)
        const dy = o.velocity[1] * (to - from)
        flow[k * 2] = Math.round(dx * FLOW_UNITS_PER_PIXEL)
        flow[k * 2 + 1] = Math.round(dy * FLOW_UNITS_PER_PIXEL)
        const x = column + 0.5 + dx
        const y = row + 0.5 + dy
        const inside = x >= 0 && y >= 0 && x < o.width && y < o.height
        status[k] = !inside ? FlowStatus.outOfFrame : o.hidden?.(column, row) ? FlowStatus.occluded : FlowStatus.visible
      }
    return { from, to, columns: o.width, rows: o.height, stride: 1, flow, status }
  }
  return { pairs, read, has: (from, to) => pairs.some(p => p[0] === from && p[1] === to) }
}
