/**
 * The depth prior that needs no weights: the camera's motion from flow, each frame's depth from parallax, near and far told
 * apart by what occludes what. Where a clip gives no evidence the prior is constant and says so with trust 0.
 * Not here: maps that the person has (folderDepth.ts).
 */
import { throwIfCancelled } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'
import type { DepthPrior, DepthProvider, FlowStore, SupervisionContext } from '../supervision.ts'
import { collectSightings, estimateCamera } from './cameraMotion.ts'
import type { CameraMotion } from './cameraMotion.ts'
import { normaliseDepth } from './folderDepth.ts'
import { occlusionEvents } from './occlusionOrder.ts'
import { nodeX, nodeY, parallaxDepth } from './parallaxDepth.ts'
import type { InverseDepth } from './parallaxDepth.ts'
import { smoothDepth } from './smoothDepth.ts'

const METHOD_VERSION = 1
const SUBJECT = 'depth prior'
/** Nodes whose information is this say half. */
const HALF_INFORMATION = 40
/** Depth ratio that an occlusion event must show to count, as |log|. */
const CLEAR = 0.05
/** Share of occlusion events that must agree, and how many events make a vote. */
const LEAST_AGREEMENT = 0.6
const LEAST_EVENTS = 40
/** Node grid and frames that decide between near and far. */
const VOTE_COLUMNS = 64
const VOTE_FRAMES = 24

export function builtinDepth(): DepthProvider {
  return {
    id: `parallax-${METHOD_VERSION}`,
    async compute(context, flow, size) {
      throwIfCancelled(context.signal, SUBJECT)
      const { frames } = context
      const count = frames.clip.frameCount
      const sightings = collectSightings(flow, frames.work, count)
      if (sightings.anchor.length < 40) return constantDepth(count, size)
      let done = 0
      const total = 52 + count
      const breathe = async (): Promise<void> => {
        // Lets an abort be heard between steps.
        await new Promise(resolve => setImmediate(resolve))
        throwIfCancelled(context.signal, SUBJECT)
        context.onProgress?.(++done, total)
      }
      const solutions = await estimateCamera(sightings, breathe)
      const votes = []
      for (const camera of solutions) {
        await breathe()
        votes.push(vote(flow, camera, frames.work, count))
      }
      const chosen = votes[0].share >= votes[1].share ? 0 : 1
      const { share, events } = votes[chosen]
      if (events < LEAST_EVENTS || share < LEAST_AGREEMENT) return constantDepth(count, size)
      const prior = await denseDepth(context, flow, solutions[chosen], size, breathe)
      context.onProgress?.(total, total)
      return { ...prior, trust: prior.trust * Math.min(1, (share - LEAST_AGREEMENT) / 0.3) }
    },
  }
}

function constantDepth(frames: number, size: Size): DepthPrior {
  return { ...size, depth: new Float32Array(frames * size.width * size.height).fill(1), trust: 0 }
}

/** How many of the occlusion events between frames agree with a solution's depths. */
function vote(flow: FlowStore, camera: CameraMotion, size: Size, count: number): { share: number; events: number } {
  const grid = { width: VOTE_COLUMNS, height: Math.max(4, Math.round((VOTE_COLUMNS * size.height) / size.width)) }
  const step = Math.max(1, Math.ceil(count / VOTE_FRAMES))
  const depths = new Map<number, InverseDepth>()
  const depthOf = (frame: number): InverseDepth => {
    let depth = depths.get(frame)
    if (depth === undefined) depths.set(frame, (depth = parallaxDepth(flow, camera, frame, size, grid)))
    return depth
  }
  let [agree, against] = [0, 0]
  for (const [from, to] of flow.pairs) {
    if (from % step !== 0 || to % step !== 0 || Math.abs(to - from) < 2) continue
    for (const event of occlusionEvents(flow, camera, depthOf(from), depthOf(to), from, to, size)) {
      const ratio = Math.log(event.coverInverse / event.hiddenInverse)
      if (ratio > CLEAR) agree++
      else if (ratio < -CLEAR) against++
    }
  }
  const events = agree + against
  return { share: events === 0 ? 0 : agree / events, events }
}

async function denseDepth(context: SupervisionContext, flow: FlowStore, camera: CameraMotion, size: Size, breathe: () => Promise<void>): Promise<DepthPrior> {
  const { frames } = context
  const { work } = frames
  const nodes = size.width * size.height
  const depth = new Float32Array(frames.clip.frameCount * nodes)
  let sure = 0
  for (let frame = 0; frame < frames.clip.frameCount; frame++) {
    await breathe()
    const found = parallaxDepth(flow, camera, frame, work, size)
    const confidence = found.information.map((h, k) => h / (h + HALF_INFORMATION) / (1 + found.error[k] ** 4))
    const rgb = await frames.workRgb(frame)
    const guide = new Float32Array(nodes * 3)
    for (let b = 0, at = 0; b < size.height; b++) {
      for (let a = 0; a < size.width; a++, at += 3) {
        const pixel = (Math.floor(nodeY(b, work, size)) * work.width + Math.floor(nodeX(a, work, size))) * 3
        for (let c = 0; c < 3; c++) guide[at + c] = rgb[pixel + c]
      }
    }
    const smooth = smoothDepth(found, guide, confidence)
    for (let k = 0; k < nodes; k++) {
      depth[frame * nodes + k] = 1 / smooth[k]
      if (confidence[k] > 0.5) sure++
    }
  }
  normaliseDepth(depth)
  return { ...size, depth, trust: 0.8 * (sure / depth.length) }
}
