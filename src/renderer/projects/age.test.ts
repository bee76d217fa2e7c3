import { expect, test } from 'vitest'
import { age } from './age.ts'

const day = 86_400_000
test.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [60_000, '1 minute ago'],
  [3_599_999, '59 minutes ago'],
  [3_600_000, '1 hour ago'],
  [day, 'yesterday'],
  [6 * day, '6 days ago'],
  [7 * day, 'last week'],
  [29 * day, '4 weeks ago'],
  [200 * day, '6 months ago'],
  [800 * day, '2 years ago'],
  [-5000, 'just now'],
])('%d ms before now reads as %s', (ms, text) => expect(age(1e12 - ms, 1e12)).toBe(text))
