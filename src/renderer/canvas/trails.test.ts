import { describe, expect, test } from 'vitest'
import { seededNumbers } from '../../../test/builders/seededTracks.ts'
import { addRun } from './trails.ts'

const view = { scale: 2.5, x: 30, y: -12 }

/** The corners that a run is drawn with. */
function corners(positions: Float32Array): [number, number][] {
  const drawn: [number, number][] = []
  const add = (x: number, y: number) => void drawn.push([x, y])
  addRun({ moveTo: add, lineTo: add }, positions, 0, positions.length / 2 - 1, view)
  return drawn
}

const onScreen = (positions: Float32Array, t: number): [number, number] => [positions[2 * t] * view.scale + view.x, positions[2 * t + 1] * view.scale + view.y]

function distance([x, y]: [number, number], [ax, ay]: [number, number], [bx, by]: [number, number]): number {
  const length2 = (bx - ax) ** 2 + (by - ay) ** 2
  const along = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2))
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
}

describe('the line of a trail', () => {
  test('passes within a px of every position, from the first to the last, with far fewer corners', () => {
    const random = seededNumbers(3)
    let drawn = 0
    for (let path = 0; path < 30; path++) {
      const positions = new Float32Array(200)
      const [radius, turns, shake] = [60 * random(), random(), 0.1 * random()]
      for (let t = 0; t < 100; t++) {
        const angle = (6.28 * turns * t) / 100
        positions[2 * t] = 100 + radius * Math.cos(angle) + shake * random()
        positions[2 * t + 1] = 80 + radius * Math.sin(angle) + shake * random()
      }
      const line = corners(positions)
      drawn += line.length
      expect(line[0]).toEqual(onScreen(positions, 0))
      expect(line.at(-1)).toEqual(onScreen(positions, 99))
      for (let t = 0; t < 100; t++) {
        const nearest = Math.min(...line.slice(1).map((corner, k) => distance(onScreen(positions, t), line[k], corner)))
        expect(nearest).toBeLessThan(1)
      }
    }
    expect(drawn).toBeLessThan((30 * 100) / 1.5)
  })

  test('a straight way has two corners, one that turns back keeps where it turned', () => {
    const straight = Float32Array.from({ length: 40 }, (_, k) => (k % 2 ? 5 + (k >> 1) : 3 + 2 * (k >> 1)))
    expect(corners(straight)).toHaveLength(2)
    const there = Float32Array.from({ length: 42 }, (_, k) => (k % 2 ? 7 : 10 - Math.abs(10 - (k >> 1))))
    expect(corners(there)).toEqual([onScreen(there, 0), onScreen(there, 10), onScreen(there, 20)])
  })
})
