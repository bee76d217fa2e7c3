import { describe, expect, it } from 'vitest'
import { uniformFlowStore } from '../../../test/builders/flowStore.ts'
import type { FieldEngine, FieldShape } from '../../engine/backend.ts'
import { TrackState, type Query } from '../../shared/tracks.ts'
import { MatchIndex } from './matchIndex.ts'
import { readTracks } from './readTracks.ts'
import { reliftErrors } from './relift.ts'

const FRAMES = 6
const WORK = { width: 40, height: 30 }

/** A field in which everything moves 4 px right a frame; points re-lifted from frames after `brokenFrom` land 3 px off. */
function rigidField(brokenFrom = FRAMES): FieldEngine {
  return {
    shape: { frames: FRAMES, ...WORK } as FieldShape,
    async read(frames: Int32Array, points: Float32Array, targets: Int32Array) {
      const n = frames.length
      const positions = new Float32Array(n * targets.length * 2)
      for (let k = 0; k < n; k++)
        for (let j = 0; j < targets.length; j++) {
          const at = (k * targets.length + j) * 2
          positions[at] = points[k * 2] + 4 * (targets[j] - frames[k])
          positions[at + 1] = points[k * 2 + 1] + (targets[j] < frames[k] && frames[k] >= brokenFrom ? 3 : 0)
        }
      return { positions, depths: new Float32Array(n * targets.length).fill(1), surface: new Float32Array(n * targets.length).fill(1) }
    },
  } as unknown as FieldEngine
}

const read = (queries: readonly Query[], engine = rigidField()) =>
  readTracks({
    engine, queries, clip: { width: 80, height: 60 }, patches: null, matches: new MatchIndex(null), flowGaps: [1, 2],
    flow: uniformFlowStore({ frames: FRAMES, ...WORK, gaps: [1, 2], velocity: [4, 0] }),
    calibration: { tau: 0.03, fieldErrorPx: 0.5, depthAccuracy: 0.9 },
  })

describe('tracks of a fitted field', () => {
  it('come in pixels of the clip, both ways in time, the query exact', async () => {
    const tracks = await read([{ id: 'a', frame: 2, x: 40.3, y: 20.7 }])
    for (let t = 0; t < FRAMES; t++) {
      expect(tracks.positions[t * 2]).toBeCloseTo(40.3 + 8 * (t - 2), 1)
      expect(tracks.positions[t * 2 + 1]).toBeCloseTo(20.7, 1)
      expect(tracks.states[t]).toBe(TrackState.visible)
    }
    expect([tracks.positions[4], tracks.positions[5]]).toEqual([Math.fround(40.3), Math.fround(20.7)])
    expect([...tracks.queryFrames]).toEqual([2])
  })

  it('are out of the frame where they have left it, and keep their place there', async () => {
    const tracks = await read([{ id: 'a', frame: 0, x: 60, y: 10 }])
    expect([...tracks.states]).toEqual([0, 0, 0, 2, 2, 2])
    expect(tracks.positions[10]).toBeCloseTo(100, 0)
  })

  it('keep the order of the queries over blocks of them', async () => {
    const queries = Array.from({ length: 2_003 }, (_, k) => ({ id: `q${k}`, frame: k % FRAMES, x: 20 + (k % 11), y: 5 + (k % 50) }))
    const tracks = await read(queries)
    expect(tracks.ids).toEqual(queries.map(q => q.id))
    for (const k of [0, 999, 1_000, 2_002]) expect(tracks.positions[(k * FRAMES + queries[k].frame) * 2]).toBe(Math.fround(queries[k].x))
  })

  it('are less certain where re-lifting with the frame’s own depth misses the query', async () => {
    const queries = [{ id: 'a', frame: 0, x: 20, y: 20 }]
    const sure = await read(queries)
    const doubtful = await read(queries, rigidField(3))
    expect(doubtful.uncertainty[1]).toBe(sure.uncertainty[1])
    expect(doubtful.uncertainty[4]).toBeGreaterThan(sure.uncertainty[4] + 1)
  })
})

describe('re-lift errors', () => {
  it('are distances from the query, whatever the order of query frames', async () => {
    const positions = new Float32Array(2 * FRAMES * 2)
    for (let q = 0; q < 2; q++) for (let t = 0; t < FRAMES; t++) positions.set([10 + 4 * (t - [4, 0][q]) + t, 9], (q * FRAMES + t) * 2)
    const errors = await reliftErrors(rigidField(), Int32Array.of(4, 0), Float32Array.of(10, 9, 10, 9), positions)
    expect([...errors]).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
  })
})
