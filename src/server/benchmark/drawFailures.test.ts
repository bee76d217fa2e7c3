import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { evaluateTracks } from '../../pipeline/evaluate/evaluateTracks.ts'
import { evaluationQueries } from '../../pipeline/evaluate/evaluationQueries.ts'
import type { FrameSource } from '../../pipeline/frames/frameSource.ts'
import { emptyTracks, TrackState } from '../../shared/tracks.ts'
import { drawFailures, tellingCells } from './drawFailures.ts'

const size = { width: 256, height: 256 }
// Two points that stand still; the prediction of the second walks away by 5 px a frame and is called hidden at frame 3.
const truth = emptyTracks(['still', 'lost'], 6, size)
truth.states.fill(TrackState.visible)
truth.positions.fill(100)
truth.states[6 + 5] = TrackState.unlabelled
const predicted = { ...truth, positions: truth.positions.slice(), states: new Uint8Array(12) }
for (let t = 0; t < 6; t++) predicted.positions[(6 + t) * 2] = 100 + 5 * t
predicted.states[6 + 3] = TrackState.occluded
const queries = evaluationQueries(truth, 'first')

describe('pictures of failures', () => {
  it('are of the query’s frame, the first that is off and the one most off, never of what the truth does not label', () => {
    const cells = tellingCells({ truth, queries, predicted }, 1)
    // Frame 2 is 10 px off, frame 3 15 px and hidden, frame 4 20 px.
    expect(cells.map(({ frame, errorPx }) => [frame, errorPx])).toEqual([[0, 0], [2, 10], [3, 15]])
    expect(tellingCells({ truth, queries, predicted }, 0).map(({ frame }) => frame)).toEqual([0, 1])
  })

  it('show truth and prediction where they are', async () => {
    const grey = new Uint8Array(256 * 256 * 3).fill(90)
    const frames = { clip: { ...size, name: '', frameCount: 6, timesS: new Float64Array(6) }, work: size, clipRgb: async () => grey.slice() } as unknown as FrameSource
    const failures = await drawFailures({ frames, truth, queries, predicted, scores: evaluateTracks(truth, predicted, { mode: 'first' }).perTrack })
    // What is right all along is no failure.
    expect(failures.map(({ id }) => id)).toEqual(['lost'])
    const [, off] = failures[0].pictures
    expect(off).toMatchObject({ frame: 2, errorPx: 10, truthVisible: true, predictedVisible: true })
    const { data, info } = await sharp(Buffer.from(off.jpeg, 'base64')).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 256, height: 256 })
    const at = (x: number, y: number) => [...data.subarray((y * 256 + x) * 3, (y * 256 + x) * 3 + 3)]
    const [red, , blue] = at(110, 100)
    expect(red - blue).toBeGreaterThan(80)
    const ring = at(100, 107)
    expect(ring[2] - ring[0]).toBeGreaterThan(80)
    expect(at(200, 200).every(value => Math.abs(value - 90) < 6)).toBe(true)
  })
})
