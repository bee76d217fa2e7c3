/** What ablations leave out of a fit, on a small rendered clip with the real toolbox. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeCheckpoint, type Checkpoint } from '../../pipeline/field/checkpoint.ts'
import type { DepthProvider } from '../../pipeline/supervision/supervision.ts'
import { synthFrames } from '../../pipeline/synth/synthFrames.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { trackVideo } from '../../pipeline/trackVideo.ts'
import { PauseSwitch } from '../../shared/pauseGate.ts'
import { presets, type TrackSettings } from '../../shared/presets.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import { chooseToolbox } from './toolbox.ts'

const frames = synthFrames(renderScene('parallax', { width: 64, height: 48, frames: 6, seed: 2, noise: 0 }))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-ablations-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Depth from 0.75 at the top to 1.25 at the bottom, of every frame. */
const slope: DepthProvider = {
  id: 'slope',
  async compute({ frames: { clip } }, _flow, { width, height }) {
    const depth = new Float32Array(clip.frameCount * width * height).map((_, k) => 0.75 + (0.5 * (Math.floor(k / width) % height)) / (height - 1))
    return { width, height, depth, trust: 0.5 }
  },
}

/** A fit of a few steps: the field after them, what it went through, and its tracks. */
async function fit(changes: Partial<TrackSettings>) {
  let saved: Checkpoint | undefined
  const messages: ProgressMessage[] = []
  const { tracks } = await trackVideo({
    frames, queries: [{ id: 'a', frame: 0, x: 30, y: 20 }], threads: 1, toolbox: { ...chooseToolbox(), depth: slope }, pause: new PauseSwitch(), signal: new AbortController().signal,
    settings: { ...presets.draft, steps: 3, pairsPerStep: 8, pointsPerPair: 32, ...changes },
    cacheFolder: folder,
    progress: message => void messages.push(message),
    saveCheckpoint: async bytes => void (saved = decodeCheckpoint(bytes.slice())),
  })
  const phases = messages.flatMap(m => (m.kind === 'phase' ? [m.phase] : []))
  const { depth } = saved!.field.values
  return { shape: saved!.shape, spread: Math.max(...depth) - Math.min(...depth), phases, tracks, losses: messages.flatMap(m => (m.kind === 'step' ? [m.losses] : [])) }
}

describe('an ablated fit', () => {
  it('computes no depth and no matches, starts from a plane, knows no prior, and has the coupling that was asked for', async () => {
    const full = await fit({ controlPoints: 8 })
    expect(full.phases).toEqual(['flow', 'matches', 'depth', 'optimise', 'readout'])
    expect(full.shape).toMatchObject({ coupling: 'cadex', controlPoints: 8 })
    expect(full.spread).toBeGreaterThan(0.4)
    expect(full.losses.some(({ prior }) => prior > 0)).toBe(true)
    const bare = await fit({ useDepthPrior: false, useLongTerm: false, coupling: 'affine' })
    expect(bare.phases).toEqual(['flow', 'optimise', 'readout'])
    expect(bare.shape).toMatchObject({ coupling: 'affine', controlPoints: 4 })
    // Three cautious steps from a plane.
    expect(bare.spread).toBeLessThan(0.01)
    expect(bare.losses.length).toBeGreaterThan(0)
    for (const { prior, longTerm } of bare.losses) expect([prior, longTerm]).toEqual([0, 0])
    for (const { tracks } of [full, bare]) expect([...tracks.positions].every(Number.isFinite)).toBe(true)
  }, 300_000)
})
