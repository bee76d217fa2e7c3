/**
 * The depth prior that needs no weights: the camera's motion from flow, each frame's depth from parallax, near and far told
 * apart by what occludes what, and things that move by themselves put in front of what they hide. Where a clip gives no
 * evidence the prior is constant and says so with trust 0. Not here: maps that the person has (folderDepth.ts).
 */
import { throwIfCancelled } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'
import type { FrameSource } from '../../frames/frameSource.ts'
import type { DepthPrior, DepthProvider, FlowStore } from '../supervision.ts'
import { estimateCamera, polishCamera } from './cameraMotion.ts'
import type { CameraMotion } from './cameraMotion.ts'
import { chooseByFrame, joinCameras } from './cameraSegments.ts'
import { normaliseDepth } from './folderDepth.ts'
import { agreement, agreementByFrame, orderedDepth, orderEvents } from './orderedDepth.ts'
import type { DepthHypothesis } from './orderedDepth.ts'
import { nodeX, nodeY, parallaxDepth } from './parallaxDepth.ts'
import { collectSightings } from './sightings.ts'
import { smoothDepth } from './smoothDepth.ts'

const METHOD_VERSION = 1
const SUBJECT = 'depth prior'
/** Nodes whose information is this say half. */
const HALF_INFORMATION = 40
/** Share of occlusion events that parallax must agree with to be believed at all, and fully. */
const LEAST_AGREEMENT = 0.6
const FULL_AGREEMENT = 0.9
/** Fewer events say nothing. */
const LEAST_EVENTS = 40
/** Steps of the adjustment after near and far are decided. */
const POLISH_STEPS = 25
/** Columns of the grid on which near and far are decided. */
const VOTE_COLUMNS = 48
/** Trust in parallax that every node and event supports, and in order alone. */
const PARALLAX_TRUST = 0.8
const ORDER_TRUST = 0.15

/** Spread of log depth, exceeded by three nodes in ten, that shows a camera moving through a scene. */
const RELIEF = 0.1

type Breathe = () => Promise<void>

/** What occlusion says of a camera's depths. */
interface Vote {
  readonly camera: CameraMotion
  readonly share: number
  readonly decided: number
  /** [frames] events for it less those against it. */
  readonly lead: Float64Array
}

export function builtinDepth(): DepthProvider {
  return {
    id: `parallax-${METHOD_VERSION}`,
    async compute(context, flow, size) {
      throwIfCancelled(context.signal, SUBJECT)
      const { frames } = context
      const count = frames.clip.frameCount
      let done = 0
      const total = 150 + 4 * count
      const breathe: Breathe = async () => {
        // Lets an abort be heard between steps.
        await new Promise(resolve => setImmediate(resolve))
        throwIfCancelled(context.signal, SUBJECT)
        context.onProgress?.(Math.min(++done, total - 1), total)
      }
      const parallax = await bestParallax(flow, frames.work, count, breathe)
      const found = parallax ? await denseHypothesis(frames, flow, parallax.camera, size, parallax.belief, breathe) : null
      await breathe()
      const events = orderEvents(flow, count, frames.work, size, found && parallax && { camera: parallax.camera, value: found.value })
      const enough = events.cover.length >= LEAST_EVENTS
      if (!found && !enough) return constantDepth(count, size)
      const nodes = count * size.width * size.height
      const hypothesis = found ?? { ...size, value: new Float32Array(nodes), confidence: new Float32Array(nodes) }
      const value = enough ? await orderedDepth(flow, count, frames.work, hypothesis, parallax?.camera ?? null, breathe) : hypothesis.value
      const depth = value.map(v => Math.exp(-v))
      normaliseDepth(depth)
      const order = enough ? ORDER_TRUST * Math.max(0, 2 * agreement(value, events).share - 1) : 0
      const sure = (hypothesis.confidence.reduce((sum, c) => sum + (c > 0.4 ? 1 : 0), 0) / nodes) * relief(hypothesis)
      context.onProgress?.(total, total)
      return { ...size, depth, trust: Math.max(order, PARALLAX_TRUST * sure * (parallax?.belief ?? 0)) }
    },
  }
}

