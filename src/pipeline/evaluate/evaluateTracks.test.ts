import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { TrackSet } from '../../shared/tracks.ts'
import { emptyTracks, TrackState } from '../../shared/tracks.ts'
import type { EvaluationMode } from './evaluationQueries.ts'
import { evaluationModes, evaluationQueries } from './evaluationQueries.ts'
import type { Scores } from './evaluateTracks.ts'
import { evaluateTracks } from './evaluateTracks.ts'
import { meanScores } from './meanScores.ts'

type Plain<T> = { [K in keyof T]: T[K] extends readonly number[] ? (number | null)[] : number | null }
interface Answer {
  queries: [id: string, track: number, frame: number][]
  positions: number[]
  occluded: number[]
  scores: Plain<Scores>
  perTrack: Plain<Scores>[]
}
interface Case {
  name: string
  frames: number
  size: [number, number]
  predictedSize: [number, number]
  ids: string[]
  positions: number[]
  occluded: number[]
  evaluated?: number[]
  modes: Record<EvaluationMode, Answer>
}
const golden = JSON.parse(readFileSync(new URL('../../../test/golden/metrics.json', import.meta.url), 'utf8')) as {
  cases: Case[]
  means: Record<EvaluationMode, { averageJaccard: number; deltaAvg: number }>
}

function tracks(ids: string[], frames: number, [width, height]: [number, number], positions: number[], occluded: number[]): TrackSet {
  const set = emptyTracks(ids, frames, { width, height })
  set.positions.set(positions)
  set.states.set(occluded)
  return set
}
const truthOf = (c: Case) => tracks(c.ids, c.frames, c.size, c.positions, c.occluded)
const predictedOf = (c: Case, mode: EvaluationMode) => {
  const answer = c.modes[mode]
  return tracks(
    answer.queries.map(([id]) => id),
    c.frames,
    c.predictedSize,
    answer.positions,
    answer.occluded,
  )
}
const maskOf = (c: Case) => c.evaluated && Uint8Array.from(c.evaluated)

function expectScores(got: Scores, wanted: Plain<Scores>): void {
  for (const key of Object.keys(wanted) as (keyof Scores)[]) {
    const a = [got[key]].flat() as number[]
    const b = [wanted[key]].flat() as (number | null)[]
    expect(a.length, key).toBe(b.length)
    a.forEach((value, k) => (b[k] === null ? expect(value, key).toBeNaN() : expect(value, key).toBeCloseTo(b[k]!, 10)))
  }
}

describe.each(golden.cases.map((c) => [c.name, c] as const))("scores are NumPy's: %s", (_, c) => {
  test.each(evaluationModes)('%s', (mode) => {
    const truth = truthOf(c)
    const answer = c.modes[mode]
    expect(evaluationQueries(truth, mode, maskOf(c)).map((q) => [q.id, q.track, q.frame])).toEqual(answer.queries)
    const result = evaluateTracks(truth, predictedOf(c, mode), { mode, evaluated: maskOf(c) })
    expectScores(result, answer.scores)
    expect(result.perTrack.map((t) => [t.id, t.queryFrame])).toEqual(answer.queries.map(([id, , frame]) => [id, frame]))
    result.perTrack.forEach((t, k) => expectScores(t, answer.perTrack[k]))
    expect(result.oneTrackPerPoint).toBe(false)
  })
})

test.each(evaluationModes)('the mean over videos is plain, and names the videos that have no score (%s)', (mode) => {
  const videos = golden.cases.map((c) => ({
    name: c.name,
    scores: evaluateTracks(truthOf(c), predictedOf(c, mode), { mode, evaluated: maskOf(c) }),
  }))
  const mean = meanScores(videos)
  expect(mean.videos).toBe(videos.length)
  expect(mean.averageJaccard).toBeCloseTo(golden.means[mode].averageJaccard, 10)
  expect(mean.incomplete).toEqual(golden.cases.filter((c) => c.modes[mode].scores.deltaAvg === null).map((c) => c.name))
  expect(mean.incomplete).toContain('all occluded')
})

const wide = () => golden.cases.find((c) => c.name === 'wide clip')!

test('the truth scores 1 against itself in both modes, and in strided mode the result says that points shared a track', () => {
  const truth = truthOf(wide())
  for (const mode of evaluationModes) {
    const result = evaluateTracks(truth, truth, { mode })
    expect([result.averageJaccard, result.deltaAvg, result.occlusionAccuracy, result.temporalCoherence]).toEqual([1, 1, 1, 0])
    expect(result.oneTrackPerPoint).toBe(mode === 'strided')
  }
})

