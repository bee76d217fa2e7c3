/** Features against plain arithmetic and against images whose motion is known. */
import { describe, expect, it } from 'vitest'
import { loadModule } from '../flow/flowModule.ts'
import { BlurKernel } from './blurKernel.ts'
import { DESCRIPTOR_LENGTH, DESCRIPTOR_SIZE } from './descriptor.ts'
import { detectFeatures } from './detectFeatures.ts'
import type { Features } from './detectFeatures.ts'
import { NearestKernel } from './nearestKernel.ts'
import { gaussianHalf } from './scaleSpace.ts'

const module = loadModule('features')

function random(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296
}

/** Soft blobs at known places, drawn at any rotation about the middle. */
function blobs(width: number, height: number, turn: number): { luma: Float32Array; centres: [number, number][] } {
  const next = random(9)
  const spots = Array.from({ length: 40 }, () => ({ x: (next() - 0.5) * 150, y: (next() - 0.5) * 150, s: 1.5 + 3 * next(), h: (next() - 0.5) * 160 }))
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const luma = new Float32Array(width * height)
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const [dx, dy] = [i + 0.5 - width / 2, j + 0.5 - height / 2]
      const [u, v] = [cos * dx + sin * dy, -sin * dx + cos * dy]
      let sum = 128
      for (const { x, y, s, h } of spots) sum += h * Math.exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * s * s))
      luma[j * width + i] = sum
    }
  }
  return { luma, centres: spots.map(({ x, y }) => [width / 2 + cos * x - sin * y, height / 2 + sin * x + cos * y]) }
}

describe('blur', () => {
  it.each([
    [37, 23, 0.7],
    [16, 9, 3.1],
    [5, 64, 1.6],
  ])('of %i×%i at sigma %f equals direct convolution with replicated borders', (width, height, sigma) => {
    const next = random(width)
    const source = Float32Array.from({ length: width * height }, () => next() * 255)
    const half = gaussianHalf(sigma)
    const out = new BlurKernel(module).blur(source, width, height, half)
    const clamp = (v: number, n: number) => Math.min(n - 1, Math.max(0, v))
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (let dy = 1 - half.length; dy < half.length; dy++) {
          for (let dx = 1 - half.length; dx < half.length; dx++) {
            sum += half[Math.abs(dy)] * half[Math.abs(dx)] * source[clamp(y + dy, height) * width + clamp(x + dx, width)]
          }
        }
        expect(Math.abs(out[y * width + x] - sum)).toBeLessThan(1e-3)
      }
    }
  })
})

describe('features', () => {
  it('lie on the middles of blobs, in raster pixels', () => {
    const { luma, centres } = blobs(200, 200, 0)
    const f = detectFeatures(new BlurKernel(module), luma, { width: 200, height: 200 })
    const errors = centres.map(([x, y]) => {
      let least = Infinity
      for (let n = 0; n < f.count; n++) least = Math.min(least, Math.hypot(f.points[2 * n] - x, f.points[2 * n + 1] - y))
      return least
    })
    // Blobs that touch others shift; the rest must not be half a pixel off.
    expect(errors.sort((a, b) => a - b)[15]).toBeLessThan(0.2)
  })

  it('find one another after a rotation, at the right place', () => {
    const [size, turn] = [{ width: 200, height: 200 }, 0.7]
    const blur = new BlurKernel(module)
    const a = detectFeatures(blur, blobs(200, 200, 0).luma, size)
    const b = detectFeatures(blur, blobs(200, 200, turn).luma, size)
    const { bestB, bestA } = new NearestKernel(module).nearest(a, b, 5)
    let [mutual, right] = [0, 0]
    for (let i = 0; i < a.count; i++) {
      if (bestA[bestB[i]] !== i) continue
      mutual++
      const [x, y] = [a.points[2 * i] - 100, a.points[2 * i + 1] - 100]
      const [u, v] = [100 + Math.cos(turn) * x - Math.sin(turn) * y, 100 + Math.sin(turn) * x + Math.cos(turn) * y]
      if (Math.hypot(u - b.points[2 * bestB[i]], v - b.points[2 * bestB[i] + 1]) < 1) right++
    }
    expect(mutual).toBeGreaterThan(20)
    expect(right / mutual).toBeGreaterThan(0.7)
  })

  it('of a flat image are none', () => {
    expect(detectFeatures(new BlurKernel(module), new Float32Array(64 * 48).fill(90), { width: 64, height: 48 }).count).toBe(0)
  })

  it('refuse a plane of another size', () => {
    expect(() => detectFeatures(new BlurKernel(module), new Float32Array(10), { width: 64, height: 48 })).toThrow(/10 values/)
  })
})

describe('nearest descriptors', () => {
  it.each([
    [1, 1],
    [7, 13],
    [40, 33],
  ])('of %i and %i features equal those of plain loops', (countA, countB) => {
    const next = random(countA)
    const make = (count: number): Features => ({
      count,
      points: Float32Array.from({ length: count * 2 }, () => next() * 20),
      scales: new Float32Array(count),
      angles: new Float32Array(count),
      descriptors: Int16Array.from({ length: count * DESCRIPTOR_SIZE }, () => Math.floor(next() * 80)),
    })
    const [a, b] = [make(countA), make(countB)]
    const dot = (i: number, j: number) => {
      let sum = 0
      for (let k = 0; k < DESCRIPTOR_SIZE; k++) sum += a.descriptors[i * DESCRIPTOR_SIZE + k] * b.descriptors[j * DESCRIPTOR_SIZE + k]
      return sum
    }
    const distance = (value: number) => Math.sqrt(Math.max(0, 2 - (2 * value) / DESCRIPTOR_LENGTH ** 2))
    const found = new NearestKernel(module).nearest(a, b, 6)
    for (let i = 0; i < countA; i++) {
      const dots = Array.from({ length: countB }, (_, j) => dot(i, j))
      const best = dots.indexOf(Math.max(...dots))
      expect(found.bestB[i]).toBe(best)
      expect(found.distance[i]).toBeCloseTo(distance(dots[best]), 5)
      const others = dots.filter((_, j) => Math.hypot(b.points[2 * j] - b.points[2 * best], b.points[2 * j + 1] - b.points[2 * best + 1]) >= 6)
      expect(found.otherDistance[i]).toBeCloseTo(others.length ? distance(Math.max(...others)) : 2, 5)
    }
    for (let j = 0; j < countB; j++) {
      const dots = Array.from({ length: countA }, (_, i) => dot(i, j))
      expect(found.bestA[j]).toBe(dots.indexOf(Math.max(...dots)))
    }
  })
})
