/** What every tracker owes to those who ask it (pipeline/trackers/tracker.ts), asked of all of them on one small clip. Not here: how well they track. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderRgb, still, type LayerScene } from '../../../test/builders/layerScene.ts'
import { coTrackerGraph, pointEncoderGraph, tapirGraph } from '../../../test/builders/trackerGraphs.ts'
import type { FrameSource } from '../../pipeline/frames/frameSource.ts'
import { defaultOmniMotion, omniMotionTracker } from '../../pipeline/trackers/omnimotion/omniMotion.ts'
import type { Tracker } from '../../pipeline/trackers/tracker.ts'
import { builtinTrackers } from '../../shared/trackers.ts'
import { TrackState, type Query } from '../../shared/tracks.ts'
import { addModel } from '../models/installModel.ts'
import { ModelStore } from '../models/modelStore.ts'
import { listTrackers, openTracker } from './trackers.ts'

const FRAMES = 6
const scene: LayerScene = { width: 96, height: 72, background: frame => ({ ...still, dx: 2 * frame, dy: -frame }) }
/** The working size is not the clip's: what comes back must count in the clip's pixels. */
const frames: FrameSource = {
  clip: { name: 'drift', width: 192, height: 144, frameCount: FRAMES, timesS: Float64Array.from({ length: FRAMES }, (_, t) => t / 25) },
  work: { width: 96, height: 72 },
  workRgb: async frame => renderRgb(scene, frame),
  clipRgb: () => Promise.reject(new Error('a tracker sees frames at their working size')),
  close: async () => {},
}
const queries: Query[] = [
  { id: 'third', frame: 3, x: 100.3, y: 70.7 },
  { id: 'first', frame: 0, x: 60.1, y: 80.9 },
  { id: 'corner', frame: FRAMES - 1, x: 191.9, y: 0.1 },
  { id: 'again', frame: 3, x: 100.3, y: 70.7 },
]

let folder = ''
let store: ModelStore
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-trackers-'))
  store = new ModelStore(join(folder, 'models'))
  for (const [name, bytes] of [
    ['encoder', pointEncoderGraph()],
    ['tapir', tapirGraph({ side: 64, velocity: [-1, 1] })],
    ['cotracker', coTrackerGraph({ window: 4, width: 64, height: 48, velocity: [-1, 1] })],
  ] as const) {
    await writeFile(join(folder, `${name}.onnx`), bytes)
    await addModel(store, join(folder, `${name}.onnx`), 'tracker', [])
  }
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** OmniMotion at a size that takes seconds; the others as they are. */
async function open(name: string): Promise<Tracker> {
  if (name !== 'omnimotion') return openTracker(name, store)
  const { shape, fit } = defaultOmniMotion
  return omniMotionTracker({ flowGaps: [1], shape: { ...shape, layers: 2, hidden: 8, code: 8, timeHidden: 8, canonicalHidden: 8 }, fit: { ...fit, steps: 20, groupsPerStep: 4, raysPerGroup: 4 } })
}
const input = (name: string) => ({ frames, queries, cacheFolder: join(folder, 'cache', name), threads: 1, seed: 1, progress: () => {}, signal: new AbortController().signal })

const names = [...builtinTrackers, 'tapir', 'cotracker']

it('all trackers are offered, none with a problem, and no part of one by itself', async () => {
  const infos = await listTrackers(store)
  expect(infos.map(({ name }) => name).sort()).toEqual([...names].sort())
  for (const { problem, title, text } of infos) expect([problem, title.length > 0, text.length > 20]).toEqual([null, true, true])
})

describe.each(names)('the tracker %s', { timeout: 120_000 }, name => {
  it('gives a track for each query, in order, exactly on it at its frame, with a place and a state in every frame', async () => {
    const tracker = await open(name)
    const tracks = await tracker.track(input(name))
    expect(tracks).toMatchObject({ frames: FRAMES, width: 192, height: 144, ids: queries.map(query => query.id) })
    expect(tracks.states.length).toBe(queries.length * FRAMES)
    expect(tracks.positions.every(Number.isFinite)).toBe(true)
    queries.forEach((query, n) => {
      expect([tracks.queryFrames[n], ...tracks.queryPoints.subarray(2 * n, 2 * n + 2)]).toEqual([query.frame, Math.fround(query.x), Math.fround(query.y)])
      const own = n * FRAMES + query.frame
      expect([tracks.states[own], ...tracks.positions.subarray(2 * own, 2 * own + 2)]).toEqual([TrackState.visible, Math.fround(query.x), Math.fround(query.y)])
      for (let k = n * FRAMES; k < (n + 1) * FRAMES; k++) {
        const [x, y] = tracks.positions.subarray(2 * k, 2 * k + 2)
        const inside = x >= 0 && y >= 0 && x < 192 && y < 144
        expect([inside ? TrackState.visible : TrackState.outOfFrame, inside ? TrackState.occluded : TrackState.outOfFrame]).toContain(tracks.states[k])
      }
    })
    // The same query twice is the same track.
    const rows = (n: number) => [...tracks.positions.subarray(2 * n * FRAMES, 2 * (n + 1) * FRAMES)]
    expect(rows(3)).toEqual(rows(0))
    expect(await tracker.track(input(name))).toEqual(tracks)
  })

  it('of no queries gives no tracks', async () => {
    const tracks = await (await open(name)).track({ ...input(name), queries: [] })
    expect([tracks.ids, tracks.states.length]).toEqual([[], 0])
  })

  it('stops when cancelled, before or in the middle, and does not go on', async () => {
    const tracker = await open(name)
    const stopped = new AbortController()
    stopped.abort()
    await expect(tracker.track({ ...input(name), signal: stopped.signal })).rejects.toMatchObject({ code: 'cancelled' })
    const stop = new AbortController()
    let finished = false
    const run = tracker.track({
      ...input(name), cacheFolder: join(folder, 'cancelled', name), signal: stop.signal,
      progress: message => {
        if (message.kind !== 'progress' || message.done === 0) return
        finished ||= stop.signal.aborted && message.done === message.total
        stop.abort()
      },
    })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(finished).toBe(false)
  })
})
