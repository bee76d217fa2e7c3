import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { askNumpy, pythonWithNumpy } from '../../../test/builders/python.ts'
import { seededTracks } from '../../../test/builders/seededTracks.ts'
import { TrackState } from '../../shared/tracks.ts'
import { jpegSize } from './jpegSize.ts'
import { fileSource } from './pickleSource.ts'
import { readTapvidPickle } from './tapvidPickle.ts'
import type { FrameSupply, WriteVideo } from './trackFile.ts'
import { toNormalised, toOccluded } from './trackFile.ts'
import { writeTracks } from './writeTracks.ts'

interface Expected {
  shape: [number, number, number, number]
  points: number[]
  occluded: number[]
  evaluated: number[]
  video: number[]
}

/** A pixel of a made-up frame. */
const pixel = (frame: number, k: number) => (frame * 31 + k * 7) % 256
const supply = (width: number, height: number): FrameSupply => ({
  width,
  height,
  rgb: async (frame) => Uint8Array.from({ length: width * height * 3 }, (_, k) => pixel(frame, k)),
})

async function bytesOf(format: Parameters<typeof writeTracks>[0], videos: readonly WriteVideo[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of writeTracks(format, videos)) parts.push(part)
  return Buffer.concat(parts)
}

describe.each(['numpy1', 'numpy2'])('pickles that %s wrote', (folder) => {
  const golden = (name: string) => readFileSync(new URL(`../../../test/golden/${folder}/${name}`, import.meta.url))
  const expected = JSON.parse(golden('expected.json').toString()) as Expected
  const [tracks, frames, height, width] = expected.shape
  const positions = expected.points.map((value, k) => Math.fround(value * (k % 2 === 0 ? width : height)))

  test.each([
    'davis_p2.pkl',
    'davis_p3.pkl',
    'davis_p4.pkl',
    'davis_p5.pkl',
    'list.pkl',
    'fortran_p2.pkl',
    'fortran_p4.pkl',
    'fortran_p5.pkl',
    'bigendian.pkl',
    'float64.pkl',
    'views.pkl',
    'scalars.pkl',
  ])('%s is read, values and frames', (name) => {
    const { format, videos } = readTapvidPickle(golden(name), { name })
    expect(format).toBe(name === 'list.pkl' ? 'rgb-stacking' : 'davis')
    const [video] = videos
    expect(video.name).toBe(name === 'list.pkl' ? '0' : 'swan')
    expect(video.tracks).toMatchObject({ frames, width, height, ids: ['0', '1', '2'] })
    expect(video.tracks.ids.length).toBe(tracks)
    expect([...video.tracks.positions]).toEqual(positions)
    expect([...video.tracks.states]).toEqual(expected.occluded)
    expect([...video.tracks.queryFrames]).toEqual([-1, -1, -1])
    expect(video.video).toMatchObject({ kind: 'rgb', frames, width, height })
    expect(video.video?.kind === 'rgb' && [...video.video.data]).toEqual(expected.video)
  })

  test('videos keep their names and order, and one can be asked for', () => {
    const all = readTapvidPickle(golden('davis_p4.pkl')).videos
    expect(all.map((video) => video.name)).toEqual(['swan', 'two words'])
    expect(all[1].tracks.positions[0]).toBeCloseTo(all[0].tracks.positions[0] + width, 4)
    expect(readTapvidPickle(golden('davis_p4.pkl'), { video: 'two words' }).videos).toEqual([all[1]])
  })

  test('an occluded cell that is not evaluated is unlabelled', () => {
    const clip = { width, height }
    const [video] = readTapvidPickle(golden('novideo.pkl'), { clip }).videos
    expect([...video.evaluated!]).toEqual(expected.evaluated)
    const states = expected.occluded.map((hidden, k) =>
      !hidden ? TrackState.visible : expected.evaluated[k] ? TrackState.occluded : TrackState.unlabelled,
    )
    expect([...video.tracks.states]).toEqual(states)
  })

  test.each(['bytes_p2', 'bytes_p4', 'bytes_p5', 'objects_p2', 'objects_p4', 'objects_p5'])(
    'Kinetics, %s: points lose their half-pixel shift',
    (form) => {
      const { format, videos } = readTapvidPickle(golden(`kinetics_${form}.pkl`))
      expect(format).toBe('kinetics-pickle')
      expect(videos.map((video) => video.name)).toEqual(['0', '1'])
      expect(videos[1].video).toMatchObject({ kind: 'jpeg', width, height, frames })
      expect(videos[1].video?.kind === 'jpeg' && videos[1].video.images.map((image) => image.at(-1))).toEqual([0xd9, 0xd9, 0xd9, 0xd9])
      videos[1].tracks.positions.forEach((value, k) => expect(value).toBeCloseTo(positions[k], 5))
      // At twice the size the shift is still half a pixel of the JPEG, not of the clip.
      const [twice] = readTapvidPickle(golden(`kinetics_${form}.pkl`), { clip: { width: width * 2, height: height * 2 } }).videos
      twice.tracks.positions.forEach((value, k) => expect(value).toBeCloseTo(positions[k] * 2, 5))
    },
  )
})

