import { expect, test } from 'vitest'
import { frameRate, length } from './videoFacts.ts'

const at = (fps: number, frames: number) => Float64Array.from({ length: frames }, (_, k) => k / fps)

test('a steady rate is said as it is, even where times are rounded to milliseconds', () => {
  expect(frameRate(at(30_000 / 1001, 90))).toBe('29.97 frames/s')
  expect(frameRate(at(24, 48).map(time => Math.round(time * 1000) / 1000))).toMatch(/^2[34](\.\d+)? frames\/s$/)
})

test('a rate that changes says so', () => {
  expect(frameRate(Float64Array.of(0, 0.04, 0.08, 0.12, 0.4, 0.44))).toBe('varies, mostly 25 frames/s')
})

test('the length counts the last frame', () => {
  expect(length(at(25, 50))).toBe('2.00 s')
  expect(length(at(25, 25 * 90))).toBe('1 min 30 s')
})

test('a single picture has no rate', () => {
  expect(frameRate(Float64Array.of(0))).toBe('–')
  expect(length(Float64Array.of(0))).toBe('0.00 s')
})
