/** Whole fits of a volume to tiny clips of exact motion: tracks, cancel, recovery; what hides a place. Not here: gradients.test.ts. */
import { describe, expect, it } from 'vitest'
import { exactFlow, renderRgb, still, type LayerScene } from '../../../../test/builders/layerScene.ts'
import { TaplineError } from '../../../shared/errors.ts'
import type { ProgressMessage } from '../../../shared/progress.ts'
import { TrackState, type Query } from '../../../shared/tracks.ts'
import type { FrameSource } from '../../frames/frameSource.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowPair, type FlowProvider } from '../../supervision/supervision.ts'
import type { TrackerInput } from '../tracker.ts'
import { defaultOmniMotion, omniMotionTracker, type OmniMotionOptions } from './omniMotion.ts'
import { takenBefore } from './readVolume.ts'

const FRAMES = 6
const TIMEOUT = 180_000
/** The texture moves right and down. */
const drift: LayerScene = { width: 64, height: 48, background: frame => ({ ...still, dx: 2 * frame, dy: frame }) }

const { shape, fit } = defaultOmniMotion
const small: Pick<OmniMotionOptions, 'flowGaps' | 'shape' | 'fit'> = {
  flowGaps: [1, 2, 3],
  shape: { ...shape, layers: 4, octaves: 2, hidden: 16, code: 8, timeOctaves: 2, timeHidden: 8, canonicalOctaves: 4, canonicalHidden: 16 },
  fit: { ...fit, steps: 250, groupsPerStep: 8, raysPerGroup: 8, rates: { time: 8e-3, bijection: 8e-3, canonical: 8e-3 } },
}

function framesOf(scene: LayerScene): FrameSource {
  const { width, height } = scene
  const rgb = async (frame: number) => renderRgb(scene, frame)
  const clip = { name: 'layers', frameCount: FRAMES, width, height, timesS: Float64Array.from({ length: FRAMES }, (_, k) => k / 25) }
  return { clip, work: { width, height }, workRgb: rgb, clipRgb: rgb, close: async () => {} }
}

/** Exact flow, as a provider. */
function flowOf(scene: LayerScene): FlowProvider {
  return {
    id: 'exact',
    async compute(_context, gaps) {
      const read = (from: number, to: number): FlowPair => {
        const { flow, seen } = exactFlow(scene, from, to)
        const status = Uint8Array.from(seen, s => (s === 1 ? FlowStatus.visible : s === 2 ? FlowStatus.outOfFrame : FlowStatus.occluded))
        const units = Int16Array.from(flow, v => Math.round(v * FLOW_UNITS_PER_PIXEL))
        return { from, to, columns: scene.width, rows: scene.height, stride: 1, flow: units, status }
      }
      const pairs = gaps.flatMap(gap => Array.from({ length: FRAMES - gap }, (_, a) => [[a, a + gap], [a + gap, a]] as const)).flat()
      const kept = new Map(pairs.map(([a, b]) => [`${a} ${b}`, read(a, b)]))
      return { pairs, read: (from, to) => kept.get(`${from} ${to}`)!, has: (from, to) => kept.has(`${from} ${to}`) }
    },
  }
}

interface Over {
  readonly options?: Partial<OmniMotionOptions>
  readonly input?: Partial<TrackerInput>
}

function run(scene: LayerScene, queries: readonly Query[], over: Over = {}) {
  const messages: ProgressMessage[] = []
  const tracks = omniMotionTracker({ flow: flowOf(scene), ...small, ...over.options }).track({
    frames: framesOf(scene), queries, cacheFolder: 'none', threads: 1, seed: 3, signal: new AbortController().signal,
    progress: message => void messages.push(message), ...over.input,
  })
  return { tracks, messages }
}

const query = (id: string, frame: number, x: number, y: number): Query => ({ id, frame, x, y })

