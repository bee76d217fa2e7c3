import { describe, expect, it } from 'vitest'
import { uniformFlowStore } from '../../../test/builders/flowStore.ts'
import type { Batch, FieldEngine, FieldShape, FieldState, LossWeights, StepRates, StepResult } from '../../engine/backend.ts'
import { TaplineError } from '../../shared/errors.ts'
import { PauseSwitch } from '../../shared/pauseGate.ts'
import { presets, type TrackSettings } from '../../shared/presets.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import { LOSS_COLUMNS, optimise, type OptimiseInput } from './optimise.ts'
import { Sampler } from './sampler.ts'

const store = uniformFlowStore({ frames: 6, width: 32, height: 32, gaps: [1, 2], velocity: [1, 0] })
const settings: TrackSettings = { ...presets.draft, steps: 300, pairsPerStep: 4, pointsPerPair: 8 }
const sampler = () =>
  new Sampler(store, null, { frames: 6, width: 32, height: 32, pairsPerStep: 4, pointsPerPair: 8, occludedShare: 0, longTermGroups: 0, couples: false, seed: 1 })

/** An engine whose one number follows the batches and the rates: any slip of a resume shows in it. `trouble` makes steps fail. */
class FakeEngine implements FieldEngine {
  readonly name = 'fake'
  readonly shape = { frames: 6 } as FieldShape
  value = 1
  steps = 0
  calls = 0
  readonly trouble: (call: number) => 'nan' | 'jump' | null

  constructor(trouble: (call: number) => 'nan' | 'jump' | null = () => null) {
    this.trouble = trouble
  }

  async step(batch: Batch, _weights: LossWeights, rates: StepRates): Promise<StepResult> {
    const trouble = this.trouble(this.calls++)
    if (trouble !== 'nan') {
      this.value = Math.fround(this.value * 0.99 + rates.network * batch.source.reduce((sum, v) => sum + v, 0))
      this.steps++
    }
    const pixel = trouble === 'jump' ? 5_000 : 1
    const losses = { total: 1, pixel, longTerm: 0, correction: 0, depth: 0, prior: 0, priorGradient: 0, occlusion: 0, flowGradient: 0 }
    const residuals = Float32Array.from(batch.kind, (_, k) => (k * 7 + this.steps) % 5)
    return { losses, residuals, networkGradientNorm: 1, depthGradientNorm: 1, finite: trouble !== 'nan' }
  }

  async exportState(): Promise<FieldState> {
    const group = { planes: Float32Array.of(this.value), time: new Float32Array(1), network: new Float32Array(2), depth: new Float32Array(3) }
    return { step: this.steps, values: group, firstMoments: group, secondMoments: group }
  }

  async importState(state: FieldState): Promise<void> {
    this.value = state.values.planes[0]
    this.steps = state.step
  }

  gradients = () => Promise.reject(new Error('not used'))
  read = () => Promise.reject(new Error('not used'))
  close = async () => {}
}

function run(engine: FieldEngine, over: Partial<OptimiseInput> = {}): { done: Promise<Float32Array>; messages: ProgressMessage[]; saved: Uint8Array[] } {
  const messages: ProgressMessage[] = []
  const saved: Uint8Array[] = []
  const input: OptimiseInput = {
    engine, sampler: sampler(), settings, priorTrust: 0, runKey: 'k', pause: new PauseSwitch(), signal: new AbortController().signal,
    saveCheckpoint: async bytes => void saved.push(bytes),
    progress: message => void messages.push(message),
    ...over,
  }
  return { done: optimise(input), messages, saved }
}

const stop = (after: number, act: () => void) => (call: number) => {
  if (call === after) act()
  return null
}

