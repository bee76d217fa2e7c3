import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LayerScene, exactFlow, renderLuma, still } from '../../../test/builders/layerScene.ts'
import { PatchRefiner, type PatchBatch } from './patchRefiner.ts'

beforeAll(() => void execFileSync(process.execPath, ['scripts/build-wasm.mjs', 'patch']))

const size = { width: 200, height: 150 }
const shifted: LayerScene = { ...size, background: t => ({ ...still, dx: 0.37 * t, dy: -0.21 * t }) }
const turned: LayerScene = { ...size, background: t => ({ ...still, cx: 100, cy: 75, angle: 0.35 * t, scale: 1 + 0.15 * t }) }

function batchOf(n: number, guess: (k: number, x: number, y: number) => [number, number], frame: number, warp?: number[]): PatchBatch {
  const templates = Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? 30 + ((i * 37.31) % 90) : 40 + ((i * 53.17) % 120)))
  const guesses = new Float32Array(2 * n)
  for (let k = 0; k < n; k++) guesses.set(guess(k, templates[2 * k], templates[2 * k + 1]), 2 * k)
  const warps = warp && Float32Array.from({ length: 4 * n }, (_, i) => warp[i % 4])
  return { templateFrames: new Int32Array(n), templates, frames: new Int32Array(n).fill(frame), guesses, warps }
}

