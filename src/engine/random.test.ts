import { describe, expect, it } from 'vitest'
import { seededRandom } from './random.ts'

describe('seeded random numbers', () => {
  it('repeat for the same seed, differ for another, also for neighbours and zero', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed)
      return Array.from({ length: 8 }, () => random.bits())
    }
    expect(draw(5)).toEqual(draw(5))
    const all = [0, 1, 2, -1, 2 ** 31].flatMap(draw)
    expect(new Set(all).size).toBe(all.length)
  })

  it('are uniform and normal', () => {
    const random = seededRandom(9)
    const n = 40_000
    const uniform = Array.from({ length: n }, () => random.uniform())
    const normal = Array.from({ length: n }, () => random.normal())
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / n
    expect(mean(uniform)).toBeCloseTo(0.5, 2)
    expect(mean(uniform.map(u => u * u))).toBeCloseTo(1 / 3, 2)
    expect(Math.abs(mean(normal))).toBeLessThan(0.02)
    expect(Math.abs(mean(normal.map(z => z * z)) - 1)).toBeLessThan(0.03)
    expect(Math.abs(normal.filter(z => Math.abs(z) < 1).length / n - 0.6827)).toBeLessThan(0.01)
  })

  it('permute evenly', () => {
    const random = seededRandom(4)
    const counts = new Map<string, number>()
    for (let k = 0; k < 6000; k++) {
      const key = random.permutation(3).join('')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
