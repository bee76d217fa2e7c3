/**
 * Several flows of one pair of frames as one: each pixel takes the first that holds there. Not here: where flows come from
 * (flowWorker.ts), what became of pixels where none holds (completeFlow.ts).
 */
import type { Size } from '../../../shared/units.ts'
import { FlowStatus } from '../supervision.ts'
import { flowStatuses } from './flowStatus.ts'
import { photometricAgreement } from './photometric.ts'

/** Flow from a to b, and from b to a: [height, width, 2] pixels. */
export type FlowBothWays = readonly [Float32Array, Float32Array]

/**
 * A flow holds at a pixel where its own cycle and the pictures (RGB [height, width, 3]) agree with it. Where none does the first is
 * kept. Pixels of two flows that claim one place fail each other's cycle in the result, so that neither is called visible.
 * @param flows one or more, the most exact first
 */
export function blendFlow(flows: readonly FlowBothWays[], rgbA: Uint8Array, rgbB: Uint8Array, size: Size): FlowBothWays {
  const way = (there: 0 | 1, from: Uint8Array, to: Uint8Array): Float32Array => {
    const out = flows[0][there].slice()
    const open = flowStatuses(out, flows[0][1 - there], size, photometricAgreement(from, to, out, size)).map(status => Number(status !== FlowStatus.visible))
    for (const flow of flows.slice(1)) {
      const status = flowStatuses(flow[there], flow[1 - there], size, photometricAgreement(from, to, flow[there], size))
      for (let k = 0; k < open.length; k++) {
        if (!open[k] || status[k] !== FlowStatus.visible) continue
        open[k] = 0
        out[2 * k] = flow[there][2 * k]
        out[2 * k + 1] = flow[there][2 * k + 1]
      }
    }
    return out
  }
  return [way(0, rgbA, rgbB), way(1, rgbB, rgbA)]
}
