import { describe, expect, it } from 'vitest'
import { describeOrientation, nearestOrientation, orientRgb, orientedSize } from './orientRgb.ts'
import type { Orientation } from './orientRgb.ts'

const all: Orientation[] = [-1, 1].flatMap((p) => [-1, 1].flatMap((q) => [{ a: p, b: 0, c: 0, d: q }, { a: 0, b: p, c: q, d: 0 }] as Orientation[]))
const size = { width: 5, height: 3 }
const rgb = Uint8Array.from({ length: 45 }, (_, i) => i)

/** Where a stored pixel must be shown, straight from the definition about the centre. */
function shownPlace(x: number, y: number, o: Orientation): [number, number] {
  const shown = orientedSize(size, o)
  const [u, v] = [x + 0.5 - size.width / 2, y + 0.5 - size.height / 2]
  return [o.a * u + o.c * v + shown.width / 2 - 0.5, o.b * u + o.d * v + shown.height / 2 - 0.5]
}

describe('turning frames', () => {
  it.each(all)('puts every pixel where the orientation $a $b $c $d says', (o) => {
    const out = orientRgb(rgb, size, o)
    const { width } = orientedSize(size, o)
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const [sx, sy] = shownPlace(x, y, o)
        expect([...out.subarray((sy * width + sx) * 3, (sy * width + sx) * 3 + 3)]).toEqual([...rgb.subarray((y * size.width + x) * 3, (y * size.width + x) * 3 + 3)])
      }
    }
  })

  it('describes each of the eight by clockwise degrees and a mirror, differently', () => {
    const names = all.map((o) => JSON.stringify(describeOrientation(o)))
    expect(new Set(names).size).toBe(8)
    expect(describeOrientation({ a: 0, b: 1, c: -1, d: 0 })).toEqual({ rotationDegrees: 90, mirrored: false })
    expect(describeOrientation({ a: -1, b: 0, c: 0, d: 1 })).toEqual({ rotationDegrees: 0, mirrored: true })
    expect(describeOrientation({ a: 1, b: 0, c: 0, d: -1 })).toEqual({ rotationDegrees: 180, mirrored: true })
  })

  it('takes the nearest quarter turn of any matrix', () => {
    expect(nearestOrientation(65536, 0, 0, 65536)).toEqual({ a: 1, b: 0, c: 0, d: 1 })
    expect(nearestOrientation(100, 65530, -65530, 90)).toEqual({ a: 0, b: 1, c: -1, d: 0 })
    expect(nearestOrientation(0, 0, 0, 0)).toEqual({ a: 1, b: 0, c: 0, d: 1 })
  })
})
