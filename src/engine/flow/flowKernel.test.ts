import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type LayerScene, exactFlow, renderLuma, still } from '../../../test/builders/layerScene.ts'
import { FlowKernel } from './flowKernel.ts'
import { loadModule } from './flowModule.ts'

beforeAll(() => void execFileSync(process.execPath, ['scripts/build-wasm.mjs', 'flow']))

interface Errors {
  readonly mean: number
  readonly median: number
  /** Share within three pixels. */
  readonly near: number
}

/** End-point errors over pixels seen in both frames. */
function errorsOf(flow: Float32Array, exact: Float32Array, seen?: Uint8Array): Errors {
  const errors: number[] = []
  for (let k = 0; k < exact.length / 2; k++) if (!seen || seen[k] === 1) errors.push(Math.hypot(flow[2 * k] - exact[2 * k], flow[2 * k + 1] - exact[2 * k + 1]))
  errors.sort((a, b) => a - b)
  return {
    mean: errors.reduce((a, b) => a + b, 0) / errors.length,
    median: errors[errors.length >> 1],
    near: errors.filter(e => e < 3).length / errors.length,
  }
}

function flowOf(scene: LayerScene, options = {}): { errors: Errors; flow: Float32Array } {
  const kernel = FlowKernel.create(loadModule('flow'), scene, options)
  kernel.setFrame(0, renderLuma(scene, 0))
  kernel.setFrame(1, renderLuma(scene, 1))
  const flow = kernel.flow(0).slice()
  const exact = exactFlow(scene, 0, 1)
  return { errors: errorsOf(flow, exact.flow, exact.seen), flow }
}

const size = { width: 240, height: 180 }
const centre = { ...still, cx: 120, cy: 90 }
// Bounds are what OpenCV's DIS (preset medium) reaches on such pairs.
const scenes: readonly [string, LayerScene, number][] = [
  ['a shift', { ...size, background: t => ({ ...still, dx: 3.37 * t, dy: -1.61 * t }) }, 0.03],
  ['a turn', { ...size, background: t => ({ ...centre, angle: 0.08 * t, dx: 2 * t }) }, 0.11],
  ['a zoom', { ...size, background: t => ({ ...centre, scale: 1 + 0.1 * t, dy: t }) }, 0.11],
  [
    'a layer over another',
    { ...size, background: t => ({ ...centre, angle: 0.01 * t, dx: -2.3 * t }), foreground: t => ({ ...centre, angle: -0.05 * t, dx: 8 * t, dy: 2.5 * t }), radius: 40 },
    0.13,
  ],
]

describe('FlowKernel', () => {
  it.each(scenes)('recovers the exact flow of %s', (_, scene, bound) => {
    expect(flowOf(scene).errors.mean).toBeLessThan(bound)
  })

  it('works at any size from 16×16, odd ones too', () => {
    for (const [width, height] of [[16, 16], [17, 23], [33, 61], [130, 47]]) {
      const { errors, flow } = flowOf({ width, height, background: t => ({ ...still, dx: 0.8 * t, dy: 0.4 * t }) })
      expect(flow.every(Number.isFinite)).toBe(true)
      expect(errors.median, `${width}×${height}`).toBeLessThan(0.25)
    }
    expect(() => FlowKernel.create(loadModule('flow'), { width: 12, height: 40 })).toThrow(/16×16/)
  })

  it('stays finite and still on flat and on unrelated images', () => {
    const kernel = FlowKernel.create(loadModule('flow'), size)
    const flat = new Float32Array(240 * 180).fill(77)
    kernel.setFrame(0, flat)
    kernel.setFrame(1, flat)
    expect(Math.max(...kernel.flow(0).map(Math.abs))).toBeLessThan(0.01)
    kernel.setFrame(1, renderLuma(scenes[0][1], 0))
    expect(kernel.flow(0).every(Number.isFinite)).toBe(true)
  })

  it('finds fast motion from an initial flow that is about right', () => {
    const scene: LayerScene = { ...size, background: t => ({ ...centre, angle: 0.5 * t, dx: 30 * t }) }
    const exact = exactFlow(scene, 0, 1)
    const kernel = FlowKernel.create(loadModule('flow'), size)
    kernel.setFrame(0, renderLuma(scene, 0))
    kernel.setFrame(1, renderLuma(scene, 1))
    const alone = errorsOf(kernel.flow(0), exact.flow, exact.seen)
    const led = errorsOf(kernel.flow(0, exact.flow.map((v, i) => v + (i % 3) - 1)), exact.flow, exact.seen)
    expect(alone.near).toBeLessThan(0.9)
    expect(led.near).toBeGreaterThan(0.97)
    expect(led.median).toBeLessThan(0.8)
  })

  it('gives the same answer again, whatever was computed between', () => {
    const scene = scenes[3][1]
    const [a, b] = [renderLuma(scene, 0), renderLuma(scene, 1)]
    const kernel = FlowKernel.create(loadModule('flow'), size)
    const once = () => {
      kernel.setFrame(0, a)
      kernel.setFrame(1, b)
      return kernel.flow(0).slice()
    }
    const first = once()
    kernel.setFrame(0, b)
    kernel.flow(1, first)
    expect(once()).toEqual(first)
  })
})

const pairFolder = new URL('../../../../shared/data/flow-gt/', import.meta.url)

describe.skipIf(!existsSync(pairFolder))('FlowKernel on a FlyingChairs pair (needs ../shared/data/flow-gt)', () => {
  it('has the end-point error of OpenCV DIS medium (1.317 px) or less', () => {
    const image = (name: string) => {
      const bytes = readFileSync(new URL(name, pairFolder))
      const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString('latin1'))!
      const rgb = bytes.subarray(header[0].length)
      const luma = Float32Array.from({ length: rgb.length / 3 }, (_, i) => 0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2])
      return { width: Number(header[1]), height: Number(header[2]), luma }
    }
    const a = image('fn2_1img0.ppm')
    const file = readFileSync(new URL('fn2_1flow.flo', pairFolder))
    const exact = Float32Array.from({ length: a.luma.length * 2 }, (_, i) => file.readFloatLE(12 + 4 * i))
    const kernel = FlowKernel.create(loadModule('flow'), a)
    kernel.setFrame(0, a.luma)
    kernel.setFrame(1, image('fn2_1img1.ppm').luma)
    expect(errorsOf(kernel.flow(0), exact).mean).toBeLessThan(1.317)
  })
})
