/**
 * One span between two neighbouring nodes of a path that is repaired, as its stages see it: what was read from both sides, the field's
 * motion, and flow at any place in it. Not here: the way through it (repairCorridor.ts, repairSpan.ts).
 */
import type { Keyframe } from '../../shared/projectRecords.ts'
import { sampleFlow } from '../supervision/flow/sampleFlow.ts'
import { FlowStatus, type FlowStore } from '../supervision/supervision.ts'
import type { NodeTracks } from './readTracks.ts'

export interface SpanInput {
  readonly flow: FlowStore
  /** [frames] 1 where people say that the point is not seen. */
  readonly hidden: Uint8Array
}

/** Flow out of a place, both ways in time: displacement, and 1 where it is visible there. */
export interface Steps {
  readonly forward: Float64Array
  readonly backward: Float64Array
}

export class Span {
  readonly input: SpanInput
  readonly a: Keyframe
  readonly b: Keyframe
  /** Read from the node on that side, or the nearest beyond it that could be read from; not both are missing. */
  readonly left: NodeTracks | null
  readonly right: NodeTracks | null
  /** Frames, both ends included. */
  readonly length: number
  /** [length − 1, 2] the field's motion from one frame to the next, and [length, 2] its sums. */
  readonly motion: Float64Array
  readonly moved: Float64Array
  private readonly sample = new Float64Array(3)

  constructor(input: SpanInput, a: Keyframe, b: Keyframe, left: NodeTracks | null, right: NodeTracks | null) {
    this.input = input
    this.a = a
    this.b = b
    this.left = left
    this.right = right
    this.length = b.frame - a.frame + 1
    this.motion = this.blendedMotion()
    this.moved = new Float64Array(this.length * 2)
    this.motion.forEach((step, k) => (this.moved[k + 2] = this.moved[k] + step))
  }

  /** Flow at every frame of the span, at the places [length, 2]. */
  stepsAlong(places: Float64Array): Steps[] {
    return Array.from({ length: this.length }, (_, k) => {
      const steps = { forward: new Float64Array(3), backward: new Float64Array(3) }
      this.stepsAt(k, places[k * 2], places[k * 2 + 1], steps)
      return steps
    })
  }

  /** Flow at frame a + k, place (x, y): forward and backward [dx, dy, 1 = visible]; null beyond what is known. */
  private stepsAt(k: number, x: number, y: number, out: Steps): void {
    const { flow, hidden } = this.input
    const t = this.a.frame + k
    for (const [way, into] of [[1, out.forward], [-1, out.backward]] as const) {
      into[2] = 0
      const to = t + way
      if (hidden[t] || hidden[to] || !flow.has(t, to)) continue
      sampleFlow(flow.read(t, to), x, y, this.sample)
      into[0] = this.sample[0]
      into[1] = this.sample[1]
      into[2] = this.sample[2] === FlowStatus.visible ? 1 : 0
    }
  }

  private blendedMotion(): Float64Array {
    const motion = new Float64Array(Math.max(0, this.length - 1) * 2)
    for (let k = 0; k < this.length - 1; k++) {
      const u = (k + 0.5) / (this.length - 1)
      let sum = 0
      for (const [side, weight] of [[this.left, 1 - u], [this.right, u]] as const) {
        if (!side) continue
        const t = (this.a.frame + k) * 2
        motion[k * 2] += weight * (side.motion[t + 2] - side.motion[t])
        motion[k * 2 + 1] += weight * (side.motion[t + 3] - side.motion[t + 1])
        sum += weight
      }
      motion[k * 2] /= sum
      motion[k * 2 + 1] /= sum
    }
    return motion
  }
}