function constantDepth(frames: number, size: Size): DepthPrior {
  return { ...size, depth: new Float32Array(frames * size.width * size.height).fill(1), trust: 0 }
}

/**
 * 0 where confident nodes lie on one plane before the camera: a still camera and a plane tell nothing of depth, whatever
 * pose fits them. 1 from a spread of RELIEF on.
 */
function relief(hypothesis: DepthHypothesis): number {
  const sure = hypothesis.value.filter((_, k) => k % 5 === 0 && hypothesis.confidence[k] > 0.2).sort()
  if (sure.length === 0) return 0
  const middle = sure[sure.length >> 1]
  const spread = sure.map(v => Math.abs(v - middle)).sort()[Math.floor(sure.length * 0.7)]
  return Math.min(1, spread / RELIEF)
}

/** The camera motion whose depths agree best with occlusion, and how far it may be believed; null when none may. */
async function bestParallax(flow: FlowStore, work: Size, count: number, breathe: Breathe): Promise<{ camera: CameraMotion; belief: number } | null> {
  const sightings = collectSightings(flow, work, count)
  if (sightings.anchor.length < 40) return null
  const solutions = await estimateCamera(sightings, breathe)
  const grid = { width: VOTE_COLUMNS, height: Math.max(4, Math.round((VOTE_COLUMNS * work.height) / work.width)) }
  const poll = async (camera: CameraMotion): Promise<Vote> => {
    const value = new Float32Array(count * grid.width * grid.height)
    for (let frame = 0; frame < count; frame++) {
      if (frame % 2 === 0) await breathe()
      value.set(parallaxDepth(flow, camera, frame, work, grid).inverse.map(Math.log), frame * grid.width * grid.height)
    }
    const events = orderEvents(flow, count, work, grid, { camera, value })
    return { camera, ...agreement(value, events), lead: agreementByFrame(value, events, count) }
  }
  const votes = [await poll(solutions[0]), await poll(solutions[1])]
  const whole = votes[0].share >= votes[1].share ? 0 : 1
  let best = await poll(await polishCamera(sightings, solutions[whole], POLISH_STEPS, breathe))
  const choice = chooseByFrame(votes[0].lead.map((v, t) => v - votes[1].lead[t]))
  if (choice.some(c => c !== whole)) {
    // A joined motion must fit the flow better and obey occlusion better than the whole one.
    const joined = await joinCameras(sightings, solutions, choice, breathe)
    const other = await poll(await polishCamera(sightings, joined, POLISH_STEPS, breathe))
    if (other.camera.cost < best.camera.cost && other.share > best.share) best = other
  }
  if (best.decided < LEAST_EVENTS || best.share < LEAST_AGREEMENT) return null
  return { camera: best.camera, belief: Math.min(1, (best.share - LEAST_AGREEMENT) / (FULL_AGREEMENT - LEAST_AGREEMENT)) }
}

/** Depth from parallax in all frames, smoothed along the image; confidence is scaled by `belief`. */
async function denseHypothesis(frames: FrameSource, flow: FlowStore, camera: CameraMotion, size: Size, belief: number, breathe: Breathe): Promise<DepthHypothesis> {
  const { work, clip } = frames
  const nodes = size.width * size.height
  const value = new Float32Array(clip.frameCount * nodes)
  const sure = new Float32Array(clip.frameCount * nodes)
  for (let frame = 0; frame < clip.frameCount; frame++) {
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
    value.set(smoothDepth(found, guide, confidence).map(Math.log), frame * nodes)
    sure.set(
      confidence.map(c => c * belief),
      frame * nodes,
    )
  }
  return { ...size, value, confidence: sure }
}
