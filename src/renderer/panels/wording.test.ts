import { expect, test } from 'vitest'
import { count, duration, frameSpan, percent, pixels, score } from './wording.ts'

test('counts know one from many', () => {
  expect([count(1, 'track'), count(0, 'track'), count(12_345, 'track')]).toEqual(['1 track', '0 tracks', '12,345 tracks'])
})

test('times are said as coarsely as they are known', () => {
  expect([0, 40.4, 60, 200, 754, 3599.7, 3600, 15_000, 7199].map(duration)).toEqual([
    '0 s', '40 s', '1 min', '3 min 20 s', '13 min', '1 h', '1 h', '4 h 10 min', '2 h',
  ])
})

test('a percentage is whole only where nothing is missing', () => {
  expect([0, 0.001, 0.5, 0.9999, 1].map(percent)).toEqual(['0 %', '<1 %', '50 %', '99 %', '100 %'])
})

test('what cannot be scored is a dash', () => {
  expect([score(0.7841), score(Number.NaN), pixels(2.345), pixels(1234.5), pixels(Number.NaN)]).toEqual(['78.4', '–', '2.3 px', '1235 px', '–'])
  expect([frameSpan(3, 3), frameSpan(3, 9)]).toEqual(['3', '3–9'])
})
