/** The depth prior against exact depth of synthetic clips, and its parts against plain arithmetic. */
import { describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../../test/builders/exactFlow.ts'
import { synthFrames } from '../../synth/synthFrames.ts'
import { renderScene } from '../../synth/synthScenes.ts'
import type { SynthClip } from '../../synth/synthClip.ts'
import type { DepthPrior } from '../supervision.ts'
import { BandedSystem } from './bandedCholesky.ts'
import { builtinDepth } from './builtinDepth.ts'
import { estimateCamera, relativeMotion } from './cameraMotion.ts'
import { nodeX, nodeY } from './parallaxDepth.ts'
import { collectSightings } from './sightings.ts'

const grid = { width: 48, height: 36 }
const small = { width: 160, height: 120, frames: 20, seed: 1, noise: 1 }
const gaps = [1, 2, 4, 8]

async function priorOf(name: string): Promise<{ clip: SynthClip; prior: DepthPrior }> {
  const clip = renderScene(name, small)
  const flow = exactFlowStore(clip, gaps, { noisePx: 0.2, stride: 2 })
  return { clip, prior: await builtinDepth().compute({ frames: synthFrames(clip), cacheFolder: '', threads: 1 }, flow, grid) }
}

/** Rank correlation of depth with truth, and shares of right and wrong order across rims of objects. */
function quality(clip: SynthClip, prior: DepthPrior) {
  const truth: number[] = []
  const found: number[] = []
  const order = { right: 0, wrong: 0, of: 0 }
  for (let frame = 0; frame < clip.frames; frame += 4) {
    const view = clip.view(frame)
    const nodes = Array.from({ length: grid.width * grid.height }, (_, k) => {
      view.cast(nodeX(k % grid.width, clip, grid), nodeY(Math.floor(k / grid.width), clip, grid))
      return { depth: view.depth, object: view.object, found: prior.depth[frame * grid.width * grid.height + k] }
    })
    nodes.forEach((a, k) => {
      truth.push(a.depth)
      found.push(a.found)
      if (k % grid.width > grid.width - 4) return
      const b = nodes[k + 3]
      if (a.object === b.object || Math.abs(Math.log(a.depth / b.depth)) < 0.1) return
      const lead = Math.log(a.found / b.found)
      order.of++
      if (Math.abs(lead) < 0.03) return
      if (Math.sign(lead) === Math.sign(a.depth - b.depth)) order.right++
      else order.wrong++
    })
  }
  const ranks = (values: number[]) => {
    const out = new Float64Array(values.length)
    values.map((v, k) => [v, k]).sort((a, b) => a[0] - b[0]).forEach(([, k], n) => (out[k] = n))
    return out
  }
  const [x, y, middle] = [ranks(truth), ranks(found), (truth.length - 1) / 2]
  const product = x.reduce((sum, v, k) => sum + (v - middle) * (y[k] - middle), 0)
  return { rank: product / x.reduce((sum, v) => sum + (v - middle) ** 2, 0), right: order.right / order.of, wrong: order.wrong / order.of }
}

describe('the built-in depth prior', () => {
  it('ranks depths of a scene that the camera moves through, and trusts itself', async () => {
    const { clip, prior } = await priorOf('parallax')
    const q = quality(clip, prior)
    expect(q.rank).toBeGreaterThan(0.85)
    expect(q.right).toBeGreaterThan(0.8)
    expect(prior.trust).toBeGreaterThan(0.3)
    const sorted = prior.depth.slice().sort()
    expect(sorted[sorted.length >> 1]).toBeCloseTo(1, 1)
    expect(sorted[0]).toBeGreaterThan(0)
  })

  it('puts what moves in front of what it hides under a still camera, and trusts that little', async () => {
    const { clip, prior } = await priorOf('stacking')
    const q = quality(clip, prior)
    expect(q.right).toBeGreaterThan(5 * q.wrong)
    expect(prior.trust).toBeLessThan(0.4)
  })

  it('is constant and untrusted without any flow', async () => {
    const clip = renderScene('cloth', { width: 64, height: 48, frames: 3 })
    const flow = { pairs: [], has: () => false, read: () => { throw new Error('none') } }
    const prior = await builtinDepth().compute({ frames: synthFrames(clip), cacheFolder: '', threads: 1 }, flow, grid)
    expect(prior.trust).toBe(0)
    expect(new Set(prior.depth)).toEqual(new Set([1]))
  })

  it('stops when cancelled', async () => {
    const clip = renderScene('parallax', { ...small, frames: 6 })
    const stop = new AbortController()
    const context = { frames: synthFrames(clip), cacheFolder: '', threads: 1, signal: stop.signal, onProgress: () => stop.abort() }
    await expect(builtinDepth().compute(context, exactFlowStore(clip, [1, 2], { stride: 2 }), grid)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('takes clips of two frames', async () => {
    const clip = renderScene('parallax', { ...small, frames: 2 })
    const prior = await builtinDepth().compute({ frames: synthFrames(clip), cacheFolder: '', threads: 1 }, exactFlowStore(clip, [1]), grid)
    expect(prior.depth.every(v => v > 0 && v < Infinity)).toBe(true)
  })
})

describe('camera motion', () => {
  it('follows the true direction of travel between frames', async () => {
    const clip = renderScene('parallax', small)
    const sightings = collectSightings(exactFlowStore(clip, gaps, { stride: 2 }), clip, clip.frames)
    const solutions = await estimateCamera(sightings)
    // One of the two solutions; which one, occlusion decides.
    const alignments = solutions.map(camera => {
      const m = new Float64Array(12)
      relativeMotion(camera.rotations, camera.translations, 0, clip.frames - 1, m)
      const [from, to] = [clip.scene.cameraAt(0), clip.scene.cameraAt(clip.frames - 1)]
      const world = from.position.map((v, k) => v - to.position[k])
      const truth = [0, 1, 2].map(k => world[0] * to.rotation[k] + world[1] * to.rotation[3 + k] + world[2] * to.rotation[6 + k])
      return (truth[0] * m[9] + truth[1] * m[10] + truth[2] * m[11]) / Math.hypot(...truth) / Math.hypot(m[9], m[10], m[11])
    })
    expect(Math.max(...alignments)).toBeGreaterThan(0.97)
  })
})

describe('the banded solver', () => {
  it('solves what direct substitution confirms', () => {
    const [size, band] = [17, 4]
    const system = new BandedSystem(size, band)
    const full = Array.from({ length: size }, () => new Float64Array(size))
    for (let r = 0; r < size; r++) {
      for (let c = Math.max(0, r - band); c <= r; c++) {
        const value = r === c ? 9 + r : Math.sin(r * 3 + c)
        system.add(r, c, value)
        full[r][c] = full[c][r] = value
      }
      system.right[r] = Math.cos(r)
    }
    const x = system.solve()!
    full.forEach((row, r) => expect(row.reduce((sum, v, c) => sum + v * x[c], 0)).toBeCloseTo(Math.cos(r), 10))
  })

  it('gives null for a matrix that is not positive definite', () => {
    const system = new BandedSystem(2, 1)
    system.add(0, 0, 1)
    system.add(1, 0, 2)
    system.add(1, 1, 1)
    expect(system.solve()).toBeNull()
  })
})
