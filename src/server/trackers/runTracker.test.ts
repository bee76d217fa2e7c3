/** Other trackers in real processes, on a small rendered clip. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coTrackerGraph } from '../../../test/builders/trackerGraphs.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import type { TrackerJob } from '../../shared/trackers.ts'
import { TrackState } from '../../shared/tracks.ts'
import { importFrames } from '../decode/importFrames.ts'
import { writeSynth } from '../decode/writeSynth.ts'
import { forkJob } from '../jobs/jobChannel.ts'
import { addModel } from '../models/installModel.ts'
import { ModelStore } from '../models/modelStore.ts'
import { runTracker } from './runTracker.ts'

const clip = renderScene('parallax', { width: 96, height: 72, frames: 8, seed: 2, noise: 0 })
const truth = clip.groundTruth({ count: 20 })
const queries = truth.ids.map((id, n) => ({ id, frame: truth.queryFrames[n], x: truth.queryPoints[2 * n], y: truth.queryPoints[2 * n + 1] }))
const never = new AbortController().signal
let folder: string
let job: TrackerJob

const start = (links: ReturnType<typeof forkJob>[]) => () => {
  links.push(forkJob(new URL('../tracking/trackProcess.ts', import.meta.url), { TAPLINE_HOME: join(folder, 'home') }))
  return links.at(-1)!
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-tracker-'))
  await writeSynth(clip, join(folder, 'clip'))
  await importFrames(join(folder, 'clip', 'color'), join(folder, 'frames'), { longSide: 96 })
  job = { tracker: 'chained', framesFolder: join(folder, 'frames'), cacheFolder: join(folder, 'cache'), queries, longSide: 96, seed: 0, threads: 1 }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('another tracker’s process', () => {
  it('tells how far it is and answers with its tracks', async () => {
    const messages: ProgressMessage[] = []
    const tracks = await runTracker(job, { signal: never, progress: message => void messages.push(message), start: start([]) })
    expect(tracks.ids).toEqual(truth.ids)
    const errors = truth.states.reduce<number[]>((list, state, k) => {
      if (state === TrackState.visible) list.push(Math.hypot(tracks.positions[2 * k] - truth.positions[2 * k], tracks.positions[2 * k + 1] - truth.positions[2 * k + 1]))
      return list
    }, [])
    expect(errors.sort((a, b) => a - b)[errors.length >> 1]).toBeLessThan(1)
    expect(messages).toContainEqual({ kind: 'phase', phase: 'flow', label: 'Computing optical flow' })
    expect(messages.at(-1)).toMatchObject({ kind: 'progress', phase: 'flow' })
  })

  it('runs a network of the user’s folder, and says on which device', async () => {
    const file = join(folder, 'windows.onnx')
    await writeFile(file, coTrackerGraph({ window: 4, width: 64, height: 48, velocity: [-1, 1] }))
    await addModel(new ModelStore(join(folder, 'home', 'models')), file, 'tracker', [])
    const messages: ProgressMessage[] = []
    const tracks = await runTracker({ ...job, tracker: 'windows' }, { signal: never, progress: message => void messages.push(message), start: start([]) })
    expect(tracks.ids).toEqual(truth.ids)
    const [{ frame, x, y }] = queries
    const next = frame === clip.frames - 1 ? frame - 1 : frame + 1
    expect(tracks.positions[2 * next]).toBeCloseTo(x - 96 / 64, 3)
    expect(tracks.positions[2 * next + 1]).toBeCloseTo(y + 72 / 48, 3)
    expect(messages).toContainEqual({ kind: 'note', text: expect.stringMatching(/^windows runs on \w+\.$/) })
  })

  it('is gone when a run is cancelled, and nothing is given', async () => {
    const stop = new AbortController()
    const links: ReturnType<typeof forkJob>[] = []
    const run = runTracker({ ...job, cacheFolder: join(folder, 'other') }, { signal: stop.signal, progress: ({ kind }) => kind === 'phase' && stop.abort(), start: start(links) })
    await expect(run).rejects.toMatchObject({ code: 'cancelled', subject: 'chained' })
    expect(() => process.kill(links[0].pid!, 0)).toThrow('ESRCH')
    await expect(runTracker(job, { signal: stop.signal, progress: () => {}, start: start(links) })).rejects.toMatchObject({ code: 'cancelled' })
    expect(links).toHaveLength(1)
  })

  it.skipIf(process.platform === 'win32')('that cannot stop by itself is killed', async () => {
    const stop = new AbortController()
    const links: ReturnType<typeof forkJob>[] = []
    const freeze = ({ kind }: ProgressMessage) => {
      if (kind !== 'phase') return
      process.kill(links[0].pid!, 'SIGSTOP')
      stop.abort()
    }
    const run = runTracker({ ...job, cacheFolder: join(folder, 'frozen') }, { signal: stop.signal, progress: freeze, start: start(links) })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(() => process.kill(links[0].pid!, 0)).toThrow('ESRCH')
  })

  it('says what is wrong: no such tracker, no frames, killed', async () => {
    const run = (changed: Partial<TrackerJob>, links: ReturnType<typeof forkJob>[] = []) => runTracker({ ...job, ...changed }, { signal: never, progress: () => {}, start: start(links) })
    await expect(run({ tracker: 'magic' })).rejects.toMatchObject({ code: 'not-found', subject: 'magic', next: expect.stringContaining('chained, sift, omnimotion') })
    await expect(run({ framesFolder: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'not-found', next: 'Import the video first.' })
    const links: ReturnType<typeof forkJob>[] = []
    const killed = run({}, links)
    links[0].kill()
    await expect(killed).rejects.toMatchObject({ code: 'internal', subject: 'chained', reason: expect.stringContaining('SIGKILL'), next: expect.stringContaining('Run it again') })
  })
})
