import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../test/builders/exactFlow.ts'
import { TrackState, type TrackSet } from '../../shared/tracks.ts'
import { evaluationQueries } from '../evaluate/evaluationQueries.ts'
import { renderScene } from '../synth/synthScenes.ts'
import { synthFrames } from '../synth/synthFrames.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import { fuse, type Fused, type FuseInput } from './fuse.ts'
import { MatchIndex } from './matchIndex.ts'
import { createPatches } from './patches.ts'

const FRAMES = 14
const clip = renderScene('parallax', { width: 120, height: 90, frames: FRAMES, seed: 5 })
const truth = clip.groundTruth({ count: 40 })
const queries = evaluationQueries(truth, 'first')
const gaps = [1, 2, 4, 8]
let flow: FlowStore
let patches: Awaited<ReturnType<typeof createPatches>>

beforeAll(async () => {
  flow = exactFlowStore(clip, gaps)
  patches = await createPatches(synthFrames(clip), 1)
})
afterAll(() => patches.close())

/** A field that is off by `errorPx` everywhere and knows the order of surfaces. */
function input(chosen: readonly number[], errorPx: number): FuseInput {
  const positions = new Float32Array(chosen.length * FRAMES * 2)
  const fieldGaps = new Float32Array(chosen.length * FRAMES)
  chosen.forEach((q, n) => {
    for (let t = 0; t < FRAMES; t++) {
      const from = queries[q].track * FRAMES + t
      positions[(n * FRAMES + t) * 2] = truth.positions[from * 2] + errorPx
      positions[(n * FRAMES + t) * 2 + 1] = truth.positions[from * 2 + 1]
      fieldGaps[n * FRAMES + t] = truth.states[from] === TrackState.occluded ? 0.2 : 0
    }
  })
  return {
    frames: FRAMES, width: clip.width, height: clip.height,
    queryFrames: Int32Array.from(chosen, q => queries[q].frame),
    queryPoints: Float32Array.from(chosen.flatMap(q => [queries[q].x, queries[q].y])),
    field: { positions, gaps: fieldGaps }, flow, flowGaps: gaps, matches: new MatchIndex(null),
    calibration: { tau: 0.03, fieldErrorPx: errorPx, depthAccuracy: 1 }, patches,
  }
}

/** Errors in pixels over visible frames, sorted, and the share of frames whose visibility is right. */
function judge(fused: Fused, tracks: TrackSet): { errors: number[]; right: number } {
  const errors: number[] = []
  let right = 0
  let all = 0
  queries.forEach((query, n) => {
    for (let t = 0; t < FRAMES; t++) {
      const state = tracks.states[query.track * FRAMES + t]
      if (state === TrackState.outOfFrame) continue
      const at = (query.track * FRAMES + t) * 2
      const k = (n * FRAMES + t) * 2
      if (state === TrackState.visible) errors.push(Math.hypot(fused.positions[k] - tracks.positions[at], fused.positions[k + 1] - tracks.positions[at + 1]))
      all++
      if (fused.logits[n * FRAMES + t] > 0 === (state === TrackState.visible)) right++
    }
  })
  return { errors: errors.sort((a, b) => a - b), right: right / all }
}

const everyone = queries.map((_, q) => q)

describe('fusion of field, flow and patches', () => {
  it('is as fine as exact flow although the field is off by three pixels', async () => {
    const { errors, right } = judge(await fuse(input(everyone, 3)), truth)
    expect(errors[errors.length >> 1]).toBeLessThan(0.25)
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThan(1.5)
    expect(right).toBeGreaterThan(0.93)
  })

  it('keeps the query where the person put it', async () => {
    const fused = await fuse(input(everyone, 3))
    queries.forEach((query, n) => {
      const at = (n * FRAMES + query.frame) * 2
      expect([fused.positions[at], fused.positions[at + 1]]).toEqual([Math.fround(query.x), Math.fround(query.y)])
    })
  })

  it('lets no query see another: each alone gives the same bits', async () => {
    const together = await fuse(input(everyone, 3))
    for (const q of [0, 7, everyone.length - 1]) {
      const alone = await fuse(input([q], 3))
      expect(alone.positions).toEqual(together.positions.slice(q * FRAMES * 2, (q + 1) * FRAMES * 2))
      expect(alone.logits).toEqual(together.logits.slice(q * FRAMES, (q + 1) * FRAMES))
    }
  })

  it('follows the field where no flow exists at all', async () => {
    const none: FlowStore = { pairs: [], has: () => false, read: () => { throw new Error('no flow') } }
    const fused = await fuse({ ...input(everyone, 1), flow: none, patches: null })
    const { errors } = judge(fused, truth)
    expect(errors.at(-1)!).toBeLessThan(1.01)
  })
})