describe('OmniMotion at small size', () => {
  it('tracks a moving texture within 1.5 px', async () => {
    const queries = [query('a', 0, 20, 15), query('b', 5, 40, 30), query('c', 2, 30, 24), query('leaves', 0, 60, 20)]
    const { tracks, messages } = run(drift, queries)
    const { positions, states, ids } = await tracks
    expect(ids).toEqual(queries.map(q => q.id))
    queries.forEach((q, n) => {
      for (let frame = 0; frame < FRAMES; frame++) {
        const k = n * FRAMES + frame
        const [x, y] = [q.x + 2 * (frame - q.frame), q.y + frame - q.frame]
        if (x >= 62) continue
        expect(Math.hypot(positions[2 * k] - x, positions[2 * k + 1] - y), `${q.id} at ${frame}`).toBeLessThan(frame === q.frame ? 1e-9 : 1.5)
        expect(states[k], `${q.id} at ${frame}`).toBe(TrackState.visible)
      }
    })
    expect(states[3 * FRAMES + 5]).toBe(TrackState.outOfFrame)
    const steps = messages.filter(m => m.kind === 'step')
    expect(steps.map(m => m.step)).toEqual(Array.from({ length: 25 }, (_, k) => 10 * (k + 1)))
    expect(steps.at(-1)!.losses.pixel).toBeLessThan(steps[0].losses.pixel / 2)
    expect(messages.flatMap(m => (m.kind === 'phase' ? [m.phase] : []))).toEqual(['flow', 'optimise', 'readout'])
  }, TIMEOUT)

  it('computes the same on any number of threads', async () => {
    const few = { options: { fit: { ...small.fit, steps: 6 } } }
    const queries = [query('a', 0, 20, 15)]
    const [one, three] = await Promise.all([1, 3].map(threads => run(drift, queries, { ...few, input: { threads } }).tracks))
    expect(three.positions).toEqual(one.positions)
    expect(one.positions.some((v, k) => Math.abs(v - [20, 15][k % 2]) > 1e-3)).toBe(true)
  }, TIMEOUT)

  it('stops at the next step when it is cancelled', async () => {
    const controller = new AbortController()
    const steps: number[] = []
    const { tracks } = run(drift, [query('a', 0, 20, 15)], {
      input: {
        signal: controller.signal, threads: 2,
        progress: message => {
          if (message.kind !== 'step') return
          steps.push(message.step)
          controller.abort()
        },
      },
    })
    await expect(tracks).rejects.toMatchObject({ code: 'cancelled' })
    expect(steps).toEqual([10])
  }, TIMEOUT)

  it('goes back with half the rate when it runs away, and says so when that does not help', async () => {
    const wild = { ...small.fit, rates: { time: 1e5, bijection: 1e5, canonical: 1e5 }, clip: Number.POSITIVE_INFINITY }
    const { tracks, messages } = run(drift, [query('a', 0, 20, 15)], { options: { fit: wild } })
    const error = await tracks.catch((e: unknown) => e)
    expect(error).toBeInstanceOf(TaplineError)
    expect(error).toMatchObject({ code: 'diverged', subject: 'OmniMotion' })
    expect(messages.filter(m => m.kind === 'recovered')).toHaveLength(4)
  }, TIMEOUT)

  it('refuses a clip in which nothing moves on, or nothing can be followed', async () => {
    const frames = framesOf(drift)
    const single = { ...frames, clip: { ...frames.clip, frameCount: 1 } }
    await expect(run(drift, [], { input: { frames: single } }).tracks).rejects.toMatchObject({ code: 'bad-video' })
    // Every pixel leaves the frame.
    const gone: LayerScene = { ...drift, background: frame => ({ ...still, dx: 90 * frame }) }
    await expect(run(gone, []).tracks).rejects.toMatchObject({ code: 'diverged' })
  })
})

describe('what hides a place', () => {
  const depths = Float64Array.of(-0.75, -0.25, 0.25, 0.75)

  it('is what lies nearer on the ray, by more than the distance of two samples', () => {
    const weights = Float64Array.of(0.1, 0.6, 0.2, 0.1)
    const taken = [-0.75, -0.3, 0.25, 0.31, 0.75, 2].map(depth => takenBefore(depth, depths, weights))
    expect(taken).toEqual([0, 0, 0.1, 0.7, 0.7, 1].map(v => expect.closeTo(v, 12)))
  })
})
