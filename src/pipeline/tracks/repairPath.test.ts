/** Repaired paths against exact truth: rendered scenes with occlusion, their exact flow, and readings as provisional tracks have them. */
import { describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../test/builders/exactFlow.ts'
import { uniformFlowStore } from '../../../test/builders/flowStore.ts'
import { TrackState } from '../../shared/tracks.ts'
import { renderScene } from '../synth/synthScenes.ts'
import { flowTracks } from './flowTracks.ts'
import type { NodeTracks } from './readTracks.ts'
import { repairPath } from './repairPath.ts'
import { trackThrough } from './trackThrough.ts'

const FRAMES = 24

function scene(name: string, noisePx: number) {
  const clip = renderScene(name, { width: 128, height: 96, frames: FRAMES, seed: 1, noise: 0 })
  const truth = clip.groundTruth({ count: 60 })
  const flow = exactFlowStore(clip, [1], { noisePx })
  const place = (n: number, frame: number) => ({ frame, x: truth.positions[(n * FRAMES + frame) * 2], y: truth.positions[(n * FRAMES + frame) * 2 + 1] })
  const seen = (n: number, frame: number) => truth.states[n * FRAMES + frame] === TrackState.visible
  const input = {
    clip, work: clip, frames: FRAMES, flow, sources: ['flow', 'flow'] as const,
    read: (frames: Int32Array, points: Float32Array, hints: Int8Array) =>
      flowTracks({ work: clip, frames: FRAMES, flow, flowGaps: [1], patches: null }, frames, points, hints),
  }
  return { clip, truth, place, seen, input }
}

describe.each([['reappear', 0.1], ['stacking', 0.3], ['parallax', 0.3]] as const)('paths repaired in the scene %s', (name, noisePx) => {
  it('are nearer the truth than a track from either side alone, and than a straight line', async () => {
    const { truth, place, seen, input } = scene(name, noisePx)
    const all = Array.from({ length: FRAMES }, (_, t) => t)
    const spans = truth.ids.flatMap((_, n) => {
      const visible = all.filter(t => seen(n, t))
      return visible.length < 6 ? [] : [{ n, first: visible[0], last: visible.at(-1)! }]
    })
    const ask = (nodes: (s: (typeof spans)[number]) => number[]) => trackThrough(input, spans.map(s => ({ nodes: nodes(s).map(t => place(s.n, t)), labels: [] })))
    const [repaired, fromLeft, fromRight] = [await ask(s => [s.first, s.last]), await ask(s => [s.first]), await ask(s => [s.last])]
    const sums = { repaired: 0, left: 0, right: 0, straight: 0 }
    spans.forEach(({ n, first, last }, k) => {
      for (let t = first + 1; t < last; t++) {
        const { x, y } = place(n, t)
        const miss = (at: ArrayLike<number>) => Math.min(40, Math.hypot(at[0] - x, at[1] - y))
        const row = (path: { positions: Float32Array }) => path.positions.subarray(t * 2, t * 2 + 2)
        sums.repaired += miss(row(repaired[k]))
        sums.left += miss(row(fromLeft[k]))
        sums.right += miss(row(fromRight[k]))
        const u = (t - first) / (last - first)
        const [a, b] = [place(n, first), place(n, last)]
        sums.straight += miss([a.x + u * (b.x - a.x), a.y + u * (b.y - a.y)])
      }
    })
    expect(sums.repaired).toBeLessThan(0.7 * Math.min(sums.left, sums.right))
    expect(sums.repaired).toBeLessThan(0.5 * sums.straight)
  })

  it('pass through every keyframe to the bit, with no doubt there and growing doubt between', async () => {
    const { place, seen, input } = scene(name, noisePx)
    const nodes = [2, 9, 20].map(t => place(0, t)).map(node => ({ ...node, x: node.x + 0.123_456_789 }))
    const hidden = nodes.filter(node => !seen(0, node.frame)).map(node => ({ kind: 'occluded' as const, first: node.frame, last: node.frame }))
    const [path] = await trackThrough(input, [{ nodes, labels: hidden }])
    for (const { frame, x, y } of nodes) {
      expect([...path.positions.subarray(frame * 2, frame * 2 + 2)]).toEqual([Math.fround(x), Math.fround(y)])
      expect(path.uncertainty[frame]).toBe(0)
    }
    for (const [a, b] of [[2, 9], [9, 20]]) {
      const middle = path.uncertainty[(a + b) >> 1]
      expect(middle).toBeGreaterThan(path.uncertainty[a + 1] * 0.99)
      expect(middle).toBeGreaterThan(0.05)
    }
  })
})

/** Everything moves 2 px right a frame, but what was read stands still: only flow and nodes know. */
function still(at: readonly (readonly [number, number])[], frames: number): NodeTracks {
  const cells = at.length * frames
  const positions = Float32Array.from({ length: cells * 2 }, (_, k) => at[Math.floor(k / 2 / frames)][k % 2])
  return { positions, motion: positions, logits: new Float32Array(cells), sigma: new Float32Array(cells).fill(4), doubt: new Float32Array(cells) }
}

describe('a repair', () => {
  const flow = uniformFlowStore({ frames: 12, width: 64, height: 32, gaps: [1], velocity: [2, 0] })
  const nodes = [{ frame: 1, x: 20, y: 16 }, { frame: 11, x: 40, y: 16 }]

  it('follows flow both ways where readings are of no use', () => {
    const path = repairPath({ frames: 12, flow, nodes, rows: [0, 1], tracks: still([[20, 16], [40, 16]], 12), hidden: new Uint8Array(12) }, 0, 11)
    for (let t = 1; t < 12; t++) expect(path.positions[t * 2]).toBeCloseTo(18 + 2 * t, 1)
  })

  it('does not follow flow through frames that people call hidden', () => {
    // What hides the point moves right, the point itself rests: so say both readings.
    const resting = [{ frame: 0, x: 30, y: 16 }, { frame: 11, x: 30, y: 16 }]
    const hidden = new Uint8Array(12).fill(1, 1, 11)
    const path = repairPath({ frames: 12, flow, nodes: resting, rows: [0, 1], tracks: still([[30, 16], [30, 16]], 12), hidden }, 0, 11)
    for (let t = 0; t < 12; t++) expect(path.positions[t * 2]).toBeCloseTo(30, 1)
  })

  it('bends what was read from elsewhere where the outermost node itself was not read', () => {
    const path = repairPath({ frames: 12, flow, nodes: [nodes[0], { frame: 8, x: 38, y: 16 }], rows: [0, -1], tracks: still([[20, 16]], 12), hidden: new Uint8Array(12) }, 0, 11)
    expect(path.positions[16]).toBe(38)
    expect(path.positions[18]).toBeLessThan(38)
    expect(path.positions[18]).toBeGreaterThan(36)
  })
})
