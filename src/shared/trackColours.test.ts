import { describe, expect, test } from 'vitest'
import { trackColour, trackColours } from './trackColours.ts'

/** CIE L*a*b* of an sRGB colour under D65, by the formulas of the standard (CIE 15, IEC 61966-2-1). */
function lab(hex: string): [number, number, number] {
  const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  const xyz = [(0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047, 0.2126729 * r + 0.7151522 * g + 0.072175 * b, (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883]
  const [x, y, z] = xyz.map(t => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29))
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
const hue = (hex: string) => (Math.atan2(lab(hex)[2], lab(hex)[1]) * 180) / Math.PI

describe('colours of tracks', () => {
  test('are twelve, equally light', () => {
    expect(new Set(trackColours).size).toBe(12)
    for (const colour of trackColours) expect(lab(colour)[0], colour).toBeCloseTo(66, 0)
  })

  test('are told apart pairwise', () => {
    const distances = trackColours.flatMap((a, i) => trackColours.slice(i + 1).map(b => Math.hypot(...lab(a).map((v, k) => v - lab(b)[k]))))
    expect(Math.min(...distances)).toBeGreaterThan(15)
  })

  test('differ by far in hue from those before and after', () => {
    for (let n = 0; n < 12; n++) {
      const apart = Math.abs(((hue(trackColour(n + 1)) - hue(trackColour(n)) + 540) % 360) - 180)
      expect(apart, `${n} and ${n + 1}`).toBeGreaterThan(120)
    }
  })
})
