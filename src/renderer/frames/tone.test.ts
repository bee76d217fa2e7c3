import { describe, expect, test } from 'vitest'
import { applyTone, isPlain, toneTable } from './tone.ts'

const plain = { brightness: 0, contrast: 0, gamma: 1 }

describe('the tones of the picture', () => {
  test('plain changes nothing', () => {
    expect([...toneTable(plain)]).toEqual([...Array(256).keys()])
    expect(isPlain(plain)).toBe(true)
    expect(isPlain({ ...plain, gamma: 1.1 })).toBe(false)
  })

  test('gamma lifts the middle and keeps the ends; contrast turns about the middle; brightness moves all', () => {
    const gamma = toneTable({ ...plain, gamma: 2 })
    expect([gamma[0], gamma[64], gamma[255]]).toEqual([0, 128, 255])
    const contrast = toneTable({ ...plain, contrast: 0.5 })
    expect(contrast[127]).toBeLessThanOrEqual(127)
    expect(contrast[64]).toBeLessThan(64)
    expect(contrast[192]).toBeGreaterThan(192)
    expect(new Set(toneTable({ ...plain, contrast: -1 }))).toEqual(new Set([128]))
    expect(toneTable({ ...plain, brightness: 0.2 })[100]).toBe(151)
  })

  test('colours change each by itself, opacity stays', () => {
    const pixels = Uint8ClampedArray.of(0, 64, 255, 7)
    applyTone(pixels, toneTable({ ...plain, gamma: 2 }))
    expect([...pixels]).toEqual([0, 128, 255, 7])
  })
})