describe('the optimisation', () => {
  it('saves the steps done when it is cancelled on the way through a preview, of which the first comes after a tenth', async () => {
    const controller = new AbortController()
    const preview = async () => {
      controller.abort()
      throw new TaplineError('cancelled', 'track readout', 'cancelled on request', 'Run it again.')
    }
    const { done, messages, saved } = run(new FakeEngine(), { signal: controller.signal, preview })
    await expect(done).rejects.toMatchObject({ code: 'cancelled', subject: 'optimisation' })
    expect(saved).toHaveLength(1)
    expect(messages.filter(message => message.kind === 'checkpoint')).toEqual([{ kind: 'checkpoint', step: 30 }])
  })

  it('ends where an unbroken run ends when it is cancelled and resumed', async () => {
    const whole = new FakeEngine()
    const wholeLosses = await run(whole).done
    const controller = new AbortController()
    const broken = run(new FakeEngine(stop(123, () => controller.abort())), { signal: controller.signal })
    await expect(broken.done).rejects.toMatchObject({ code: 'cancelled' })
    const resumed = new FakeEngine()
    const second = run(resumed, { checkpoint: broken.saved.at(-1) })
    const losses = await second.done
    expect(second.messages[0]).toEqual({ kind: 'resumed', step: 124 })
    expect(resumed.value).toBe(whole.value)
    const rows = (l: Float32Array) => l.filter((_, k) => k % 8 !== 7)
    expect(rows(losses)).toEqual(rows(wholeLosses))
  })

  it('refuses the checkpoint of another run', async () => {
    const first = run(new FakeEngine())
    await first.done
    await expect(run(new FakeEngine(), { runKey: 'other', checkpoint: first.saved.at(-1) }).done).rejects.toThrow(/another clip or other settings/)
  })

  it.each(['nan', 'jump'] as const)('goes back to the last good state with half the rate on %s', async kind => {
    const engine = new FakeEngine(call => (call === 270 ? kind : null))
    const { done, messages } = run(engine)
    const losses = await done
    const steps = losses.filter((_, k) => k % LOSS_COLUMNS === 0)
    expect([...steps]).toEqual(Array.from({ length: 30 }, (_, k) => 10 * (k + 1)))
    const recovered = messages.filter(m => m.kind === 'recovered')
    expect(recovered.map(m => m.step)).toEqual([250])
    expect(engine.steps).toBe(300)
  })

  it('gives up with the reason when it keeps diverging', async () => {
    const { done } = run(new FakeEngine(call => (call > 260 ? 'nan' : null)))
    await expect(done).rejects.toMatchObject({ code: 'diverged', subject: 'optimisation' })
  })

  it('stands still while paused, having saved, and goes on', async () => {
    const pause = new PauseSwitch()
    const engine = new FakeEngine(stop(50, () => pause.pause()))
    const { done, messages, saved } = run(engine, { pause })
    await expect.poll(() => messages.some(m => m.kind === 'paused')).toBe(true)
    const held = engine.calls
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(engine.calls).toBe(held)
    expect(saved).toHaveLength(1)
    pause.resume()
    await done
    expect(engine.steps).toBe(300)
  })

  it('can be cancelled while paused', async () => {
    const pause = new PauseSwitch()
    pause.pause()
    const controller = new AbortController()
    const { done, messages } = run(new FakeEngine(), { pause, signal: controller.signal })
    await expect.poll(() => messages.some(m => m.kind === 'paused')).toBe(true)
    controller.abort()
    await expect(done).rejects.toBeInstanceOf(TaplineError)
  })

  it('says so when no motion can be followed', async () => {
    const nothing = uniformFlowStore({ frames: 3, width: 16, height: 16, gaps: [1], velocity: [40, 0] })
    const lost = new Sampler(nothing, null, { frames: 3, width: 16, height: 16, pairsPerStep: 2, pointsPerPair: 4, occludedShare: 0, longTermGroups: 0, couples: false, seed: 1 })
    await expect(run(new FakeEngine(), { sampler: lost }).done).rejects.toThrow(/no motion could be followed/)
  })
})
