/** Tracks of others as matches: exact ones of a synthetic clip, and wrong ones, beside what flow knows. */
import { describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../../test/builders/exactFlow.ts'
import { TrackState, type TrackSet } from '../../../shared/tracks.ts'
import { Sampler } from '../../field/sampler.ts'
import { synthFrames } from '../../synth/synthFrames.ts'
import { renderScene } from '../../synth/synthScenes.ts'
import { FlowStatus, type LongMatches, type MatchProvider } from '../supervision.ts'
import { extraMatches } from './extraMatches.ts'

const FRAMES = 20
const clip = renderScene('reappear', { width: 96, height: 72, frames: FRAMES, seed: 3, noise: 0 })
const truth = clip.groundTruth({ count: 40 })
const gaps = [1, 2]
const flow = exactFlowStore(clip, gaps)
/** Half the clip's size: matches are in working pixels, tracks in those of the clip. */
const frames = synthFrames(clip, 48)
const context = { frames, cacheFolder: '', threads: 1 }

const noMatches: LongMatches = { frameA: new Int32Array(0), frameB: new Int32Array(0), a: new Float32Array(0), b: new Float32Array(0), confidence: new Float32Array(0) }
const one: LongMatches = { frameA: Int32Array.of(0), frameB: Int32Array.of(9), a: Float32Array.of(1, 2), b: Float32Array.of(3, 4), confidence: Float32Array.of(0.9) }
const giving = (matches: LongMatches): MatchProvider => ({ id: 'own', compute: async () => matches })
const taught = (tracks: TrackSet, id = 'a') => extraMatches(giving(noMatches), [{ id, tracks }])

/** The same tracks with other numbers. */
function changed(change: (set: { positions: Float32Array; states: Uint8Array }) => void): TrackSet {
  const set = { ...truth, positions: truth.positions.slice(), states: truth.states.slice() }
  change(set)
  return set
}

describe('tracks of others as matches', () => {
  it('are places of one track in two far frames, where it is seen in both, in working pixels', async () => {
    const m = await taught(truth).compute(context, flow)
    expect(m.frameA.length).toBeGreaterThan(200)
    const found = new Set<number>()
    for (let k = 0; k < m.frameA.length; k++) {
      const [a, b] = [m.frameA[k], m.frameB[k]]
      expect(b).toBeGreaterThan(a)
      const row = truth.ids.findIndex((_, r) => {
        const at = (frame: number) => 2 * (r * FRAMES + frame)
        const near = (frame: number, xy: readonly number[]) => Math.hypot(truth.positions[at(frame)] / 2 - xy[0], truth.positions[at(frame) + 1] / 2 - xy[1]) < 1e-3
        return near(a, [...m.a.subarray(2 * k, 2 * k + 2)]) && near(b, [...m.b.subarray(2 * k, 2 * k + 2)])
      })
      expect(row).toBeGreaterThanOrEqual(0)
      expect([truth.states[row * FRAMES + a], truth.states[row * FRAMES + b]]).toEqual([TrackState.visible, TrackState.visible])
      found.add(row)
    }
    // Every track that is seen in two far frames, over short gaps and long ones.
    const seenTwice = truth.ids.filter((_, r) => {
      const seen = [...truth.states.subarray(r * FRAMES, (r + 1) * FRAMES).keys()].filter(t => truth.states[r * FRAMES + t] === TrackState.visible)
      return seen.length > 1 && seen.at(-1)! - seen[0] > 8
    })
    expect(found.size).toBeGreaterThanOrEqual(seenTwice.length)
    const spans = [...m.frameA.keys()].map(k => m.frameB[k] - m.frameA[k])
    expect(Math.min(...spans)).toBe(3)
    expect(Math.max(...spans)).toBeGreaterThan(FRAMES * 0.75)
  })

  it('say nothing that flow knows', async () => {
    const far = exactFlowStore(clip, [1, 4, 8])
    const m = await taught(truth).compute({ ...context, frames: synthFrames(clip) }, far)
    for (let k = 0; k < m.frameA.length; k++) {
      const [a, b] = [m.frameA[k], m.frameB[k]]
      if (!far.has(a, b)) continue
      const [x, y] = m.a.subarray(2 * k, 2 * k + 2)
      expect(far.read(a, b).status[Math.floor(y) * clip.width + Math.floor(x)]).not.toBe(FlowStatus.visible)
    }
  })

  it('come beside the provider’s own, which stay as they are; at most 64 of a track', async () => {
    const long = { ...truth, ids: truth.ids.slice(0, 1) }
    const m = await extraMatches(giving(one), [{ id: 'a', tracks: long }, { id: 'b', tracks: long }]).compute(context, flow)
    expect([m.frameA[0], m.frameB[0], ...m.a.subarray(0, 2), ...m.b.subarray(0, 2)]).toEqual([0, 9, 1, 2, 3, 4])
    expect(m.confidence[0]).toBeCloseTo(0.9)
    const added = m.frameA.length - 1
    expect(added).toBeGreaterThan(0)
    expect(added).toBeLessThanOrEqual(128)
    expect(m.frameA.subarray(1, 1 + added / 2)).toEqual(m.frameA.subarray(1 + added / 2))
  })

  it('unseen everywhere, unknown or outside the frame give none', async () => {
    expect((await taught(changed(set => set.states.fill(TrackState.occluded))).compute(context, flow)).frameA).toHaveLength(0)
    expect((await taught(changed(set => set.positions.fill(Number.NaN))).compute(context, flow)).frameA).toHaveLength(0)
    expect((await taught(changed(set => set.positions.fill(-3))).compute(context, flow)).frameA).toHaveLength(0)
  })

  it('are part of what the matches are called: other tracks, another run', () => {
    expect(new Set([giving(noMatches).id, taught(truth).id, taught(truth, 'b').id]).size).toBe(3)
    expect(taught(truth).id).toBe(taught(truth).id)
  })

  it('are drawn by the sampler, and dropped where the field stays far from them', async () => {
    const m = await taught(truth).compute(context, flow)
    const sampler = new Sampler(exactFlowStore(clip, gaps, { stride: 2 }), m, {
      frames: FRAMES, ...frames.work, pairsPerStep: 4, pointsPerPair: 16, occludedShare: 0, longTermGroups: 8, couples: false, seed: 1,
    })
    const isWrong = (x: number, y: number) => x + y > (frames.work.width + frames.work.height) / 2
    /** Weights of the matches of so many steps of a field that meets those on one side and stays far from the others. */
    const weights = (steps: number): { readonly right: number; readonly wrong: number } => {
      const sum = { right: 0, wrong: 0 }
      for (let step = 0; step < steps; step++) {
        const { groups, source, kind, weight } = sampler.next(2, true)
        const wrong = Array.from(kind, (_, k) => isWrong(source[2 * k], source[2 * k + 1]))
        // After the four pairs of flow.
        for (let k = groups[4 * 4 + 2]; k < kind.length; k++) sum[wrong[k] ? 'wrong' : 'right'] += weight[k]
        const residuals = Float32Array.from(wrong, bad => (bad ? 30 : 0.5))
        sampler.report(residuals)
        sampler.trimLongTerm(residuals, 3)
      }
      return sum
    }
    const before = weights(5)
    expect(Math.min(before.right, before.wrong)).toBeGreaterThan(0)
    weights(300)
    const after = weights(20)
    expect(after.right).toBeGreaterThan(0)
    expect(after.wrong).toBeLessThan(0.05 * after.right)
  })
})
