/** Live fields in real processes, of a small rendered clip whose motion is known. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { trackVideo } from '../../pipeline/trackVideo.ts'
import type { FieldTracker, FieldTrackerInput } from '../../shared/fieldTracker.ts'
import { PauseSwitch } from '../../shared/pauseGate.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import { TrackState } from '../../shared/tracks.ts'
import { presets, type TrackSettings } from '../../shared/presets.ts'
import { importFrames } from '../decode/importFrames.ts'
import { openFrames } from '../decode/openFrames.ts'
import { writeSynth } from '../decode/writeSynth.ts'
import { writeCheckpoint } from '../jobs/checkpointFile.ts'
import type { FieldLink } from './fieldMessages.ts'
import { forkField, openFieldTracker } from './openFieldTracker.ts'
import { chooseToolbox } from './toolbox.ts'

const clip = renderScene('parallax', { width: 96, height: 72, frames: 10, seed: 2, noise: 0 })
const truth = clip.groundTruth({ count: 30 })
const settings: TrackSettings = { ...presets.draft, longSide: 64, steps: 40, pairsPerStep: 8, pointsPerPair: 32 }
const signal = new AbortController().signal
const never = { signal, progress: () => {} }
/** Of the clip before any fit, and after a run of a few steps. */
let unfitted: FieldTrackerInput
let fitted: FieldTrackerInput
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-field-'))
  await writeSynth(clip, join(folder, 'clip'))
  await importFrames(join(folder, 'clip', 'color'), join(folder, 'frames'), { longSide: 96 })
  const runFolder = join(folder, 'run')
  unfitted = { framesFolder: join(folder, 'frames'), cacheFolder: join(folder, 'cache'), settings, runFolder: null, threads: 1 }
  fitted = { ...unfitted, runFolder }
  const frames = await openFrames(unfitted.framesFolder, { longSide: settings.longSide })
  await trackVideo({
    frames, settings, cacheFolder: unfitted.cacheFolder, threads: 1, toolbox: chooseToolbox(), signal, queries: [], progress: () => {}, pause: new PauseSwitch(),
    saveCheckpoint: (bytes, step) => writeCheckpoint(runFolder, { bytes, step, losses: [] }),
  })
  await frames.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Tracks of the truth that are seen in every frame, and their places. */
const seen = truth.ids.map((_, n) => n).filter(n => truth.states.subarray(n * clip.frames, (n + 1) * clip.frames).every(state => state === TrackState.visible))
const place = (n: number, frame: number) => {
  const at = (n * clip.frames + frame) * 2
  return { frame, x: truth.positions[at], y: truth.positions[at + 1] }
}
/** Mean distance of a path from the truth, clip px. */
function missPx(path: TrackPath, n: number): number {
  let sum = 0
  for (let t = 0; t < clip.frames; t++) sum += Math.hypot(path.positions[t * 2] - place(n, t).x, path.positions[t * 2 + 1] - place(n, t).y)
  return sum / clip.frames
}
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]

async function using<T>(of: FieldTrackerInput, work: (tracker: FieldTracker) => Promise<T>, start?: () => FieldLink): Promise<T> {
  const tracker = await openFieldTracker(start)(of, never)
  try {
    return await work(tracker)
  } finally {
    await tracker.close()
  }
}