describe('pickles that we write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapline-pickle-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const swan = { name: 'swan', tracks: seededTracks(5, 7, { width: 12, height: 10 }), frames: supply(12, 10) }
  const words = {
    name: 'zwölf words',
    tracks: seededTracks(2, 3, { width: 1919, height: 1079 }, 2),
    evaluated: Uint8Array.of(1, 0, 1, 1, 1, 0),
  }

  test.each(['davis', 'robotap', 'rgb-stacking'] as const)(
    '%s comes back: normalised coordinates within 1e-6, visibility, frames, order',
    async (format) => {
      const { videos, format: found } = readTapvidPickle(await bytesOf(format, [swan, words]), {
        clip: undefined,
        video: format === 'rgb-stacking' ? '0' : 'swan',
      })
      expect(found).toBe(format === 'rgb-stacking' ? format : 'davis')
      const [video] = videos
      const [before, after] = [toNormalised(swan.tracks), toNormalised(video.tracks)]
      before.forEach((value, k) => expect(Math.abs(after[k] - value)).toBeLessThan(1e-6))
      swan.tracks.positions.forEach((value, k) => expect(Math.abs(video.tracks.positions[k] - value) / 12).toBeLessThan(1e-6))
      expect(toOccluded(video.tracks)).toEqual(toOccluded(swan.tracks))
      expect(video.video).toMatchObject({ kind: 'rgb', width: 12, height: 10, frames: 7 })
      expect(video.video?.kind === 'rgb' && video.video.data[6 * 360 + 5]).toBe(pixel(6, 5))
      const clip = { width: 1919, height: 1079, frameCount: 3 }
      const [second] = readTapvidPickle(await bytesOf(format, [swan, words]), {
        clip,
        video: format === 'rgb-stacking' ? '1' : 'zwölf words',
      }).videos
      words.tracks.positions.forEach((value, k) => expect(Math.abs(second.tracks.positions[k] - value) / 1919).toBeLessThan(1e-6))
      expect(second.evaluated).toEqual(words.evaluated)
      expect(second.video).toBeUndefined()
    },
  )

  test('frames are asked for one at a time and pass through one by one', async () => {
    const events: string[] = []
    const frames: FrameSupply = {
      ...swan.frames,
      rgb: async (frame) => {
        events.push(`ask ${frame}`)
        return swan.frames.rgb(frame)
      },
    }
    for await (const part of writeTracks('davis', [{ ...swan, frames }])) if (part.length === 360) events.push('got')
    expect(events).toEqual([0, 1, 2, 3, 4, 5, 6].flatMap((frame) => [`ask ${frame}`, 'got']))
  })

  test('a frame of the wrong size, and two videos of one name, are refused', async () => {
    const short: FrameSupply = { width: 12, height: 10, rgb: async () => new Uint8Array(5) }
    await expect(bytesOf('davis', [{ ...swan, frames: short }])).rejects.toThrow('frame 0 is not 12×10')
    await expect(bytesOf('davis', [swan, swan])).rejects.toThrow('two videos have the same name')
    await expect(bytesOf('rgb-stacking', [words, words])).resolves.toBeInstanceOf(Uint8Array)
  })

  test.skipIf(!pythonWithNumpy)('NumPy loads them with the right types, shapes and values (needs Python with NumPy)', async () => {
    const program = `
import json, pickle, sys, numpy as np
out = []
for path in sys.argv[1:]:
    data = pickle.load(open(path, 'rb'))
    items = list(data.items()) if isinstance(data, dict) else [[None, v] for v in data]
    out.append([type(data).__name__, [[name, {k: [type(a).__name__, str(a.dtype), list(a.shape), bool(a.flags.c_contiguous and a.flags.writeable), a.ravel().tolist()]
                                             for k, a in v.items()}] for name, v in items]])
print(json.dumps(out))`
    const paths = ['davis', 'rgb-stacking'].map((format) => join(folder, `${format}.pkl`))
    for (const [k, format] of (['davis', 'rgb-stacking'] as const).entries()) writeFileSync(paths[k], await bytesOf(format, [swan, words]))
    const [davis, list] = askNumpy(program, ...paths) as [string, [string | null, Record<string, unknown[]>][]][]
    expect([davis[0], list[0]]).toEqual(['dict', 'list'])
    expect(davis[1].map(([name]) => name)).toEqual(['swan', 'zwölf words'])
    for (const [, [[, first], [, second]]] of [davis, list]) {
      expect(Object.keys(first)).toEqual(['video', 'points', 'occluded'])
      const frames = Array.from({ length: 7 * 360 }, (_, k) => pixel(Math.floor(k / 360), k % 360))
      expect(first.video).toEqual(['ndarray', 'uint8', [7, 10, 12, 3], true, frames])
      expect(first.points).toEqual(['ndarray', 'float32', [5, 7, 2], true, [...toNormalised(swan.tracks)]])
      expect(first.occluded).toEqual(['ndarray', 'bool', [5, 7], true, [...toOccluded(swan.tracks)].map(Boolean)])
      expect(Object.keys(second)).toEqual(['points', 'occluded', 'evaluated'])
      expect(second.evaluated.slice(0, 3)).toEqual(['ndarray', 'bool', [2, 3]])
    }
  })
})

