import { describe, expect, it } from 'vitest'
import { FrameClock, summariseRate } from './frameTimes.ts'

function clockOf(times: (number | null)[], nominalS: number | null = null, durationS: number | null = null): FrameClock {
  const clock = new FrameClock(nominalS)
  for (const timeS of times) clock.push({ timeS, durationS })
  return clock
}

describe('frame times', () => {
  it('start at 0 and keep the intervals of the file', () => {
    expect([...clockOf([5, 5.1, 5.4]).times()].map((t) => +t.toFixed(9))).toEqual([0, 0.1, 0.4])
  })

  it('increase strictly even where the file repeats or reverses a time', () => {
    const times = clockOf([0, 0.1, 0.1, 0.05, 0.2]).times()
    for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1])
    expect(times[4]).toBeCloseTo(0.2, 9)
  })

  it('are made up from durations, then from the nominal rate, where the file gives none', () => {
    expect([...clockOf([null, null, null], 0.5).times()]).toEqual([0, 0.5, 1])
    expect([...clockOf([null, null, null], 0.5, 0.2).times()].map((t) => +t.toFixed(9))).toEqual([0, 0.2, 0.4])
    expect([...clockOf([null, null, 7, 8], 1).times()]).toEqual([0, 1, 2, 3])
  })

  it('end when the last frame does', () => {
    expect(clockOf([0, 1, 2], null, 0.25).endS()).toBeCloseTo(2.25, 9)
    expect(clockOf([0, 1, 3]).endS()).toBeCloseTo(5, 9)
    expect(clockOf([4], 0.04).endS()).toBeCloseTo(0.04, 9)
    expect(clockOf([]).endS()).toBe(0)
  })
})

describe('the rate of a clip', () => {
  it('is constant when intervals differ by the rounding of the clock only', () => {
    const rounded = Float64Array.from({ length: 50 }, (_, i) => Math.round((i / 24) * 1000) / 1000)
    expect(summariseRate(rounded, 0.001)).toMatchObject({ variableRate: false })
    expect(summariseRate(rounded, 0.001).meanRate).toBeCloseTo(24, 1)
    expect(summariseRate(rounded, 0)).toMatchObject({ variableRate: true })
  })

  it('is unknown for a single frame', () => {
    expect(summariseRate(Float64Array.of(0), 0)).toEqual({ meanRate: null, variableRate: false, shortestIntervalS: null, longestIntervalS: null })
  })
})
