/**
 * Makes a depth hypothesis obey what occlusion says. Unknown: the log inverse depth of every node of every frame. Nodes that
 * move alike belong together, nodes joined by flow keep their depth over time, and what hides something is nearer than it.
 * A convex problem, solved by sweeps. Not here: the hypothesis (parallaxDepth.ts).
 */
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowPair, FlowStore } from '../supervision.ts'
import type { Size } from '../../../shared/units.ts'
import { relativeMotion } from './cameraMotion.ts'
import type { CameraMotion } from './cameraMotion.ts'
import { nodeX, nodeY } from './parallaxDepth.ts'
import { focalOf } from './sightings.ts'

export interface DepthHypothesis extends Size {
  /** [frames, height, width] log inverse depth, and how sure it is, 0..1. */
  readonly value: Float32Array
  readonly confidence: Float32Array
}

/** Pairs of nodes (indices over all frames): `cover[k]` hides `hidden[k]`. */
export interface OrderEvents {
  readonly cover: Int32Array
  readonly hidden: Int32Array
}

/** Nearer by at least this, in log depth. */
const MARGIN = 0.1
const EVENT_WEIGHT = 4
const TIME_WEIGHT = 2
const SPACE_WEIGHT = 2
/** Weight of a sure hypothesis, and of the pull to the median depth everywhere. */
const DATA_WEIGHT = 0.6
const REST_WEIGHT = 0.0003
/** Hypotheses further off than this, in log depth, lose their say. */
const DATA_SCALE = 0.12
const MOTION_SIGMA_PX = 0.8
const SWEEPS = 32
/** Grids that are solved one after another, in nodes of the last. */
const COARSENESS = [6, 3, 1.5, 1]

const nodeOf = (pair: FlowPair, x: number, y: number): number =>
  Math.min(pair.rows - 1, Math.max(0, Math.floor(y / pair.stride))) * pair.columns + Math.min(pair.columns - 1, Math.max(0, Math.floor(x / pair.stride)))

/** Nearest grid node of a raster point, or -1 outside the frame. */
function gridNode(x: number, y: number, size: Size, grid: Size): number {
  if (!(x >= 0 && y >= 0 && x < size.width && y < size.height)) return -1
  const a = Math.round(((x - 0.5) * (grid.width - 1)) / (size.width - 1))
  const b = Math.round(((y - 0.5) * (grid.height - 1)) / (size.height - 1))
  return Math.min(grid.height - 1, Math.max(0, b)) * grid.width + Math.min(grid.width - 1, Math.max(0, a))
}

/** What moves static points between frames: a camera and the log inverse depth [frames, height, width] that goes with it. */
export interface StaticMotion {
  readonly camera: CameraMotion
  readonly value: Float32Array
}

/** Displacement in pixels that the camera alone gives node `at` of frame i in frame j: out[0], out[1]. */
function staticShift(motion: Float64Array, inverse: number, x: number, y: number, size: Size, out: Float64Array): void {
  const focal = focalOf(size)
  const u = (x - size.width / 2) / focal
  const v = (y - size.height / 2) / focal
  const z = Math.max(0.05, motion[6] * u + motion[7] * v + motion[8] + inverse * motion[11])
  out[0] = ((motion[0] * u + motion[1] * v + motion[2] + inverse * motion[9]) / z - u) * focal
  out[1] = ((motion[3] * u + motion[4] * v + motion[5] + inverse * motion[10]) / z - v) * focal
}

/**
 * Events: a node hidden in frame j is expected where its own motion leads (its known occluded place, or the camera's motion
 * plus its own as flow to the nearest frame that sees it shows it, gone on at the same speed); what is seen there, and came
 * from elsewhere, hides it.
 */
