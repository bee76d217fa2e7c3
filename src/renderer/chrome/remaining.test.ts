import { expect, test } from 'vitest'
import { remaining } from './remaining.ts'

test.each([
  [null, ''],
  [NaN, ''],
  [3, 'a few seconds left'],
  [11, '15 s left'],
  [54.9, '55 s left'],
  [56, '1 min left'],
  [100, '2 min left'],
  [3500, '58 min left'],
  [3599, '1 h left'],
  [5400, '1 h 30 min left'],
  [7150, '2 h left'],
])('%s seconds read as "%s"', (etaS, text) => expect(remaining(etaS)).toBe(text))