test('the frame before the query counts in strided mode only', () => {
  const truth = emptyTracks(['a'], 3, { width: 256, height: 256 })
  truth.states.set([TrackState.occluded, TrackState.visible, TrackState.visible])
  const predicted = { ...truth, states: Uint8Array.from([TrackState.visible, TrackState.visible, TrackState.visible]) }
  expect(evaluateTracks(truth, predicted, { mode: 'first' }).occlusionAccuracy).toBe(1)
  truth.states[0] = TrackState.visible
  truth.states[1] = TrackState.occluded
  expect(evaluateTracks(truth, predicted, { mode: 'strided' }).occlusionAccuracy).toBe(0.5)
})

test('predictions are found by id, whatever their order, and may lack tracks that are never visible', () => {
  const c = golden.cases.find((x) => x.name === 'never visible tracks')!
  const predicted = predictedOf(c, 'first')
  const wanted = evaluateTracks(truthOf(c), predicted, { mode: 'first' })
  const n = predicted.ids.length
  const reversed = emptyTracks([...predicted.ids].reverse(), c.frames, predicted)
  for (let k = 0; k < n; k++) {
    reversed.positions.set(predicted.positions.subarray((n - 1 - k) * c.frames * 2, (n - k) * c.frames * 2), k * c.frames * 2)
    reversed.states.set(predicted.states.subarray((n - 1 - k) * c.frames, (n - k) * c.frames), k * c.frames)
  }
  expect(evaluateTracks(truthOf(c), reversed, { mode: 'first' })).toEqual(wanted)
  expect(wanted.dropped).toEqual(['t1', 't3'])
  expect(evaluateTracks(truthOf(c), reversed, { mode: 'first', match: 'order' })).not.toEqual(wanted)
})

test('predictions without ids are taken in order, with or without the tracks that are never visible', () => {
  const c = golden.cases.find((x) => x.name === 'never visible tracks')!
  const kept = { ...predictedOf(c, 'first'), ids: ['x', 'y'] }
  const wanted = evaluateTracks(truthOf(c), predictedOf(c, 'first'), { mode: 'first' })
  expect(evaluateTracks(truthOf(c), kept, { mode: 'first' })).toEqual(wanted)
  const all = emptyTracks(['w', 'x', 'y', 'z'], c.frames, kept)
  for (const [k, row] of [
    [0, 0],
    [1, 2],
  ]) {
    all.positions.set(kept.positions.subarray(k * c.frames * 2, (k + 1) * c.frames * 2), row * c.frames * 2)
    all.states.set(kept.states.subarray(k * c.frames, (k + 1) * c.frames), row * c.frames)
  }
  expect(evaluateTracks(truthOf(c), all, { mode: 'first' })).toEqual(wanted)
})

test('cells that the truth calls unlabelled are not scored; out of frame counts as hidden', () => {
  const c = golden.cases.find((x) => x.name === 'evaluated mask')!
  const truth = truthOf(c)
  c.evaluated!.forEach((scored, cell) => {
    if (!scored) truth.states[cell] = TrackState.unlabelled
    else if (truth.states[cell] === TrackState.occluded) truth.states[cell] = TrackState.outOfFrame
  })
  expectScores(evaluateTracks(truth, predictedOf(c, 'first'), { mode: 'first' }), c.modes.first.scores)
})

test('a position that is not a number is within nothing', () => {
  const truth = emptyTracks(['a'], 2, { width: 256, height: 256 })
  truth.states.fill(TrackState.visible)
  const predicted = { ...truth, positions: Float32Array.from([0, 0, Number.NaN, 0]) }
  expect(evaluateTracks(truth, predicted, { mode: 'first' })).toMatchObject({ averageJaccard: 0, deltaAvg: 0, occlusionAccuracy: 1 })
})

test('shapes that do not fit are refused with what was found and what is needed', () => {
  const truth = truthOf(wide())
  const other = emptyTracks(['a', 'b'], truth.frames, truth)
  expect(() => evaluateTracks(truth, emptyTracks([...truth.ids], 3, truth), { mode: 'first' })).toThrow(
    'they have 3 frames, the truth has 17',
  )
  expect(() => evaluateTracks(truth, other, { mode: 'first' })).toThrow('there are 2, but the truth has 5 tracks')
  expect(() => evaluateTracks(truth, emptyTracks(['t0', 't1'], 17, truth), { mode: 'first' })).toThrow('there is none for t2, t3, t4')
  expect(() => evaluateTracks(truth, emptyTracks(['t0', 't0', 't1', 't2', 't3'], 17, truth), { mode: 'first', match: 'id' })).toThrow(
    'ids occur twice',
  )
  expect(() => evaluateTracks(truth, truth, { mode: 'first', evaluated: new Uint8Array(3) })).toThrow('the mask has 3 cells')
})