describe('PatchRefiner', () => {
  const open: PatchRefiner[] = []
  const refiner = (frames: Float32Array[], threads = 2) => {
    const made = new PatchRefiner({ ...size, frames: frames.length, threads })
    frames.forEach((luma, n) => made.setFrame(n, luma))
    open.push(made)
    return made
  }
  afterAll(async () => void (await Promise.all(open.map(r => r.close()))))

  it('finds sub-pixel shifts to a twentieth of a pixel, through changes of gain and bias', async () => {
    const frames = [0, 1, 2, 3].map(t => renderLuma(shifted, t))
    frames[3] = frames[3].map(v => 0.7 * v + 31)
    const r = refiner(frames)
    for (const frame of [0, 1, 2, 3]) {
      const batch = batchOf(200, (k, x, y) => [x + 0.37 * frame + (k % 5) - 2, y - 0.21 * frame + (k % 3) - 1], frame)
      for (const window of [15, 21]) {
        const found = await r.refine(batch, { window })
        const errors = [...found.converged].flatMap((ok, k) =>
          ok ? [Math.hypot(found.points[2 * k] - batch.templates[2 * k] - 0.37 * frame, found.points[2 * k + 1] - batch.templates[2 * k + 1] + 0.21 * frame)] : [],
        )
        expect(errors.length).toBeGreaterThan(180)
        const sorted = errors.sort((a, b) => a - b)
        expect(sorted[sorted.length >> 1]).toBeLessThan(0.03)
        expect(sorted[Math.floor(sorted.length * 0.97)]).toBeLessThan(0.05)
        expect(found.zncc.filter(z => z > 0.98).length).toBeGreaterThan(180)
      }
    }
  })

  it('reaches further from half size', async () => {
    const r = refiner([renderLuma(shifted, 0), renderLuma(shifted, 1)])
    const batch = batchOf(200, (_, x, y) => [x + 5.5, y - 4.5], 1)
    const right = async (levels: 1 | 2) => {
      const { points } = await r.refine(batch, { levels })
      return batch.frames.filter((_, k) => Math.hypot(points[2 * k] - batch.templates[2 * k] - 0.37, points[2 * k + 1] - batch.templates[2 * k + 1] + 0.21) < 0.1).length
    }
    expect(await right(2)).toBeGreaterThan((await right(1)) + 20)
    expect(await right(2)).toBeGreaterThan(150)
  })

  it('follows a turn and a zoom when given their warp', async () => {
    const r = refiner([renderLuma(turned, 0), renderLuma(turned, 1)])
    const exact = exactFlow(turned, 0, 1)
    const [c, s] = [1.15 * Math.cos(0.35), 1.15 * Math.sin(0.35)]
    const n = 100
    const batch = batchOf(n, () => [0, 0], 1, [c, -s, s, c])
    const truth = new Float32Array(2 * n)
    for (let k = 0; k < n; k++) {
      const x = Math.floor(70 + ((k * 7.7) % 60))
      const y = Math.floor(50 + ((k * 4.3) % 50))
      batch.templates.set([x + 0.5, y + 0.5], 2 * k)
      const at = 2 * (y * size.width + x)
      truth.set([x + 0.5 + exact.flow[at], y + 0.5 + exact.flow[at + 1]], 2 * k)
      batch.guesses.set([truth[2 * k] + 1, truth[2 * k + 1] - 1], 2 * k)
    }
    const far = (points: Float32Array) => batch.frames.filter((_, k) => Math.hypot(points[2 * k] - truth[2 * k], points[2 * k + 1] - truth[2 * k + 1]) > 0.1).length
    expect(far((await r.refine(batch)).points)).toBeLessThan(5)
    expect(far((await r.refine({ ...batch, warps: undefined })).points)).toBeGreaterThan(60)
  })

  it('says that flat and edge-like patches do not hold a point', async () => {
    const flat = new Float32Array(200 * 150).fill(90)
    const edge = Float32Array.from({ length: 200 * 150 }, (_, i) => (i % 200 < 100 ? 50 : 200))
    const r = refiner([flat, edge])
    const found = await r.refine({
      templateFrames: Int32Array.of(0, 1), frames: Int32Array.of(0, 1),
      templates: Float32Array.of(100, 75, 100, 75), guesses: Float32Array.of(101, 75, 101, 76),
    })
    expect([...found.converged]).toEqual([0, 0])
    expect(found.conditioning[0]).toBeLessThan(0.01)
    expect(found.conditioning[1]).toBeLessThan(0.01)
    expect([...found.points].every(Number.isFinite)).toBe(true)
  })

  it('gives -1 and the guess where the patch is outside, and works at the very border', async () => {
    const r = refiner([renderLuma(shifted, 0), renderLuma(shifted, 1)])
    const found = await r.refine({
      templateFrames: new Int32Array(3), frames: new Int32Array(3).fill(1),
      templates: Float32Array.of(100, 75, 4, 75, 100, 145), guesses: Float32Array.of(-3, 20, 4.4, 74.8, 100.4, 144.8),
    })
    expect(found.zncc[0]).toBe(-1)
    expect([found.points[0], found.points[1], found.converged[0]]).toEqual([-3, 20, 0])
    expect(Math.hypot(found.points[2] - 4.37, found.points[3] - 74.79)).toBeLessThan(0.1)
    expect(Math.hypot(found.points[4] - 100.37, found.points[5] - 144.79)).toBeLessThan(0.1)
  })

  it('scores where it is told to look, alike on any number of threads and in any batch', async () => {
    const frames = [renderLuma(shifted, 0), renderLuma(shifted, 1)]
    const batch = batchOf(700, (k, x, y) => [x + 0.37 + (k % 2) * 6, y - 0.21], 1)
    const one = refiner(frames, 1)
    const two = refiner(frames, 2)
    const [a, b] = await Promise.all([one.scorePatches(batch), two.scorePatches(batch)])
    expect(b).toEqual(a)
    expect((await one.refine(batch)).points).toEqual((await two.refine(batch)).points)
    expect(Math.min(...a.filter((_, k) => k % 2 === 0))).toBeGreaterThan(0.97)
    expect(a.filter((z, k) => k % 2 === 1 && z < 0.8).length).toBeGreaterThan(250)
  })

  it('refuses frames that were not loaded and arrays that do not fit', () => {
    const r = refiner([renderLuma(shifted, 0)])
    const batch = batchOf(2, (_, x, y) => [x, y], 0)
    expect(() => r.refine({ ...batch, frames: Int32Array.of(0, 1) })).toThrow(/frame 1 was not loaded/)
    expect(() => r.refine({ ...batch, guesses: new Float32Array(2) })).toThrow(/lengths/)
    expect(() => r.refine(batch, { window: 16 })).toThrow(/odd/)
  })
})
