/**
 * Trackers of networks, on generated files that have the inputs, outputs and states of the public exports and whose answers are known:
 * windows, overlap, reversal, scaling, states, batches. No published weights are run here.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { flowGraph } from '../../../test/builders/onnxGraph.ts'
import { coTrackerGraph, pointEncoderGraph, tapirGraph, type CoTrackerGraph } from '../../../test/builders/trackerGraphs.ts'
import type { FrameSource } from '../../pipeline/frames/frameSource.ts'
import { TrackState, type Query } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { addModel } from '../models/installModel.ts'
import { ModelStore } from '../models/modelStore.ts'
import { listTrackers, openTracker } from './trackers.ts'

const folders: string[] = []
let folder = ''
let store: ModelStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-network-tracker-'))
  folders.push(folder)
  store = new ModelStore(join(folder, 'models'))
})
afterAll(() => Promise.all(folders.map(path => rm(path, { recursive: true, force: true }))))

async function add(name: string, bytes: Uint8Array) {
  await writeFile(join(folder, `${name}.onnx`), bytes)
  return addModel(store, join(folder, `${name}.onnx`), 'tracker', [])
}

/** Frames of one grey each: 40, 48, 56 … */
const level = (frame: number) => 40 + 8 * frame
function greyFrames(count: number, clip: Size, work: Size): FrameSource {
  const rgb = (frame: number, { width, height }: Size) => new Uint8Array(width * height * 3).fill(level(frame))
  return {
    clip: { name: 'grey', ...clip, frameCount: count, timesS: Float64Array.from({ length: count }, (_, t) => t / 25) },
    work,
    workRgb: async frame => rgb(frame, work),
    clipRgb: async frame => rgb(frame, clip),
    close: async () => {},
  }
}

const clip = { width: 200, height: 100 }
const COUNT = 20
const queries: Query[] = [
  { id: 'early', frame: 0, x: 81.3, y: 40.2 },
  { id: 'late', frame: 13, x: 120, y: 55.5 },
  { id: 'middle', frame: 7, x: 60, y: 30 },
  { id: 'last', frame: COUNT - 1, x: 101, y: 62 },
  { id: 'same', frame: 7, x: 140, y: 70 },
]
const input = (signal = new AbortController().signal, progress: (text: string) => void = () => {}) => ({
  frames: greyFrames(COUNT, clip, { width: 100, height: 50 }), queries, cacheFolder: join(folder, 'cache'), threads: 1, seed: 0, signal,
  progress: (message: { kind: string }) => progress(message.kind),
})

/** Compares tracks with what a known motion makes of the queries; the last argument is visible there. */
function expectTracks(tracks: Awaited<ReturnType<Awaited<ReturnType<typeof openTracker>>['track']>>, place: (query: Query, frame: number) => readonly [number, number], seen: (frame: number) => boolean): void {
  expect(tracks.ids).toEqual(queries.map(query => query.id))
  queries.forEach((query, n) => {
    for (let t = 0; t < COUNT; t++) {
      const k = n * COUNT + t
      const [x, y] = t === query.frame ? [query.x, query.y] : place(query, t)
      const at = `${query.id} at ${t}`
      expect(tracks.positions[2 * k], at).toBeCloseTo(x, 2)
      expect(tracks.positions[2 * k + 1], at).toBeCloseTo(y, 2)
      const inside = x >= 0 && y >= 0 && x < clip.width && y < clip.height
      expect(tracks.states[k], at).toBe(t === query.frame ? TrackState.visible : !inside ? TrackState.outOfFrame : seen(t) ? TrackState.visible : TrackState.occluded)
    }
  })
}

describe('a TAPIR export', () => {
  it('is refused until its point encoder is there, and then followed by its self-test', async () => {
    const graph = tapirGraph({ side: 128, velocity: [-1, 1] })
    expect((await add('tapir', graph)).found).toContain('point encoder, is needed')
    expect((await listTrackers(store)).find(({ name }) => name === 'tapir')!.problem).toContain('point encoder is missing')
    await expect(openTracker('tapir', store)).rejects.toMatchObject({ code: 'unsupported' })
    expect((await add('encoder', pointEncoderGraph())).found).toContain('reads grids where it should')
    const { model, found } = await add('tapir', graph)
    expect(found).toContain('followed to 0.00 px')
    expect(model.conventions).toMatchObject({ kind: 'tracker', family: 'tapir', picture: { range: [-1, 1] } })
    const infos = await listTrackers(store)
    expect(infos.map(({ name }) => name)).toEqual(['chained', 'sift', 'omnimotion', 'tapir'])
    expect(infos.at(-1)).toMatchObject({ title: 'TAPIR, online export', problem: null, network: model.sha256 })
    expect((await openTracker('tapir', store)).id).toContain(model.sha256.slice(0, 16))
  })

  it.each([
    ['any number of points', undefined],
    ['two points at a time', 2],
    ['more points than there are', 7],
  ])('of %s goes forward and backward from each query with a state of its own, in pixels of the clip', async (_, points) => {
    await add('encoder', pointEncoderGraph({ points }))
    const side = 64
    const velocity = [-0.25, 0.25] as const
    const gain = [2, -1] as const
    // Its self-test would see points driven by brightness lose the texture: installed by hand.
    const { model } = await add('tapir', tapirGraph({ side, points, velocity: [-1, 1] }))
    await writeFile(store.path('tapir'), tapirGraph({ side, points, velocity, gain, visibleAbove: (2 * level(9)) / 255 - 1 - 1e-3 }))
    expect(model.conventions).toBeTruthy()
    const tracks = await (await openTracker('tapir', store)).track(input())
    const mean = (frame: number) => (2 * level(frame)) / 255 - 1
    const move = (axis: 0 | 1, query: Query, frame: number) => velocity[axis] * Math.abs(frame - query.frame) + gain[axis] * mean(frame)
    expectTracks(tracks, (query, t) => [query.x + (move(0, query, t) * clip.width) / side, query.y + (move(1, query, t) * clip.height) / side], t => t >= 9)
  })

  it('that does not follow a moving texture is refused, and so is an encoder that takes x before y', async () => {
    await expect(add('swapped', pointEncoderGraph({ swapped: true }))).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('(y, x in 0…1)') })
    await add('encoder', pointEncoderGraph())
    await expect(add('still', tapirGraph({ side: 128, velocity: [9, 9] }))).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('px of error') })
    await add('other', tapirGraph({ side: 64, points: 3, velocity: [-1, 1] }))
    await add('encoder', pointEncoderGraph({ points: 4 }))
    await expect((await openTracker('other', store)).track(input())).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('4 points') })
  })
})

