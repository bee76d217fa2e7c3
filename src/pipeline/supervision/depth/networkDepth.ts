/**
 * A network's depth maps of a clip as its prior: each frame's map up to its own scale, made one scene by the flow that joins them, and
 * trusted as far as it obeys what occludes what. Cached per clip. Not here: the network (server/models).
 */
import { join } from 'node:path'
import { throwIfCancelled } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'
import { clipKey } from '../clipKey.ts'
import type { DepthNetwork } from '../networks.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { DepthProvider, FlowStore, SupervisionContext } from '../supervision.ts'
import { BandedSystem } from './bandedCholesky.ts'
import { readDepthFile, writeDepthFile } from './depthFile.ts'
import { normaliseDepth, resampleDepth } from './folderDepth.ts'
import { agreement, orderEvents } from './orderedDepth.ts'

/** Raised when what is made of the network's numbers changes. */
const METHOD_VERSION = 1
const SUBJECT = 'depth of the network'
/** Inverse depth is known up to a shift too: the farthest is put at this share of the nearest's inverse depth. */
const FARTHEST = 0.08
/** Trust in maps that obey every occlusion, in maps that obey as many as chance, and where there are too few to say. */
const FULL_TRUST = 0.8
const UNTESTED_TRUST = 0.3
const LEAST_EVENTS = 40
/** Frames further apart than this are not compared: a camera that walks on changes depth itself. */
const FARTHEST_GAP = 8
/** Weight of the wish that a frame's scale stays as the network gave it. */
const REST_WEIGHT = 0.02

export function networkDepth(network: DepthNetwork): DepthProvider {
  const id = `network-${METHOD_VERSION}-${network.id}`
  return {
    id,
    async compute(context, flow, size) {
      const { frames } = context
      throwIfCancelled(context.signal, SUBJECT)
      const file = join(context.cacheFolder, `depth-${await clipKey(frames, { id, size })}.bin`)
      const count = frames.clip.frameCount
      let maps = readDepthFile(file, count * size.width * size.height)
      if (maps === null) {
        maps = await readMaps(context, network, size)
        writeDepthFile(file, maps)
      }
      const depth = toDistance(maps, network.meaning)
      alignScales(depth, size, flow, frames.work, count)
      normaliseDepth(depth)
      const value = depth.map(d => -Math.log(d))
      const events = orderEvents(flow, count, frames.work, size)
      const { share, decided } = agreement(value, events)
      const trust = decided < LEAST_EVENTS ? UNTESTED_TRUST : FULL_TRUST * Math.max(0, 2 * share - 1)
      context.onProgress?.(count, count)
      return { ...size, depth, trust }
    },
  }
}

async function readMaps(context: SupervisionContext, network: DepthNetwork, size: Size): Promise<Float32Array> {
  const { frames, signal, onProgress } = context
  const count = frames.clip.frameCount
  const maps = new Float32Array(count * size.width * size.height)
  const opened = await network.open(context)
  try {
    for (let frame = 0; frame < count; frame++) {
      throwIfCancelled(signal, SUBJECT)
      const map = await opened.depth(await frames.workRgb(frame), frames.work)
      // A map's own zero and what is below it are the far end of inverse depth, not unknown.
      const positive = network.meaning === 'inverse' ? { ...map, values: map.values.map(v => Math.max(v, 1e-6)) } : map
      maps.set(resampleDepth(positive, size.width, size.height), frame * size.width * size.height)
      onProgress?.(frame + 1, count)
    }
  } finally {
    await opened.close()
  }
  return maps
}

/** Distances, positive everywhere: unknown nodes get the clip's median. */
export function toDistance(maps: Float32Array, meaning: DepthNetwork['meaning']): Float32Array {
  const known = maps.filter(v => v > 0 && v < Infinity).sort()
  if (known.length === 0) return new Float32Array(maps.length).fill(1)
  const at = (share: number) => known[Math.min(known.length - 1, Math.floor(known.length * share))]
  const middle = at(0.5)
  if (meaning === 'distance') return maps.map(v => (v > 0 && v < Infinity ? v : middle))
  const [low, high] = [at(0.01), at(0.99)]
  const span = high - low
  if (!(span > 0)) return new Float32Array(maps.length).fill(1)
  return maps.map(v => 1 / (FARTHEST + (1 - FARTHEST) * Math.min(1.5, Math.max(0, ((v > 0 ? v : middle) - low) / span))))
}

/** Multiplies each frame's depth by a scale, so that what flow says is one surface has one depth, as far as scales can do it. */
export function alignScales(depth: Float32Array, size: Size, flow: FlowStore, work: Size, count: number): void {
  const nodes = size.width * size.height
  const system = new BandedSystem(count, FARTHEST_GAP)
  for (let t = 0; t < count; t++) system.add(t, t, REST_WEIGHT)
  for (const [from, to] of flow.pairs) {
    const gap = to - from
    if (gap < 1 || gap > FARTHEST_GAP) continue
    const ratio = medianLogRatio(depth, size, flow.read(from, to), work, nodes)
    if (ratio === null) continue
    const weight = 1 / gap
    system.add(from, from, weight)
    system.add(to, to, weight)
    system.add(to, from, -weight)
    system.right[from] += weight * ratio
    system.right[to] -= weight * ratio
  }
  const logs = system.solve()
  logs?.forEach((log, t) => {
    const scale = Math.exp(log)
    for (let k = t * nodes; k < (t + 1) * nodes; k++) depth[k] *= scale
  })
}

/** Median over visible nodes of log(depth in `to` / depth in `from`); null where too few are seen in both. */
function medianLogRatio(depth: Float32Array, size: Size, pair: ReturnType<FlowStore['read']>, work: Size, nodes: number): number | null {
  const node = (frame: number, x: number, y: number) => {
    const i = Math.min(size.width - 1, Math.max(0, Math.round(((x - 0.5) * (size.width - 1)) / (work.width - 1))))
    const j = Math.min(size.height - 1, Math.max(0, Math.round(((y - 0.5) * (size.height - 1)) / (work.height - 1))))
    return depth[frame * nodes + j * size.width + i]
  }
  const ratios: number[] = []
  for (let j = 0; j < pair.rows; j += 4) {
    for (let i = 0; i < pair.columns; i += 4) {
      const k = j * pair.columns + i
      if (pair.status[k] !== FlowStatus.visible) continue
      const [x, y] = [(i + 0.5) * pair.stride, (j + 0.5) * pair.stride]
      ratios.push(Math.log(node(pair.to, x + pair.flow[2 * k] / FLOW_UNITS_PER_PIXEL, y + pair.flow[2 * k + 1] / FLOW_UNITS_PER_PIXEL) / node(pair.from, x, y)))
    }
  }
  return ratios.length < 20 ? null : ratios.sort((p, q) => p - q)[ratios.length >> 1]
}
