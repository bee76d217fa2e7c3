/** Feature networks: cells, tokens, keypoints and tiles of made-up networks; and real ones, against exact truth, where there are any. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactFlowStore } from '../../../test/builders/exactFlow.ts'
import { featureGraph } from '../../../test/builders/onnxGraph.ts'
import { cosineNearest } from '../../pipeline/supervision/matches/cosineNearest.ts'
import { networkMatchSettings } from '../../pipeline/supervision/matches/networkMatches.ts'
import { pairedMatches } from '../../pipeline/supervision/matches/pairedMatches.ts'
import { synthFrames } from '../../pipeline/synth/synthFrames.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import type { FeatureConventions } from '../../shared/models.ts'
import { Random } from '../../shared/random.ts'
import { TrackState } from '../../shared/tracks.ts'
import { FeatureModel, featureNetwork } from './featureModel.ts'
import { readManifest } from './manifest.ts'

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tapline-features-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const options = { threads: 1, providers: ['cpu'] } as const
const random = new Random(5)
const weights = Array.from({ length: 200 * 192 }, () => random.float() - 0.5)
const noise = Uint8Array.from({ length: 160 * 160 * 3 }, () => random.int(256))

/** A window of the noise, `width` wide, whose upper left is at (x, y). */
function windowAt(x: number, y: number, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height * 3)
  for (let j = 0; j < height; j++) out.set(noise.subarray(((y + j) * 160 + x) * 3, ((y + j) * 160 + x + width) * 3), j * width * 3)
  return out
}

const conventions = (layout: 'map' | 'tokens'): FeatureConventions => ({
  kind: 'features', input: 'image', output: layout === 'map' ? 'features' : 'tokens', layout, skipped: layout === 'map' ? 0 : 1, cell: 8, scores: null,
  picture: { range: [-1, 1], channels: 'rgb', mean: null, std: null, multiple: 8, least: 8 },
})

async function made(layout: 'map' | 'tokens', channels: number, mostPixels?: number): Promise<FeatureModel> {
  const path = join(folder, `${layout}-${channels}.onnx`)
  await writeFile(path, featureGraph(channels, layout, k => weights[k]))
  return FeatureModel.open(path, conventions(layout), { ...options, mostPixels })
}

describe('features of a network', () => {
  it.each([
    ['map', 32],
    ['tokens', 192],
  ] as const)('laid out as a %s of %i channels are those of cells, and follow them when the picture moves', async (layout, channels) => {
    const model = await made(layout, channels)
    const size = { width: 96, height: 72 }
    const [a, b] = [await model.features(windowAt(0, 0, 96, 72), size), await model.features(windowAt(16, 8, 96, 72), size)]
    expect(a.count).toBe(12 * 9)
    expect([...a.points.subarray(0, 4)]).toEqual([4, 4, 12, 4])
    const { bestB, bestA } = cosineNearest.nearest(a, b, 16)
    let mutual = 0
    for (let i = 0; i < a.count; i++) {
      const j = bestB[i]
      if (a.points[2 * i] < 16 || a.points[2 * i + 1] < 8 || bestA[j] !== i) continue
      mutual++
      expect([a.points[2 * i] - b.points[2 * j], a.points[2 * i + 1] - b.points[2 * j + 1]]).toEqual([16, 8])
    }
    expect(mutual).toBe(10 * 8)
    await model.close()
  })

  it('of a large picture are the same from tiles, each place once', async () => {
    const size = { width: 160, height: 160 }
    const [whole, tiled] = [await made('map', 32), await made('map', 32, 96 * 96)]
    const [a, b] = [await whole.features(noise, size), await tiled.features(noise, size)]
    const places = (f: typeof a) => new Set(Array.from({ length: f.count }, (_, k) => `${f.points[2 * k]},${f.points[2 * k + 1]}`))
    // Tiles of 96 begin at multiples of 8 here, so that cells coincide.
    expect(places(b)).toEqual(places(a))
    await whole.close()
    await tiled.close()
  })

  it('that do not fit the picture are refused with the next step', async () => {
    const model = new FeatureModel((await made('map', 32)).model, { ...conventions('map'), cell: 16 })
    await expect(model.features(windowAt(0, 0, 64, 64), { width: 64, height: 64 })).rejects.toMatchObject({ code: 'bad-file', next: expect.stringContaining('--cell') })
    await model.close()
  })
})

describe.each([
  ['xfeat', 'xfeat_dense_s8.onnx'],
  ['alike-n', 'alike_n_dense_s4.onnx'],
])('long-term matches of %s', (name, file) => {
  const path = fileURLToPath(new URL(`../../../../shared/models/${file}`, import.meta.url))
  it.skipIf(!existsSync(path))('lie within 3 px of the truth for 9 in 10 (needs ../shared/models)', async () => {
    const known = readManifest().find(model => model.name === name)!
    const clip = renderScene('reappear', { seed: 3, frames: 10, width: 224, height: 168 })
    const network = featureNetwork(path, known.sha256!, known.conventions as FeatureConventions)
    const context = { frames: synthFrames(clip), cacheFolder: join(folder, 'matches'), threads: 2 }
    // Its own, all of them: networkMatches keeps those of places where ours find too few.
    const m = await pairedMatches(name, given => network.open(given), networkMatchSettings(network)).compute(context, exactFlowStore(clip, [1]))
    let right = 0
    for (let k = 0; k < m.frameA.length; k++) {
      const track = clip.surfaceTrack(m.frameA[k], m.a[2 * k], m.a[2 * k + 1])
      const to = m.frameB[k]
      if (track.states[to] === TrackState.visible && Math.hypot(track.positions[2 * to] - m.b[2 * k], track.positions[2 * to + 1] - m.b[2 * k + 1]) < 3) right++
    }
    expect(m.frameA.length).toBeGreaterThan(200)
    expect(right / m.frameA.length).toBeGreaterThan(0.9)
  })
})