export function orderEvents(flow: FlowStore, frames: number, size: Size, grid: Size, fixed: StaticMotion | null = null): OrderEvents {
  const nodes = grid.width * grid.height
  const cover: number[] = []
  const hidden: number[] = []
  const targets: number[][] = Array.from({ length: frames }, () => [])
  for (const [from, to] of flow.pairs) targets[from].push(to)
  const [motionJ, motionT] = [new Float64Array(12), new Float64Array(12)]
  const [shiftJ, shiftT] = [new Float64Array(2), new Float64Array(2)]
  for (let i = 0; i < frames; i++) {
    for (const j of targets[i]) {
      if (Math.abs(j - i) < 2 || Math.abs(j - i) > 8 || !flow.has(j, i)) continue
      const pair = flow.read(i, j)
      const back = flow.read(j, i)
      // Frames on the way to j, the farthest first.
      const between = targets[i].filter(t => (t - i) * (j - i) > 0 && Math.abs(t - i) < Math.abs(j - i)).sort((s, t) => Math.abs(t - i) - Math.abs(s - i))
      if (fixed) relativeMotion(fixed.camera.rotations, fixed.camera.translations, i, j, motionJ)
      for (let at = 0; at < nodes; at++) {
        const x = nodeX(at % grid.width, size, grid)
        const y = nodeY(Math.floor(at / grid.width), size, grid)
        const n = nodeOf(pair, x, y)
        const status = pair.status[n]
        if (status !== FlowStatus.occluded && status !== FlowStatus.occludedKnown) continue
        let [u, v] = [Number.NaN, Number.NaN]
        if (status === FlowStatus.occludedKnown) [u, v] = [pair.flow[2 * n] / FLOW_UNITS_PER_PIXEL, pair.flow[2 * n + 1] / FLOW_UNITS_PER_PIXEL]
        else {
          for (const t of between) {
            const way = flow.read(i, t)
            const k = nodeOf(way, x, y)
            if (way.status[k] !== FlowStatus.visible) continue
            if (fixed) {
              const inverse = Math.exp(fixed.value[i * nodes + at])
              relativeMotion(fixed.camera.rotations, fixed.camera.translations, i, t, motionT)
              staticShift(motionT, inverse, x, y, size, shiftT)
              staticShift(motionJ, inverse, x, y, size, shiftJ)
            }
            const longer = (j - i) / (t - i)
            u = shiftJ[0] + (way.flow[2 * k] / FLOW_UNITS_PER_PIXEL - shiftT[0]) * longer
            v = shiftJ[1] + (way.flow[2 * k + 1] / FLOW_UNITS_PER_PIXEL - shiftT[1]) * longer
            break
          }
        }
        const [qx, qy] = [x + u, y + v]
        const place = gridNode(qx, qy, size, grid)
        if (place < 0) continue
        const m = nodeOf(back, qx, qy)
        if (back.status[m] === FlowStatus.visible) {
          // Seen in both frames and from this very place: the same surface, so nothing is hidden.
          const [rx, ry] = [qx + back.flow[2 * m] / FLOW_UNITS_PER_PIXEL, qy + back.flow[2 * m + 1] / FLOW_UNITS_PER_PIXEL]
          if (Math.hypot(rx - x, ry - y) < 3) continue
        } else if (back.status[m] === FlowStatus.occluded) continue
        cover.push(j * nodes + place)
        hidden.push(i * nodes + at)
      }
    }
  }
  return { cover: Int32Array.from(cover), hidden: Int32Array.from(hidden) }
}

/** Share of events that a hypothesis obeys clearly, of those that it decides at all. */
export function agreement(value: Float32Array, events: OrderEvents, clear = 0.04): { share: number; decided: number } {
  let [agree, against] = [0, 0]
  for (let k = 0; k < events.cover.length; k++) {
    const lead = value[events.cover[k]] - value[events.hidden[k]]
    if (lead > clear) agree++
    else if (lead < -clear) against++
  }
  return { share: agree / Math.max(1, agree + against), decided: agree + against }
}

/** [frames] events that a hypothesis obeys less those that it breaks, counted at both frames of an event. */
export function agreementByFrame(value: Float32Array, events: OrderEvents, frames: number, clear = 0.04): Float64Array {
  const nodes = value.length / frames
  const lead = new Float64Array(frames)
  for (let k = 0; k < events.cover.length; k++) {
    const difference = value[events.cover[k]] - value[events.hidden[k]]
    if (Math.abs(difference) <= clear) continue
    lead[Math.floor(events.cover[k] / nodes)] += Math.sign(difference)
    lead[Math.floor(events.hidden[k] / nodes)] += Math.sign(difference)
  }
  return lead
}