test('the size of a JPEG is read from its header, baseline or progressive', async () => {
  for (const progressive of [false, true]) {
    const jpeg = await sharp({ create: { width: 33, height: 17, channels: 3, background: '#808080' } })
      .withMetadata()
      .jpeg({ progressive })
      .toBuffer()
    expect(jpegSize(jpeg)).toEqual({ width: 33, height: 17 })
  }
  expect(jpegSize(Uint8Array.of(0x89, 0x50))).toBeUndefined()
})

describe('a pickle that is read from a file piece by piece', () => {
  const golden = (name: string) => readFileSync(new URL(`../../../test/golden/numpy2/${name}`, import.meta.url))

  test.each(['davis_p2.pkl', 'davis_p3.pkl', 'davis_p4.pkl', 'davis_p5.pkl', 'list.pkl', 'fortran_p4.pkl', 'bigendian.pkl'])('%s holds the same, its frames left in the file', (name) => {
    const bytes = golden(name)
    const whole = readTapvidPickle(bytes, { name }).videos[0]
    // Every string of eight bytes or more stays in the file: points are fetched, frames are not.
    const source = fileSource(bytes.length, (into, at) => into.set(bytes.subarray(at, at + into.length)), 8)
    const video = readTapvidPickle(source, { name }).videos[0]
    expect(video.tracks).toEqual(whole.tracks)
    const frames = whole.video?.kind === 'rgb' ? whole.video : undefined
    const stored = video.video
    if (stored?.kind === 'stored') {
      const size = frames!.width * frames!.height * 3
      for (let frame = 0; frame < stored.frames; frame++) expect(Buffer.from(stored.data.read(frame * size, size)).equals(frames!.data.subarray(frame * size, (frame + 1) * size))).toBe(true)
    } else expect(video.video).toEqual(whole.video)
    // Only bytes objects stay: protocol 2 writes them as text, and other orders are put right at once.
    expect(stored?.kind).toBe(/_p[345]|list|bigendian/.test(name) && !name.startsWith('fortran') ? 'stored' : 'rgb')
  })

  test('one that is cut short is refused as in memory', () => {
    const bytes = golden('davis_p4.pkl').subarray(0, -300)
    const source = fileSource(bytes.length, (into, at) => into.set(bytes.subarray(at, at + into.length)), 8)
    expect(() => readTapvidPickle(source, { name: 'cut.pkl' })).toThrow(/cut\.pkl: not a pickle that can be read: .*cut short/)
  })
})
