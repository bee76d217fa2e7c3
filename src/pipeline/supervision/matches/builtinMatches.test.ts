/** Long-term matches against exact truth of synthetic clips and a real pair of photographs. */
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../../test/builders/exactFlow.ts'
import { BlurKernel } from '../../../engine/features/blurKernel.ts'
import { detectFeatures } from '../../../engine/features/detectFeatures.ts'
import { NearestKernel } from '../../../engine/features/nearestKernel.ts'
import { loadModule } from '../../../engine/flow/flowModule.ts'
import { TrackState } from '../../../shared/tracks.ts'
import { lumaOf } from '../../frames/frameSource.ts'
import { synthFrames } from '../../synth/synthFrames.ts'
import { renderScene } from '../../synth/synthScenes.ts'
import { FlowStatus } from '../supervision.ts'
import type { LongMatches, SupervisionContext } from '../supervision.ts'
import { builtinMatches } from './builtinMatches.ts'
import { locallyAgreeing } from './localAgreement.ts'
import { putativeMatches, selfDistances } from './putativeMatches.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-matches-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const context = (name: string, frames: number, extra: Partial<SupervisionContext> = {}) => {
  const clip = renderScene(name, { seed: 3, frames, width: 224, height: 168 })
  return { clip, context: { frames: synthFrames(clip), cacheFolder: join(folder, `${name}-${frames}`), threads: 2, ...extra } satisfies SupervisionContext }
}

describe('long-term matches', () => {
  it.each([
    ['reappear', 200],
    ['fast', 60],
    ['cloth', 60],
    ['stacking', 5],
  ])('of %s lie within 2 px of the truth for at least 95 in 100', async (name, least) => {
    const { clip, context: ctx } = context(name, 14)
    const flow = exactFlowStore(clip, [1, 2, 5])
    const m = await builtinMatches().compute(ctx, flow)
    let right = 0
    for (let k = 0; k < m.frameA.length; k++) {
      const [a, b] = [m.frameA[k], m.frameB[k]]
      const track = clip.surfaceTrack(a, m.a[2 * k], m.a[2 * k + 1])
      const error = Math.hypot(track.positions[2 * b] - m.b[2 * k], track.positions[2 * b + 1] - m.b[2 * k + 1])
      if (error < 2 && track.states[b] === TrackState.visible) right++
    }
    expect(m.frameA.length).toBeGreaterThan(least)
    expect(right / m.frameA.length).toBeGreaterThanOrEqual(0.95)
  })

  it('say nothing that flow already says, nor against it', async () => {
    const { clip, context: ctx } = context('reappear', 14)
    const flow = exactFlowStore(clip, [1, 2, 5])
    const m = await builtinMatches().compute(ctx, flow)
    for (let k = 0; k < m.frameA.length; k++) {
      const [a, b] = [m.frameA[k], m.frameB[k]]
      expect(a).toBeLessThan(b)
      if (!flow.has(a, b)) continue
      expect(flow.read(a, b).status[Math.floor(m.a[2 * k + 1]) * clip.width + Math.floor(m.a[2 * k])]).not.toBe(FlowStatus.visible)
    }
  })

  it('are read from the cache, and computed anew when the file is damaged', async () => {
    const { clip, context: ctx } = context('reappear', 14)
    const flow = exactFlowStore(clip, [1, 2, 5])
    const steps: number[] = []
    const first = await builtinMatches().compute(ctx, flow)
    const again = await builtinMatches().compute({ ...ctx, onProgress: done => steps.push(done) }, flow)
    expect(again).toEqual(first)
    expect(steps).toEqual([1])
    const [name] = await readdir(ctx.cacheFolder)
    const bytes = await readFile(join(ctx.cacheFolder, name))
    bytes[bytes.length >> 1] ^= 1
    await writeFile(join(ctx.cacheFolder, name), bytes)
    expect(await builtinMatches().compute(ctx, flow)).toEqual(first)
    expect(await readdir(ctx.cacheFolder)).toEqual([name])
  })

  it('stop when cancelled and leave no file', async () => {
    const stop = new AbortController()
    const { clip, context: ctx } = context('cloth', 24, { signal: stop.signal, onProgress: () => stop.abort() })
    await expect(builtinMatches().compute(ctx, exactFlowStore(clip, [1]))).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(ctx.cacheFolder)).toBe(false)
  })

  it('of a clip of two frames are none, without threads started', async () => {
    const clip = renderScene('cloth', { frames: 2, width: 64, height: 48 })
    const m: LongMatches = await builtinMatches().compute({ frames: synthFrames(clip), cacheFolder: join(folder, 'two'), threads: 2 }, exactFlowStore(clip, [1]))
    expect(m.frameA.length).toBe(0)
  })
})

const graf = new URL('../../../../../shared/data/graf/', import.meta.url)
describe.skipIf(!existsSync(graf))('long-term matches of two photographs of a wall (needs ../shared/data/graf)', () => {
  it('agree with the homography measured between them', async () => {
    const h = /<data>([^<]*)<\/data>/.exec(await readFile(new URL('H1to3p.xml', graf), 'utf8'))![1].trim().split(/\s+/).map(Number)
    const module = loadModule('features')
    const kernel = new NearestKernel(module)
    const [a, b] = await Promise.all(
      ['graf1.png', 'graf3.png'].map(async name => {
        const { data, info } = await sharp(await readFile(new URL(name, graf))).resize(512).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
        const features = detectFeatures(new BlurKernel(module), lumaOf(new Uint8Array(data)), info)
        return { features, self: selfDistances(kernel, features, 5), scale: 800 / info.width }
      }),
    )
    const putative = putativeMatches(kernel, a.features, b.features, a.self, b.self)
    const m = locallyAgreeing(locallyAgreeing(putative))
    let [wall, right] = [0, 0]
    for (let k = 0; k < m.count; k++) {
      // The homography's points count from the centre of the first pixel of the 800-pixel photograph.
      const [x, y] = [m.a[2 * k] * a.scale - 0.5, m.a[2 * k + 1] * a.scale - 0.5]
      const w = h[6] * x + h[7] * y + h[8]
      const ex = (h[0] * x + h[1] * y + h[2]) / w + 0.5 - m.b[2 * k] * b.scale
      const ey = (h[3] * x + h[4] * y + h[5]) / w + 0.5 - m.b[2 * k + 1] * b.scale
      // The lowest quarter shows a car that stands before the wall: no homography moves it.
      if (y > 480) continue
      wall++
      if (Math.hypot(ex, ey) < 3) right++
    }
    expect(wall).toBeGreaterThan(150)
    expect(right / wall).toBeGreaterThan(0.97)
  })
})
