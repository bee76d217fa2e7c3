/** Which frames are matched. */
import { expect, it } from 'vitest'
import { matchPairs } from './matchPairs.ts'

it('are far apart or at gaps of flow where it may fail, in order and once', () => {
  const pairs = matchPairs(40, [1, 2, 3, 4, 6, 8, 12, 16])
  const gaps = pairs.map(([a, b]) => b - a)
  expect(gaps.every(g => g > 16 || [4, 6, 8, 12, 16].includes(g))).toBe(true)
  expect(Math.max(...gaps)).toBeGreaterThan(30)
  expect(new Set(pairs.map(String)).size).toBe(pairs.length)
  expect(pairs.every(([a, b]) => a >= 0 && b < 40)).toBe(true)
})

it('are bounded for long clips, and reach from end to end', () => {
  const pairs = matchPairs(3_000, [1, 2, 4, 8, 16])
  expect(pairs.length).toBeLessThanOrEqual(550)
  expect(new Set(pairs.flat()).size).toBeLessThanOrEqual(240)
  expect(Math.max(...pairs.map(([a, b]) => b - a))).toBeGreaterThan(1_500)
})

it('are none in a clip that flow covers', () => {
  expect(matchPairs(3, [1, 2])).toEqual([])
})
