import { describe, expect, test } from 'vitest'
import { measured, secondsLeft, type Amount } from './amount.ts'

/** `bytes` at each time, ms. */
const after = (bytes: readonly (readonly [ms: number, done: number])[], total = 100_000): Amount => bytes.reduce<Amount | null>((before, [ms, done]) => measured(before, { done, total }, ms), null)!

describe('the rate of counted work', () => {
  test('is unknown until some time has passed', () => {
    expect(after([[0, 0], [100, 5000]])).toMatchObject({ done: 5000, rate: null })
    expect(secondsLeft(after([[0, 0], [100, 5000]]))).toBeNull()
  })

  test('is what came over the time it took', () => {
    const amount = after([[1000, 10_000], [2000, 12_000], [3000, 14_000]])
    expect(amount.rate).toBe(2000)
    expect(secondsLeft(amount)).toBe(43)
  })

  test('follows a connection that slows down, and forgets what was long ago', () => {
    const fast = Array.from({ length: 10 }, (_, s) => [1000 * s, 5000 * s] as const)
    const slow = Array.from({ length: 10 }, (_, s) => [10_000 + 1000 * s, 45_000 + 100 * (s + 1)] as const)
    expect(after([...fast, ...slow]).rate).toBeCloseTo(100, 6)
  })

  test('starts over where the work does', () => {
    expect(after([[0, 0], [1000, 50_000], [2000, 10]])).toMatchObject({ done: 10, rate: null })
  })

  test('says nothing of the end where the total is unknown', () => {
    const amount = after([[0, 0], [1000, 5000]], 0)
    expect(amount.rate).toBe(5000)
    expect(secondsLeft(amount)).toBeNull()
  })
})
