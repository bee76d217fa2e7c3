import { describe, expect, test } from 'vitest'
import { frameLabel, secondsLabel, tickEvery, tickSpacing } from './ticks.ts'

describe('the marks of the ruler', () => {
  test('are the closest of 1, 2, 5, 10, 20 … that leave room for a label', () => {
    expect([100, 56, 30, 12, 5.6, 1, 0.1].map(px => tickEvery(px, 56))).toEqual([1, 1, 2, 5, 10, 100, 1000])
  })

  test('stand at whole parts of the labelled ones, never closer than can be told apart', () => {
    for (let px = 0.02; px < 70; px *= 1.13) {
      const { major, minor } = tickSpacing(px)
      expect(major % minor).toBe(0)
      expect(major * px).toBeGreaterThanOrEqual(56)
      if (minor < major) expect(minor * px).toBeGreaterThanOrEqual(6)
      if (minor === 1 || major === 1) expect(Number.isInteger(minor)).toBe(true)
    }
  })
})

test('frames have at least five digits, and as many as the last one needs', () => {
  expect(frameLabel(123, 450)).toBe('00123')
  expect(frameLabel(123, 1_234_567)).toBe('0000123')
})

test('seconds turn into minutes where they round to one', () => {
  expect([0, 4.916, 59.994, 59.999, 64.92, 3600].map(secondsLabel)).toEqual(['0.00 s', '4.92 s', '59.99 s', '1:00.00', '1:04.92', '60:00.00'])
})