/** Weights of each node's links to its right and lower neighbour: near 1 where they move alike. */
function motionLinks(flow: FlowStore, frames: number, size: Size, grid: Size): { right: Float32Array; below: Float32Array } {
  const nodes = grid.width * grid.height
  const right = new Float32Array(frames * nodes)
  const below = new Float32Array(frames * nodes)
  const targets: number[][] = Array.from({ length: frames }, () => [])
  for (const [from, to] of flow.pairs) if (Math.abs(to - from) <= 4) targets[from].push(to)
  for (let i = 0; i < frames; i++) {
    // The longest of the short gaps, forward and backward: motions have parted most there.
    const chosen = [1, -1].flatMap(sign => targets[i].filter(t => (t - i) * sign > 0).sort((s, t) => Math.abs(t - i) - Math.abs(s - i)).slice(0, 1))
    const pairs = chosen.map(to => flow.read(i, to))
    const motions = pairs.map(pair => {
      const motion = new Float32Array(nodes * 2)
      for (let at = 0; at < nodes; at++) {
        const n = nodeOf(pair, nodeX(at % grid.width, size, grid), nodeY(Math.floor(at / grid.width), size, grid))
        motion[2 * at] = pair.flow[2 * n] / FLOW_UNITS_PER_PIXEL
        motion[2 * at + 1] = pair.flow[2 * n + 1] / FLOW_UNITS_PER_PIXEL
      }
      return motion
    })
    const alike = (at: number, step: number, hasBefore: boolean, hasAfter: boolean): number => {
      let most = 0
      for (const motion of motions) {
        const change = (n: number): number => Math.hypot(motion[2 * (n + step)] - motion[2 * n], motion[2 * (n + step) + 1] - motion[2 * n + 1])
        // A steady change is one surface turning or bending; a jump is a rim.
        const steady = Math.min(hasBefore ? change(at - step) : Infinity, hasAfter ? change(at + step) : Infinity)
        most = Math.max(most, change(at) - 1.2 * (steady === Infinity ? 0 : steady))
      }
      return Math.max(0.002, Math.exp((-most * most) / (2 * MOTION_SIGMA_PX * MOTION_SIGMA_PX)))
    }
    for (let at = 0; at < nodes; at++) {
      const x = at % grid.width
      if (x < grid.width - 1) right[i * nodes + at] = alike(at, 1, x > 0, x < grid.width - 2)
      if (at < nodes - grid.width) below[i * nodes + at] = alike(at, grid.width, at >= grid.width, at < nodes - 2 * grid.width)
    }
  }
  return { right, below }
}

/** Index of the node that flow joins each node to in the next frame, or -1. */
function timeLinks(flow: FlowStore, frames: number, size: Size, grid: Size): Int32Array {
  const nodes = grid.width * grid.height
  const next = new Int32Array(frames * nodes).fill(-1)
  for (let i = 0; i + 1 < frames; i++) {
    if (!flow.has(i, i + 1)) continue
    const pair = flow.read(i, i + 1)
    for (let at = 0; at < nodes; at++) {
      const x = nodeX(at % grid.width, size, grid)
      const y = nodeY(Math.floor(at / grid.width), size, grid)
      const n = nodeOf(pair, x, y)
      if (pair.status[n] !== FlowStatus.visible) continue
      const to = gridNode(x + pair.flow[2 * n] / FLOW_UNITS_PER_PIXEL, y + pair.flow[2 * n + 1] / FLOW_UNITS_PER_PIXEL, size, grid)
      if (to >= 0) next[i * nodes + at] = (i + 1) * nodes + to
    }
  }
  return next
}

/** Links of every node to others in one list: CSR over all nodes. */
function linkLists(count: number, pairs: readonly { a: Int32Array; b: Int32Array }[]): { start: Int32Array; other: Int32Array; link: Int32Array } {
  const start = new Int32Array(count + 1)
  for (const { a, b } of pairs) {
    for (let k = 0; k < a.length; k++) {
      start[a[k] + 1]++
      start[b[k] + 1]++
    }
  }
  for (let k = 0; k < count; k++) start[k + 1] += start[k]
  const other = new Int32Array(start[count])
  /** Positive: index + 1 of the link with this node as `a`; negative: as `b`. */
  const link = new Int32Array(start[count])
  const at = start.slice(0, count)
  for (const { a, b } of pairs) {
    for (let k = 0; k < a.length; k++) {
      other[at[a[k]]] = b[k]
      link[at[a[k]]++] = k + 1
      other[at[b[k]]] = a[k]
      link[at[b[k]]++] = -k - 1
    }
  }
  return { start, other, link }
}