describe('a CoTracker export', () => {
  const size = { window: 8, width: 64, height: 48 }
  /** What the self-test moves by, in the units that the graph counts in. */
  const inPixels = { velocity: [-1, 1] } as const
  const inUnits = { velocity: [-511 / 63, 383 / 47] } as const

  it('has its units found, and whether points may start late', async () => {
    expect((await add('pixels', coTrackerGraph({ ...size, ...inPixels }))).model.conventions).toMatchObject({ family: 'cotracker', units: 'picture', starts: 'any', picture: { range: [0, 255] } })
    const { model, found } = await add('units', coTrackerGraph({ ...size, ...inUnits, firstWindowOnly: true }))
    expect(model.conventions).toMatchObject({ units: { width: 512, height: 384 }, starts: 'first' })
    expect(found).toMatch(/pixels of 512×384, takes points at the first frame only.* 0\.0\d px/)
  })

  const cases: [string, Partial<CoTrackerGraph>, Size | null][] = [
    ['all points in one pass', inPixels, null],
    ['points in passes of their own', { ...inUnits, firstWindowOnly: true }, { width: 512, height: 384 }],
    ['two points at a time', { ...inPixels, points: 2 }, null],
  ]
  it.each(cases)('follows %s through overlapping windows, both ways, with its state', async (_, kind, units) => {
    await add('tracker', coTrackerGraph({ ...size, ...kind }))
    const velocity = [-0.125, 0.0625] as const
    const gain = [0.02, -0.01] as const
    const perWindow = [0.5, 0.25] as const
    await writeFile(store.path('tracker'), coTrackerGraph({ ...size, ...kind, velocity, gain, perWindow, visibleAbove: level(9) - 0.5 }))
    const tracks = await (await openTracker('tracker', store)).track(input())
    const unit = units ? [(units.width - 1) / (size.width - 1), (units.height - 1) / (size.height - 1)] : [1, 1]
    const shared = units === null && kind.points === undefined
    const groups = shared ? [queries] : kind.points ? [queries.slice(0, 2), queries.slice(2, 4), queries.slice(4)] : queries.map(query => queries.filter(({ frame }) => frame === query.frame))
    const half = size.window / 2
    const move = (axis: 0 | 1, query: Query, t: number) => {
      const own = groups.find(group => group.includes(query))!.map(({ frame }) => frame)
      const forward = t > query.frame
      const step = forward ? t - Math.min(...own) : Math.max(...own) - t
      const steps = forward ? COUNT - Math.min(...own) : Math.max(...own) + 1
      // The last window that holds the step answers it.
      const windows = Math.max(1, Math.ceil((steps - half) / half))
      const seen = Math.min(Math.floor(step / half), windows - 1)
      return (velocity[axis] * Math.abs(t - query.frame) + gain[axis] * level(t) + perWindow[axis] * seen) / unit[axis]
    }
    expectTracks(tracks, (query, t) => [query.x + (move(0, query, t) * clip.width) / size.width, query.y + (move(1, query, t) * clip.height) / size.height], t => t >= 9)
  })

  it('that gives its state not back, or is another network, is refused with what is missing', async () => {
    await expect(add('stateless', coTrackerGraph({ ...size, ...inPixels, without: 'o_track_feat' }))).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('“track_feat” does not come back') })
    await expect(add('blind', coTrackerGraph({ ...size, ...inPixels, without: 'pred_visibility' }))).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('looks like cotracker, but “pred_visibility” is missing') })
    await expect(add('flow', flowGraph({ flow: [1, 0] }))).rejects.toMatchObject({ code: 'bad-file', next: expect.stringContaining('TAPIR') })
  })
})
