/** Data sets from real files: what is found in them, and that an unpacked video holds the very frames and truth. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTracks } from '../../pipeline/export/readTracks.ts'
import type { WriteVideo } from '../../pipeline/export/trackFile.ts'
import { writeTracks } from '../../pipeline/export/writeTracks.ts'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { openFrames } from '../decode/openFrames.ts'
import { writeStills } from '../decode/writeStills.ts'
import { writeWhole } from '../tracking/writeOutputs.ts'
import { openDataset, type BenchmarkVideo, type DatasetOptions } from './dataset.ts'

const size = { width: 48, height: 36 }
const options: DatasetOptions = { synth: { ...size, frames: 4, seed: 3 } }
const clip = renderScene('parallax', { ...size, frames: 4, seed: 3 })
const truth = clip.groundTruth({ count: 6 })
const asVideo = (name: string): WriteVideo => ({ name, tracks: truth, frames: { ...size, rgb: async frame => clip.rgb(frame) } })
const signal = new AbortController().signal
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-dataset-'))
  await writeWhole(join(folder, 'two.pkl'), writeTracks('davis', [asVideo('a/b'), asVideo('a:b')]))
  await mkdir(join(folder, 'set', 'swan'), { recursive: true })
  await writeStills(join(folder, 'set', 'swan', 'frames'), 4, size, async frame => ({ rgb: clip.rgb(frame) }))
  await writeWhole(join(folder, 'set', 'swan', 'swan_gt.json'), writeTracks('json', [{ name: 'any', tracks: truth }]))
  await mkdir(join(folder, 'set', 'notes'))
  await cp(join(folder, 'two.pkl'), join(folder, 'set', 'two.pkl'))
  await writeWhole(join(folder, 'set', 'bare.pkl'), writeTracks('davis', [{ name: 'bare', tracks: truth }]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let unpackings = 0
async function unpacked(video: BenchmarkVideo) {
  const into = join(folder, `unpacked-${++unpackings}`)
  await mkdir(into)
  const { framesFolder, truthFile } = await video.unpack(into, { longSide: 48, signal })
  const frames = await openFrames(framesFolder)
  try {
    const rgb = await Promise.all(Array.from({ length: frames.clip.frameCount }, (_, frame) => frames.workRgb(frame)))
    return { rgb, truth: readTracks(await readFile(truthFile)).videos[0] }
  } finally {
    await frames.close()
  }
}

/** Float32 relative coordinates round at 1e-7 of a side. */
function expectSameTracks(found: Awaited<ReturnType<typeof unpacked>>, rows = [0, 1, 2, 3, 4, 5]): void {
  expect(found.rgb).toHaveLength(4)
  found.rgb.forEach((rgb, frame) => expect(Buffer.from(rgb).equals(clip.rgb(frame))).toBe(true))
  const { tracks } = found.truth
  expect(tracks.ids).toHaveLength(rows.length)
  rows.forEach((row, k) => {
    for (let at = 0; at < 8; at++) expect(tracks.positions[k * 8 + at]).toBeCloseTo(truth.positions[row * 8 + at], 4)
  })
}

describe('a data set', () => {
  it('of synthetic scenes renders those named, the same each time', async () => {
    expect((await openDataset('synth', options)).videos.map(video => video.name)).toEqual(['parallax', 'stacking', 'reappear', 'fast', 'cloth'])
    const { videos } = await openDataset('synth:parallax', { ...options, tracks: 6 })
    expectSameTracks(await unpacked(videos[0]))
    const other = await openDataset('synth:parallax', { synth: { ...options.synth, seed: 4 }, tracks: 6 })
    expect(other.videos[0].identity).not.toBe(videos[0].identity)
  })

  it('of a pickle has its videos, under names that can be folders, with frames and truth as they are', async () => {
    const { videos, title } = await openDataset(join(folder, 'two.pkl'), options)
    expect(title).toBe('two.pkl')
    expect(videos.map(video => video.name)).toEqual(['a_b', 'a_b-2'])
    expectSameTracks(await unpacked(videos[1]))
    expectSameTracks(await unpacked((await openDataset(join(folder, 'two.pkl'), { ...options, tracks: 3 })).videos[0]), [0, 2, 4])
  })

  it('of a folder has its sequences and pickles, and says what it passed over', async () => {
    const { videos, skipped } = await openDataset(join(folder, 'set'), options)
    expect(videos.map(video => video.name)).toEqual(['swan', 'a_b', 'a_b-2'])
    expect(skipped.map(({ name }) => name)).toEqual(['bare.pkl', 'notes'])
    expect(skipped[0].reason).toBe('it holds tracks without frames')
    expectSameTracks(await unpacked(videos[0]))
    expect((await openDataset(join(folder, 'set', 'swan'), options)).videos.map(video => video.name)).toEqual(['swan'])
  })

  it('that is none says what it needs', async () => {
    await writeFile(join(folder, 'text.txt'), 'hello')
    const refusal = (name: string) => openDataset(name, options).then(() => 'opened', (error: unknown) => error)
    expect(await refusal('synth:moon')).toMatchObject({ code: 'usage', reason: 'there is no scene "moon"', next: expect.stringContaining('parallax') })
    expect(await refusal(join(folder, 'nothing'))).toMatchObject({ code: 'not-found' })
    expect(await refusal(join(folder, 'text.txt'))).toMatchObject({ code: 'bad-file' })
    expect(await refusal(join(folder, 'set', 'bare.pkl'))).toMatchObject({ code: 'bad-file', reason: 'it holds tracks without frames', next: expect.stringContaining('NAME_gt.pkl') })
    expect(await refusal(join(folder, 'set', 'notes'))).toMatchObject({ code: 'bad-file', next: expect.stringContaining('truth.json') })
  })

  const camel = new URL('../../../../shared/data/camel/', import.meta.url).pathname
  it.skipIf(!existsSync(camel))('of a video file beside its truth (../shared/data/camel)', async () => {
    const [video] = (await openDataset(camel, options)).videos
    const into = join(folder, 'camel')
    await mkdir(into)
    const { truthFile, framesFolder } = await video.unpack(into, { longSide: 64, signal })
    const { tracks, evaluated } = readTracks(await readFile(truthFile)).videos[0]
    const frames = await openFrames(framesFolder)
    expect(tracks).toMatchObject({ frames: frames.clip.frameCount, width: 512, height: 512 })
    expect(tracks.ids).toHaveLength(20)
    // Clicked by hand on 13 of the frames.
    expect(evaluated!.filter(Boolean).length).toBeGreaterThan(100)
    expect(evaluated!.filter(Boolean).length).toBeLessThanOrEqual(20 * 13)
    await frames.close()
  }, 120_000)
})