describe.each(['flow', 'fitted'] as const)('a live field of kind %s', kind => {
  const input = () => (kind === 'flow' ? unfitted : fitted)

  it('tracks a click, a path through two keyframes, and only the frames that are wanted', async () => {
    await using(input(), async tracker => {
      expect(tracker.kind).toBe(kind)
      const clicks = await tracker.track(seen.map(n => ({ nodes: [place(n, 3)], labels: [] })))
      expect(median(clicks.map((path, k) => missPx(path, seen[k])))).toBeLessThan(1.5)
      expect(clicks[0].source).toBe(kind === 'flow' ? 'flow' : 'field')
      const [n] = seen
      const nodes = [place(n, 1), { frame: 7, x: 40.123, y: 30.456 }]
      const [path] = await tracker.track([{ nodes, labels: [] }])
      for (const { frame, x, y } of nodes) {
        expect([...path.positions.subarray(frame * 2, frame * 2 + 2)]).toEqual([Math.fround(x), Math.fround(y)])
        expect(path.uncertainty[frame]).toBe(0)
        expect(path.states[frame]).toBe(TrackState.visible)
      }
      expect(path.source).toBe(kind === 'flow' ? 'flow' : 'repaired')
      const [part] = await tracker.track([{ nodes, labels: [], span: { first: 1, last: 7 }, base: clicks[0] }])
      for (let t = 0; t < clip.frames; t++) {
        const whole = t >= 1 && t <= 7 ? path : clicks[0]
        expect([...part.positions.subarray(t * 2, t * 2 + 2)]).toEqual([...whole.positions.subarray(t * 2, t * 2 + 2)])
      }
    })
  })

  it('previews any pixel, and of many asked at once only the newest', async () => {
    await using(input(), async tracker => {
      const asked = seen.map(n => tracker.preview(0, place(n, 0).x, place(n, 0).y))
      const previews = await Promise.all(asked)
      expect(previews.slice(0, -1)).toEqual(seen.slice(1).map(() => null))
      const paths: TrackPath[] = []
      for (const n of seen) paths.push((await tracker.preview(0, place(n, 0).x, place(n, 0).y))!)
      expect(median(paths.map((path, k) => missPx(path, seen[k])))).toBeLessThan(2)
      expect(await tracker.preview(0, -1, 5)).toBeNull()
    })
  })

  it('draws flow, cycles and depth where it knows them', async () => {
    await using(input(), async tracker => {
      for (const image of ['flow', 'cycle'] as const) {
        expect(await tracker.image(image, clip.frames - 1)).toBeNull()
        expect(await tracker.image(image, 2)).toMatchObject({ width: 64, height: 48 })
      }
      const depth = await tracker.image('depth', 2)
      if (kind === 'flow') expect(depth).toBeNull()
      else expect(new Set(depth!.rgba).size).toBeGreaterThan(20)
    })
  })
})

describe('a live field’s process', () => {
  it('that dies refuses what was asked and says so; the next question starts it anew', async () => {
    const links: FieldLink[] = []
    const start = () => {
      links.push(forkField())
      return links.at(-1)!
    }
    await using(unfitted, async tracker => {
      const asked = Promise.all([tracker.track([{ nodes: [place(seen[0], 0)], labels: [] }]), tracker.image('flow', 0)])
      links[0].kill()
      await expect(asked).rejects.toMatchObject({ code: 'internal', reason: expect.stringContaining('SIGKILL'), next: expect.stringContaining('anew') })
      const both = await Promise.all([tracker.image('flow', 0), tracker.image('cycle', 0)])
      expect(both.map(picture => picture?.width)).toEqual([64, 64])
      expect(links).toHaveLength(2)
    }, start)
  })

  it('that is not wanted any more ends; what comes later is refused', async () => {
    const controller = new AbortController()
    controller.abort()
    await expect(openFieldTracker()(fitted, { ...never, signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' })
    const tracker = await openFieldTracker()(unfitted, never)
    await tracker.close()
    await expect(tracker.image('flow', 0)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('tells why a field cannot be opened', async () => {
    await expect(openFieldTracker()({ ...fitted, runFolder: join(folder, 'elsewhere') }, never)).rejects.toMatchObject({ code: 'not-found', next: 'Optimise the video again.' })
    await expect(openFieldTracker()({ ...fitted, framesFolder: join(folder, 'elsewhere') }, never)).rejects.toMatchObject({ code: 'not-found' })
    await expect(openFieldTracker()({ ...fitted, settings: { ...settings, longSide: 96 } }, never)).rejects.toMatchObject({ code: 'bad-file' })
  })
})
