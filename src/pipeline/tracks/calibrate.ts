/**
 * How far a fitted field of one clip can be trusted: its error against cycle-consistent flow, and the tolerance τ at
 * which depth order means occlusion, both from the clip's own supervision.
 */
import type { FieldEngine } from '../../engine/backend.ts'
import { Random } from '../../shared/random.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowPair, type FlowStore } from '../supervision/supervision.ts'

export interface Calibration {
  /** Relative depth by which a hidden point lies behind the surface that hides it. */
  readonly tau: number
  /** Median distance between field and flow at visible pixels, working pixels. */
  readonly fieldErrorPx: number
  /** How well depth order alone tells flow's occluded from its visible pixels: 0.5 = not at all, 1 = always. */
  readonly depthAccuracy: number
}

/** Frame pairs looked at, and pixels of each kind in each. */
const PAIRS = 80
const PIXELS = 24
/** The paper's range for τ is 0.02 to 0.04 of the scene unit. */
const MIN_TAU = 0.01
const MAX_TAU = 0.15
/** Fewer pixels of a kind say nothing. */
const ENOUGH = 30

export async function calibrate(engine: FieldEngine, flow: FlowStore, seed: number): Promise<Calibration> {
  const random = new Random(seed)
  const errors: number[] = []
  const visibleGaps: number[] = []
  const hiddenGaps: number[] = []
  for (let n = 0; n < PAIRS && flow.pairs.length; n++) {
    const [from, to] = flow.pairs[random.int(flow.pairs.length)]
    const pair = flow.read(from, to)
    const visible = drawNodes(pair, random, status => status === FlowStatus.visible)
    const hidden = drawNodes(pair, random, status => status === FlowStatus.occluded || status === FlowStatus.occludedKnown)
    const nodes = [...visible, ...hidden]
    if (!nodes.length) continue
    const points = new Float32Array(nodes.length * 2)
    nodes.forEach((node, k) => {
      points[k * 2] = ((node % pair.columns) + 0.5) * pair.stride
      points[k * 2 + 1] = (Math.floor(node / pair.columns) + 0.5) * pair.stride
    })
    const read = await engine.read(new Int32Array(nodes.length).fill(from), points, Int32Array.of(to))
    nodes.forEach((node, k) => {
      const gap = (read.depths[k] - read.surface[k]) / Math.max(1e-6, Math.abs(read.depths[k]))
      if (k >= visible.length) {
        hiddenGaps.push(gap)
        return
      }
      visibleGaps.push(gap)
      const dx = points[k * 2] + pair.flow[node * 2] / FLOW_UNITS_PER_PIXEL - read.positions[k * 2]
      const dy = points[k * 2 + 1] + pair.flow[node * 2 + 1] / FLOW_UNITS_PER_PIXEL - read.positions[k * 2 + 1]
      errors.push(Math.hypot(dx, dy))
    })
  }
  errors.sort((a, b) => a - b)
  const { tau, accuracy } = bestThreshold(visibleGaps, hiddenGaps)
  return { tau, fieldErrorPx: Math.max(0.3, errors.length ? errors[errors.length >> 1] : 4), depthAccuracy: accuracy }
}

/** Up to PIXELS random nodes whose status passes. */
function drawNodes(pair: FlowPair, random: Random, wanted: (status: number) => boolean): number[] {
  const nodes: number[] = []
  // Hidden pixels are few: the tries are many, and cheap beside reading the pair.
  for (let tries = 0; tries < 3_000 && nodes.length < PIXELS; tries++) {
    const node = random.int(pair.status.length)
    if (wanted(pair.status[node])) nodes.push(node)
  }
  return nodes
}

/** The τ in range with the best balanced accuracy of "gap > τ means hidden". */
function bestThreshold(visible: readonly number[], hidden: readonly number[]): { tau: number; accuracy: number } {
  let best = { tau: 0.03, accuracy: 0.5 }
  if (visible.length < ENOUGH || hidden.length < ENOUGH) return best
  for (let tau = MIN_TAU; tau <= MAX_TAU; tau *= 1.15) {
    const kept = visible.reduce((n, g) => n + (g <= tau ? 1 : 0), 0) / visible.length
    const caught = hidden.reduce((n, g) => n + (g > tau ? 1 : 0), 0) / hidden.length
    const accuracy = (kept + caught) / 2
    if (accuracy > best.accuracy) best = { tau, accuracy }
  }
  return best
}
