/** Fits and refits with what people set, on a small rendered clip: real flow, the real engine, few steps. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthFrames } from '../../pipeline/synth/synthFrames.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { openLiveField } from '../../pipeline/liveField.ts'
import { openField, trackVideo, type TrackVideoInput } from '../../pipeline/trackVideo.ts'
import type { HumanTrack } from '../../shared/jobs.ts'
import { PauseSwitch } from '../../shared/pauseGate.ts'
import { presets, type TrackSettings } from '../../shared/presets.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import { chooseToolbox } from './toolbox.ts'

const clip = renderScene('parallax', { width: 96, height: 72, frames: 10, seed: 2, noise: 0 })
const frames = synthFrames(clip)
const settings: TrackSettings = { ...presets.draft, steps: 60, decaySteps: 20, pairsPerStep: 8, pointsPerPair: 32 }
const refitSettings: TrackSettings = { ...settings, steps: 40 }
const queries = [{ id: 'a', frame: 0, x: 40, y: 30 }, { id: 'b', frame: 3, x: 70, y: 50 }]
let folder: string
let fitted: Uint8Array

interface Run {
  readonly checkpoint: Uint8Array
  readonly messages: readonly ProgressMessage[]
  readonly positions: readonly number[]
}

async function run(over: Partial<TrackVideoInput>): Promise<Run> {
  let checkpoint = new Uint8Array(0)
  const messages: ProgressMessage[] = []
  const { tracks } = await trackVideo({
    frames, queries, settings, cacheFolder: join(folder, 'cache'), threads: 1, toolbox: chooseToolbox(), pause: new PauseSwitch(), signal: new AbortController().signal,
    progress: message => void messages.push(message),
    saveCheckpoint: async bytes => void (checkpoint = bytes.slice()),
    ...over,
  })
  return { checkpoint, messages, positions: [...tracks.positions] }
}

const surroundings = () =>
  ({ frames, settings, cacheFolder: join(folder, 'cache'), threads: 1, toolbox: chooseToolbox(), signal: new AbortController().signal, progress: () => {} })

/** How far a field by itself, without the flow that tracks are fused with, misses what the person said. */
async function missPx(checkpoint: Uint8Array): Promise<number> {
  const field = await openField({ ...surroundings(), checkpoint })
  const [from, to] = human.nodes
  const { positions } = await field.engine.read(Int32Array.of(from.frame), Float32Array.of(from.x, from.y), Int32Array.of(to.frame))
  await field.close()
  return Math.hypot(positions[0] - to.x, positions[1] - to.y)
}

/** The track of point a by the fitted field, with a person's word against it in frame 7. */
let human: HumanTrack

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-refit-'))
  const fit = await run({})
  fitted = fit.checkpoint
  const [x, y] = fit.positions.slice(14, 16)
  human = { id: 'a', nodes: [{ frame: 0, x: 40, y: 30 }, { frame: 7, x: x + 5.123_456, y: y - 4.654_321 }], labels: [] }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a refit', () => {
  it('learns a correction, starts where the fit ended, and leaves what people set to the bit', async () => {
    const refit = await run({ settings: refitSettings, refitOf: fitted, humans: [human] })
    const phases = refit.messages.flatMap(m => (m.kind === 'phase' ? [m.phase] : []))
    // The depth prior took its part in the first fit.
    expect(phases).toEqual(['flow', 'matches', 'optimise', 'readout'])
    const losses = refit.messages.flatMap(m => (m.kind === 'step' ? [m.losses.pixel] : []))
    const fresh = (await run({ settings: { ...settings, steps: 10 } })).messages.flatMap(m => (m.kind === 'step' ? [m.losses.pixel] : []))
    expect(losses[0]).toBeLessThan(fresh[0])
    expect(await missPx(refit.checkpoint)).toBeLessThan(0.7 * (await missPx(fitted)))
    const field = await openLiveField({ ...surroundings(), checkpoint: refit.checkpoint })
    const [path] = await field.track([human])
    await field.close()
    for (const { frame, x, y } of human.nodes) expect([...path.positions.subarray(frame * 2, frame * 2 + 2)]).toEqual([Math.fround(x), Math.fround(y)])
  })

  it('that was interrupted goes on to the very field that an unbroken one gives', async () => {
    const job = { settings: refitSettings, refitOf: fitted, humans: [human] }
    const whole = await run(job)
    const controller = new AbortController()
    let saved = new Uint8Array(0)
    const broken = run({
      ...job,
      signal: controller.signal,
      progress: message => message.kind === 'step' && message.step === 20 && controller.abort(),
      saveCheckpoint: async bytes => void (saved = bytes.slice()),
    })
    await expect(broken).rejects.toMatchObject({ code: 'cancelled' })
    const resumed = await run({ ...job, checkpoint: saved })
    expect(resumed.messages.find(m => m.kind === 'step')).toMatchObject({ step: 30 })
    expect(resumed.positions).toEqual(whole.positions)
  })

  it('goes on from its own checkpoint only with the same corrections', async () => {
    const { checkpoint } = await run({ settings: refitSettings, refitOf: fitted, humans: [human] })
    await expect(run({ settings: refitSettings, refitOf: fitted, humans: [], checkpoint })).rejects.toMatchObject({ code: 'bad-file' })
  })
})

it('a first fit learns corrections too', async () => {
  const taught = await run({ humans: [human] })
  expect(await missPx(taught.checkpoint)).toBeLessThan(0.7 * (await missPx(fitted)))
})
