import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LayerScene, exactFlow, renderRgb, still } from '../../../../test/builders/layerScene.ts'
import type { FrameSource } from '../../frames/frameSource.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { SupervisionContext } from '../supervision.ts'
import { builtinFlow } from './builtinFlow.ts'
import { chainedTracks } from './chainedTracks.ts'

const scene: LayerScene = {
  width: 160,
  height: 120,
  background: t => ({ ...still, cx: 80, cy: 60, angle: 0.006 * t, dx: 1.3 * t, dy: -0.4 * t }),
  foreground: t => ({ ...still, cx: 60, cy: 60, angle: -0.02 * t, dx: 5 * t, dy: 1.5 * t }),
  radius: 26,
}
const FRAMES = 7

const rendered: Uint8Array[] = []

function sourceOf(s: LayerScene, frameCount = FRAMES): FrameSource {
  const size = { width: s.width, height: s.height }
  const frame = async (n: number) => (rendered[n] ??= renderRgb(s, n)).slice()
  return {
    clip: { ...size, name: 'layers', frameCount, timesS: Float64Array.from({ length: frameCount }, (_, i) => i / 25) },
    work: size,
    workRgb: frame,
    clipRgb: frame,
    close: async () => {},
  }
}

beforeAll(() => void execFileSync(process.execPath, ['scripts/build-wasm.mjs', 'flow']))

describe('builtinFlow', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapline-flow-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const context = (more: Partial<SupervisionContext> = {}): SupervisionContext => ({ frames: sourceOf(scene), cacheFolder: folder, threads: 2, ...more })

  it('computes both directions of every gap, with visible flow right and occlusions not called visible', async () => {
    const store = await builtinFlow().compute(context(), [1, 2, 4])
    expect(store.pairs.length).toBe(2 * (6 + 5 + 3))
    for (const [from, to] of store.pairs) {
      const pair = store.read(from, to)
      const exact = exactFlow(scene, from, to)
      let right = 0, called = 0, reachable = 0, hidden = 0, hiddenCalledVisible = 0, known = 0, knownRight = 0
      exact.seen.forEach((seen, k) => {
        const error = Math.hypot(pair.flow[2 * k] / FLOW_UNITS_PER_PIXEL - exact.flow[2 * k], pair.flow[2 * k + 1] / FLOW_UNITS_PER_PIXEL - exact.flow[2 * k + 1])
        const visible = pair.status[k] === FlowStatus.visible
        if (seen === 1) reachable++
        if (seen === 0) hidden++
        if (visible) called++
        if (visible && seen === 0) hiddenCalledVisible++
        if (pair.status[k] === FlowStatus.occludedKnown) {
          known++
          if (seen === 0 && error < 3) knownRight++
        }
        if (visible && seen === 1 && error < 1) right++
      })
      expect(right / called, `precision ${from}→${to}`).toBeGreaterThan(0.95)
      expect(right / reachable, `recall ${from}→${to}`).toBeGreaterThan(0.85)
      expect(hiddenCalledVisible / hidden, `false visibility ${from}→${to}`).toBeLessThan(0.5)
      if (Math.abs(to - from) > 1) {
        expect(known, `known occlusions ${from}→${to}`).toBeGreaterThan(20)
        expect(knownRight / known, `places of occlusions ${from}→${to}`).toBeGreaterThan(0.8)
      }
    }
  })

  it('goes on from what is on disk, and recomputes damaged files', async () => {
    const before = folderOf(folder)
    const files = readdirSync(before)
    expect(files.length).toBe(28)
    rmSync(join(before, '0-1.flow'))
    // What a killed process was writing goes, what a living one is writing stays.
    const [ofDead, ofLiving] = ['0-1.flow.99999999.tmp', `0-1.flow.${process.ppid}.tmp`].map(name => join(before, name))
    writeFileSync(ofDead, '')
    writeFileSync(ofLiving, '')
    truncateSync(join(before, '4-2.flow'), 1000)
    const untouched = statSync(join(before, '5-6.flow')).mtimeMs
    const seen: number[] = []
    const store = await builtinFlow().compute(context({ onProgress: done => seen.push(done) }), [1, 2, 4])
    expect(seen.at(0)).toBe(24)
    expect(seen.at(-1)).toBe(28)
    expect(seen).toEqual([24, 25, 26, 27, 28])
    expect(store.read(4, 2).columns).toBe(160)
    expect(statSync(join(before, '5-6.flow')).mtimeMs).toBe(untouched)
    expect([ofDead, ofLiving].map(path => existsSync(path))).toEqual([false, true])
    rmSync(ofLiving)
  })

  it('is cancelled at once and resumes', async () => {
    const own = join(folder, 'cancel')
    const stop = new AbortController()
    const run = builtinFlow().compute(context({ cacheFolder: own, signal: stop.signal, onProgress: done => done === 3 && stop.abort() }), [1, 2, 4])
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(folderOf(own)).filter(f => f.endsWith('.flow')).length).toBeLessThan(28)
    const store = await builtinFlow().compute(context({ cacheFolder: own }), [1, 2, 4])
    expect(store.read(0, 4).flow).toEqual((await builtinFlow().compute(context(), [1, 2, 4])).read(0, 4).flow)
  })

  it('stores every second pixel on request, and passes over gaps that the clip is too short for', async () => {
    const store = await builtinFlow({ stride: 2 }).compute(context({ cacheFolder: join(folder, 'coarse') }), [1, 16])
    expect(store.pairs.length).toBe(12)
    expect(store.read(1, 0)).toMatchObject({ columns: 80, rows: 60, stride: 2 })
    expect(store.has(0, 16)).toBe(false)
    expect(() => store.read(0, 16)).toThrow(/never computed/)
  })

  it('chains tracks that follow both layers and says when the background is covered', async () => {
    const store = await builtinFlow().compute(context(), [1, 2, 4])
    const tracks = chainedTracks({
      flow: store,
      queries: [{ id: 'front', frame: 3, x: 75.5, y: 64.5 }, { id: 'back', frame: 0, x: 95.5, y: 70.5 }],
      frameCount: FRAMES,
      clip: scene,
      work: scene,
    })
    const exact = exactFlow(scene, 3, 6)
    const k = 64 * 160 + 75
    expect(Math.hypot(tracks.positions[12] - 75.5 - exact.flow[2 * k], tracks.positions[13] - 64.5 - exact.flow[2 * k + 1])).toBeLessThan(1)
    expect([...tracks.states.subarray(0, FRAMES)]).toEqual([0, 0, 0, 0, 0, 0, 0])
    expect(tracks.states[FRAMES]).toBe(0)
    expect([...tracks.states.subarray(FRAMES)]).toContain(1)
  })
})

function folderOf(cache: string): string {
  return join(cache, readdirSync(cache).find(f => f.startsWith('flow-'))!)
}
