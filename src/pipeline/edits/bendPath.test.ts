import { expect, it } from 'vitest'
import { bendPath } from './bendPath.ts'

/** Ten frames along x, a pixel a frame. */
const straight = Float32Array.from({ length: 20 }, (_, k) => (k % 2 ? 5 : k / 2))
const offsets = (bent: Float32Array) => Array.from({ length: 10 }, (_, t) => bent[2 * t + 1] - 5)

it('passes through the moved point, keeps both neighbouring nodes and all beyond them, and leaves what it was given', () => {
  const before = straight.slice()
  const bent = bendPath(straight, 10, [{ frame: 8 }, { frame: 2 }, { frame: 4 }, { frame: 0 }], { frame: 4, x: 4.25, y: 9 })
  expect(offsets(bent)).toEqual([0, 0, 0, 2, 4, 3, 2, 1, 0, 0])
  expect([bent[8], bent[9]]).toEqual([4.25, 9])
  expect(straight).toEqual(before)
})

it('fades over the given frames where no node follows, and stops at the ends of the clip', () => {
  expect(offsets(bendPath(straight, 10, [{ frame: 2 }], { frame: 4, x: 4, y: 7 }, 4))).toEqual([0, 0, 0, 1, 2, 1.5, 1, 0.5, 0, 0])
  expect(offsets(bendPath(straight, 10, [], { frame: 9, x: 9, y: 7 }, 2))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
})