/** Sweeps at one resolution, from `initial` on. */
async function relaxed(
  flow: FlowStore, frames: number, size: Size, hypothesis: DepthHypothesis, initial: Float32Array, events: OrderEvents, onSweep: () => Promise<void>,
): Promise<Float32Array> {
  const { width, height } = hypothesis
  const nodes = width * height
  const total = frames * nodes
  const { right, below } = motionLinks(flow, frames, size, hypothesis)
  const next = timeLinks(flow, frames, size, hypothesis)
  const previous = new Int32Array(total).fill(-1)
  for (let k = 0; k < total; k++) if (next[k] >= 0) previous[next[k]] = k
  const { start, other, link } = linkLists(total, [{ a: events.cover, b: events.hidden }])
  const value = initial.slice()
  const relax = (at: number): void => {
    const node = at % nodes
    const x = node % width
    const off = (value[at] - hypothesis.value[at]) / DATA_SCALE
    const data = (DATA_WEIGHT * hypothesis.confidence[at]) / (1 + off * off)
    let weight = data + REST_WEIGHT
    let sum = data * hypothesis.value[at]
    const pull = (n: number, w: number): void => {
      weight += w
      sum += w * value[n]
    }
    if (x > 0) pull(at - 1, SPACE_WEIGHT * right[at - 1])
    if (x < width - 1) pull(at + 1, SPACE_WEIGHT * right[at])
    if (node >= width) pull(at - width, SPACE_WEIGHT * below[at - width])
    if (node < nodes - width) pull(at + width, SPACE_WEIGHT * below[at])
    if (next[at] >= 0) pull(next[at], TIME_WEIGHT)
    if (previous[at] >= 0) pull(previous[at], TIME_WEIGHT)
    for (let k = start[at]; k < start[at + 1]; k++) {
      // As the cover this node wants to be nearer, as the hidden one farther.
      const wanted = value[other[k]] + (link[k] > 0 ? MARGIN : -MARGIN)
      if (link[k] > 0 ? value[at] < wanted : value[at] > wanted) {
        // An event against many others is a mistake: its pull is bounded.
        const gap = Math.abs(value[at] - wanted)
        const w = EVENT_WEIGHT / (1 + gap / 0.2)
        weight += w
        sum += w * wanted
      }
    }
    value[at] = sum / weight
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    if (sweep % 4 === 0) await onSweep()
    if (sweep % 2 === 0) for (let at = 0; at < total; at++) relax(at)
    else for (let at = total - 1; at >= 0; at--) relax(at)
  }
  return value
}

/** Bilinear, corners aligned, each frame by itself. */
function resized(plane: Float32Array, frames: number, from: Size, to: Size): Float32Array {
  const out = new Float32Array(frames * to.width * to.height)
  for (let frame = 0; frame < frames; frame++) {
    const values = plane.subarray(frame * from.width * from.height, (frame + 1) * from.width * from.height)
    for (let y = 0, at = frame * to.width * to.height; y < to.height; y++) {
      const v = (y * (from.height - 1)) / Math.max(1, to.height - 1)
      const j = Math.min(Math.max(0, from.height - 2), Math.floor(v))
      const below = from.height > 1 ? from.width : 0
      for (let x = 0; x < to.width; x++, at++) {
        const u = (x * (from.width - 1)) / Math.max(1, to.width - 1)
        const i = Math.min(Math.max(0, from.width - 2), Math.floor(u))
        const [k, fu, fv] = [j * from.width + i, u - i, v - j]
        const next = from.width > 1 ? 1 : 0
        out[at] = (values[k] * (1 - fu) + values[k + next] * fu) * (1 - fv) + (values[k + below] * (1 - fu) + values[k + below + next] * fu) * fv
      }
    }
  }
  return out
}

/**
 * Log inverse depth [frames, height, width] that obeys the events at the hypothesis's own resolution. Solved from coarse to
 * fine, so that a whole surface follows what its rim says.
 * @param camera the motion that the hypothesis goes with; null when it is a guess
 * @param onSweep called now and then; it may throw to cancel
 */
export async function orderedDepth(
  flow: FlowStore, frames: number, size: Size, hypothesis: DepthHypothesis, camera: CameraMotion | null, onSweep: () => Promise<void>,
): Promise<Float32Array> {
  const full = { width: hypothesis.width, height: hypothesis.height }
  const shrunk = (by: number): Size => ({ width: Math.max(4, Math.round(full.width / by)), height: Math.max(4, Math.round(full.height / by)) })
  let correction: { grid: Size; values: Float32Array } | null = null
  for (const by of COARSENESS) {
    const grid = by === 1 ? full : shrunk(by)
    const value = by === 1 ? hypothesis.value : resized(hypothesis.value, frames, full, grid)
    const confidence = by === 1 ? hypothesis.confidence : resized(hypothesis.confidence, frames, full, grid)
    const start = correction === null ? value : resized(correction.values, frames, correction.grid, grid).map((c, k) => c + value[k])
    const events = orderEvents(flow, frames, size, grid, camera && { camera, value })
    const solved: Float32Array = await relaxed(flow, frames, size, { ...grid, value, confidence }, start, events, onSweep)
    correction = { grid, values: solved.map((v, k) => v - value[k]) }
  }
  return hypothesis.value.map((v, k) => v + (correction?.values[k] ?? 0))
}
