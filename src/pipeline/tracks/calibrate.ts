/**
 * How far a fitted field of one clip can be trusted: its error against cycle-consistent flow, and the tolerance τ at
 * which depth order means occlusion, both from the clip's own supervision.
 */
import type { FieldEngine } from '../../engine/backend.ts'
import { Random } from '../../shared/random.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowStore } from '../supervision/supervision.ts'

export interface Calibration {
  /** Relative depth by which a hidden point lies behind the surface that hides it. */
  readonly tau: number
  /** Median distance between field and flow at visible pixels, working pixels. */
  readonly fieldErrorPx: number
  /** How well depth order alone tells flow's occluded from its visible pixels: 0.5 = not at all, 1 = always. */
  readonly depthAccuracy: number
}

const SAMPLES = 400
/** The paper's range for τ is 0.02 to 0.04 of the scene unit. */
const MIN_TAU = 0.01
const MAX_TAU = 0.15

export async function calibrate(engine: FieldEngine, flow: FlowStore, seed: number): Promise<Calibration> {
  const { frames, width, height } = engine.shape
  const random = new Random(seed)
  const queryFrames = new Int32Array(SAMPLES)
  const points = new Float32Array(SAMPLES * 2)
  for (let k = 0; k < SAMPLES; k++) {
    queryFrames[k] = random.int(frames)
    points[k * 2] = random.float() * width
    points[k * 2 + 1] = random.float() * height
  }
  const targets = Int32Array.from({ length: frames }, (_, t) => t)
  const read = await engine.read(queryFrames, points, targets)
  const errors: number[] = []
  const visibleGaps: number[] = []
  const hiddenGaps: number[] = []
  for (const [from, to] of flow.pairs) {
    let pair = null
    for (let k = 0; k < SAMPLES; k++) {
      if (queryFrames[k] !== from) continue
      pair ??= flow.read(from, to)
      const column = Math.min(pair.columns - 1, Math.floor(points[k * 2] / pair.stride))
      const row = Math.min(pair.rows - 1, Math.floor(points[k * 2 + 1] / pair.stride))
      const node = row * pair.columns + column
      const at = k * frames + to
      const gap = (read.depths[at] - read.surface[at]) / Math.max(1e-6, read.depths[at])
      const status = pair.status[node]
      if (status === FlowStatus.visible) {
        // The node's displacement, not its end point: the sample lies up to a pixel beside the node.
        const dx = points[k * 2] + pair.flow[node * 2] / FLOW_UNITS_PER_PIXEL - read.positions[at * 2]
        const dy = points[k * 2 + 1] + pair.flow[node * 2 + 1] / FLOW_UNITS_PER_PIXEL - read.positions[at * 2 + 1]
        errors.push(Math.hypot(dx, dy))
        visibleGaps.push(gap)
      } else if (status === FlowStatus.occluded || status === FlowStatus.occludedKnown) hiddenGaps.push(gap)
    }
  }
  errors.sort((a, b) => a - b)
  const { tau, accuracy } = bestThreshold(visibleGaps, hiddenGaps)
  return { tau, fieldErrorPx: Math.max(0.3, errors.length ? errors[errors.length >> 1] : 4), depthAccuracy: accuracy }
}

/** The τ in range with the best balanced accuracy of "gap > τ means hidden". */
function bestThreshold(visible: readonly number[], hidden: readonly number[]): { tau: number; accuracy: number } {
  let best = { tau: 0.03, accuracy: 0.5 }
  if (visible.length < 30 || hidden.length < 30) return best
  for (let tau = MIN_TAU; tau <= MAX_TAU; tau *= 1.15) {
    const kept = visible.reduce((n, g) => n + (g <= tau ? 1 : 0), 0) / visible.length
    const caught = hidden.reduce((n, g) => n + (g > tau ? 1 : 0), 0) / hidden.length
    const accuracy = (kept + caught) / 2
    if (accuracy > best.accuracy) best = { tau, accuracy }
  }
  return best
}
