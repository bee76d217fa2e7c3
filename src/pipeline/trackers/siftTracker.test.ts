/** SIFT tracks against exact truth; the place told by matches, and what lies between the frames in which a point was found. */
import { describe, expect, it } from 'vitest'
import { Random } from '../../shared/random.ts'
import { TrackState, type Query } from '../../shared/tracks.ts'
import type { FrameMatches } from '../supervision/matches/putativeMatches.ts'
import { synthFrames } from '../synth/synthFrames.ts'
import { renderScene } from '../synth/synthScenes.ts'
import { placeFromMatches } from './placeFromMatches.ts'
import { siftTracker } from './siftTracker.ts'
import { supportedTrack } from './supportedTrack.ts'

/** Matches of points around (50, 40), each moved as told. */
function matchesOf(points: readonly (readonly [number, number])[], move: (x: number, y: number, k: number) => readonly [number, number]): FrameMatches {
  const ones = new Float32Array(points.length).fill(1)
  return { count: points.length, a: Float32Array.from(points.flat()), b: Float32Array.from(points.flatMap(([x, y], k) => move(x, y, k))), scale: ones, turn: ones, confidence: ones }
}
const around = (count: number, radius: number, random = new Random(5)) =>
  Array.from({ length: count }, () => [50 + radius * (2 * random.float() - 1), 40 + radius * (2 * random.float() - 1)] as const)

describe('a place told by the matches around it', () => {
  const turned = (x: number, y: number): [number, number] => [12 + 1.2 * (0.8 * x - 0.6 * y), 5 + 1.2 * (0.6 * x + 0.8 * y)]

  it('is where a turn, a scale and a shift take it', () => {
    const [x, y] = placeFromMatches(matchesOf(around(8, 20), turned), 50, 40)!
    expect(x).toBeCloseTo(turned(50, 40)[0], 3)
    expect(y).toBeCloseTo(turned(50, 40)[1], 3)
  })

  it('follows the majority, near ones first', () => {
    const mixed = matchesOf(around(10, 20), (px, py, k) => (k % 3 === 0 ? [px + 30, py - 9] : turned(px, py)))
    const [x, y] = placeFromMatches(mixed, 50, 40)!
    expect(Math.hypot(x - turned(50, 40)[0], y - turned(50, 40)[1])).toBeLessThan(0.01)
  })

  it('is not known where matches are few, far, or each of its own mind', () => {
    expect(placeFromMatches(matchesOf(around(2, 10), turned), 50, 40)).toBeNull()
    expect(placeFromMatches(matchesOf(around(8, 10).map(([x, y]) => [x + 40, y] as const), turned), 50, 40)).toBeNull()
    const random = new Random(9)
    expect(placeFromMatches(matchesOf(around(10, 20), () => [200 * random.float(), 200 * random.float()]), 50, 40)).toBeNull()
  })
})

describe('a track between the frames in which a point was found', () => {
  it('is linear and hidden there, goes on at its ends, and leaves the frame', () => {
    const cells = { positions: new Float32Array(40), states: new Uint8Array(20) }
    supportedTrack(new Map([[2, [10, 10]], [4, [14, 10]], [8, [22, 18]], [9, [25, 21]]]), { width: 40, height: 100 }, cells)
    const at = (t: number) => [...cells.positions.subarray(2 * t, 2 * t + 2)]
    expect([at(0), at(2), at(3), at(6)]).toEqual([[6, 10], [10, 10], [12, 10], [18, 14]])
    const { visible, occluded, outOfFrame } = TrackState
    expect([...cells.states].slice(0, 10)).toEqual([occluded, occluded, visible, occluded, visible, occluded, occluded, occluded, visible, visible])
    expect(at(12)).toEqual([34, 30])
    expect(at(19)).toEqual(at(17))
    expect([...cells.states].slice(12, 16)).toEqual([occluded, occluded, outOfFrame, outOfFrame])
  })
})

describe('SIFT tracks of a scene of several surfaces', () => {
  it.each([
    ['parallax', 12],
    ['fast', 6],
  ])('(%s) lie where the truth does wherever they say visible, far better than standing still', async (name, count) => {
    const clip = renderScene(name, { width: 160, height: 120, frames: count, seed: 3 })
    const queries: Query[] = []
    for (const frame of [0, count - 1]) for (let y = 16; y < 112; y += 16) for (let x = 20; x < 150; x += 20) queries.push({ id: `${frame}:${x},${y}`, frame, x, y })
    const truth = clip.groundTruth(queries)
    const tracks = await siftTracker().track({ frames: synthFrames(clip, 150), queries, cacheFolder: '', threads: 2, seed: 0, progress: () => {}, signal: new AbortController().signal })
    const errors: number[] = []
    const still: number[] = []
    let [seen, found] = [0, 0]
    truth.states.forEach((state, k) => {
      const n = Math.floor(k / clip.frames)
      const off = (x: number, y: number) => Math.hypot(x - truth.positions[2 * k], y - truth.positions[2 * k + 1])
      if (queries[n].frame === k % clip.frames) return
      if (state === TrackState.visible) {
        seen++
        if (tracks.states[k] === TrackState.visible) found++
      }
      if (tracks.states[k] !== TrackState.visible) return
      errors.push(off(tracks.positions[2 * k], tracks.positions[2 * k + 1]))
      still.push(off(queries[n].x, queries[n].y))
    })
    const share = (list: readonly number[], px: number) => list.filter(e => e < px).length / list.length
    expect(found / seen).toBeGreaterThan(0.7)
    expect(share(errors, 3)).toBeGreaterThan(0.8)
    expect(share(errors, 1)).toBeGreaterThan(1.5 * share(still, 1))
  })
})
