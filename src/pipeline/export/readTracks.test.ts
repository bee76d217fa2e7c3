import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { seededTracks } from '../../../test/builders/seededTracks.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { emptyTracks, TrackState } from '../../shared/tracks.ts'
import { evaluateTracks } from '../evaluate/evaluateTracks.ts'
import { readTracks } from './readTracks.ts'
import type { WriteVideo } from './trackFile.ts'
import { toOccluded } from './trackFile.ts'
import type { WritableFormat } from './writeTracks.ts'
import { formatForPath, writableFormats, writeTracks } from './writeTracks.ts'

async function written(format: WritableFormat, videos: readonly WriteVideo[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of writeTracks(format, videos)) parts.push(part)
  return Buffer.concat(parts)
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (content: string) => new TextEncoder().encode(content)
const clip = { width: 854, height: 480, frameCount: 250 }
const tracks = seededTracks(6, 250, clip)
/** Everything that a format with one bit for a state can say. */
const plain = (set: TrackSet) => ({ positions: set.positions, occluded: toOccluded(set) })

describe('every format that we write is recognised by its content and read back', () => {
  test.each(Object.keys(writableFormats) as WritableFormat[])('%s', async (format) => {
    const file = await written(format, [{ name: 'swan', tracks }])
    const result = readTracks(file, { name: 'misleading.mp4', clip })
    expect(result.format).toBe(format === 'robotap' ? 'davis' : format)
    expect(result.videos.length).toBe(1)
    const [{ tracks: back }] = result.videos
    expect([back.ids.length, back.frames, back.width, back.height]).toEqual([6, 250, 854, 480])
    expect(toOccluded(back)).toEqual(toOccluded(tracks))
    const side = (k: number) => (k % 2 === 0 ? clip.width : clip.height)
    tracks.positions.forEach((value, k) => expect(Math.abs(back.positions[k] - value) / side(k)).toBeLessThan(1e-6))
  })

  test.each(['csv', 'kinetics-csv', 'csv-long', 'json'] as const)('%s gives the very same positions', async (format) => {
    const [{ tracks: back }] = readTracks(await written(format, [{ name: 'swan', tracks }]), { clip }).videos
    expect(plain(back)).toEqual(plain(tracks))
  })

  test('JSON gives everything back, bit for bit, several videos with names of any kind', async () => {
    const odd = seededTracks(3, 5, { width: 7, height: 3 }, 9)
    odd.positions.set([Number.NaN, -0, 1e-30, 16777217, 0.1])
    odd.uncertainty[0] = Number.POSITIVE_INFINITY
    odd.uncertainty.fill(Number.NaN, 10)
    const evaluated = Uint8Array.from({ length: 15 }, (_, k) => k % 2)
    const videos = [
      { name: 'swan', tracks },
      { name: '"odd"\n', tracks: odd, evaluated },
      { name: 'none', tracks: emptyTracks([], 4, clip) },
    ]
    const back = readTracks(await written('json', videos)).videos
    expect(back).toEqual(videos)
    expect(Object.is(back[1].tracks.positions[1], -0)).toBe(true)
  })

  test('JSON for a clip of another size is scaled to it, axis by axis', async () => {
    const file = await written('json', [{ name: 'swan', tracks }])
    const [{ tracks: back }] = readTracks(file, { clip: { width: 427, height: 120 } }).videos
    expect(back.positions[0]).toBeCloseTo(tracks.positions[0] / 2, 3)
    expect(back.positions[1]).toBeCloseTo(tracks.positions[1] / 4, 3)
    expect(back.queryPoints[3]).toBeCloseTo(tracks.queryPoints[3] / 4, 3)
  })

  test('the long CSV keeps names, states and uncertainty', async () => {
    const [{ name, tracks: back }] = readTracks(await written('csv-long', [{ name: 'the, swan', tracks }]), { clip }).videos
    expect(name).toBe('the, swan')
    expect(back).toEqual({ ...tracks, queryFrames: back.queryFrames, queryPoints: back.queryPoints })
  })

  test('the long CSV needs only id, frame, x and y; frames without a row are unlabelled', () => {
    const file = bytes('Y, X ,frame,id,colour\n2.5,1.5,0,a,red\n4,3,2,a,red\n9,8,1,b,blue\n')
    const { videos } = readTracks(file, { name: 'dir/clicks.csv', clip: { width: 10, height: 10 } })
    expect(videos[0].name).toBe('clicks')
    expect(videos[0].tracks).toMatchObject({ ids: ['a', 'b'], frames: 3 })
    expect([...videos[0].tracks.states]).toEqual([TrackState.visible, TrackState.unlabelled, TrackState.visible, 3, 0, 3])
    expect([...videos[0].tracks.positions]).toEqual([1.5, 2.5, 0, 0, 3, 4, 0, 0, 8, 9, 0, 0])
  })

  test('a pickle goes to the evaluation and scores 1 against its source', async () => {
    const [{ tracks: back }] = readTracks(await written('davis', [{ name: 'swan', tracks }]), { clip: { width: 256, height: 256 } }).videos
    const truth = { ...tracks, states: toOccluded(tracks), ids: back.ids }
    expect(evaluateTracks(truth, back, { mode: 'first' })).toMatchObject({ averageJaccard: 1, deltaAvg: 1, occlusionAccuracy: 1 })
  })
})

describe('the generic CSV', () => {
  const long = seededTracks(3, 2345, clip, 4)

  test('cuts long clips into chunks of at most 1,000 frames, and reads them as one', async () => {
    const file = text(
      await written('csv', [
        { name: 'long', tracks: long },
        { name: 'short', tracks },
      ]),
    )
    const rows = file.trimEnd().split('\n')
    expect(rows.map((row) => [row.split(',')[0], (row.split(',').length - 1) / 3])).toEqual([
      ...['long_000000_001000', 'long_001000_002000'].flatMap((id) => Array.from({ length: 3 }, () => [id, 1000])),
      ...Array.from({ length: 3 }, () => ['long_002000_002345', 345]),
      ...Array.from({ length: 6 }, () => ['short', 250]),
    ])
    const { videos } = readTracks(bytes(rows.reverse().join('\n')), { clip: { width: 854, height: 480 } })
    expect(videos.map((video) => [video.name, video.tracks.frames])).toEqual([
      ['short', 250],
      ['long', 2345],
    ])
    const [{ tracks: back }] = readTracks(bytes(file), { clip: { ...clip, frameCount: 2345 }, video: 'long' }).videos
    expect(plain(back)).toEqual(plain(long))
  })

  test('says which chunk is missing', async () => {
    const rows = text(await written('csv', [{ name: 'long', tracks: long }]))
      .trimEnd()
      .split('\n')
    const without = (part: string) => bytes(rows.filter((row) => !row.startsWith(part)).join('\n'))
    expect(() => readTracks(without('long_001000'), { clip })).toThrow('chunk from frame 1000 is missing')
    expect(() => readTracks(bytes(rows.slice(0, -1).join('\n')), { clip })).toThrow('chunk from frame 2000 has 2 tracks, not 3')
  })

  test('a lone name that only looks like a chunk keeps its name', async () => {
    const { videos } = readTracks(await written('csv', [{ name: 'clip_000000_000250', tracks }]), { clip })
    expect(videos[0].name).toBe('clip_000000_000250')
  })

  test.each([
    ['a,0.5,0.5,0\na,0.5,0.5,2\n', "f.csv, line 2: cell 4 is '2', not 0 or 1"],
    ['a,0.5,0.5,0\n\na,0.5,,1\n', "f.csv, line 3: cell 3 is '', not a number"],
    ['a,0.5,0x5,0\n', "cell 3 is '0x5', not a number"],
    ['a,0,0,0,0,0,1\na,0,0,1\n', 'line 2: the row has 1 frames, the rows of a before it have 2'],
    ['a,0,0,0\na,0,0,0,1\n', 'line 2: the row has 5 cells'],
    ['a,b\n', 'its first row has 2 cells'],
  ])('%j is refused', (file, message) => {
    expect(() => readTracks(bytes(file), { name: 'f.csv', clip: { width: 4, height: 4 } })).toThrow(message)
  })

  test('takes a byte order mark, CRLF and NaN', () => {
    const [{ tracks: back }] = readTracks(bytes('\ufeff"a ""b"", c",0.5,0.5,0,nan,NaN,1\r\n'), { clip: { width: 4, height: 8 } }).videos
    expect([...back.positions]).toEqual([2, 4, Number.NaN, Number.NaN])
    expect([...back.states]).toEqual([0, 1])
  })
})

describe('the Kinetics CSV', () => {
  test('has 753 cells a row, and names like id_start_end', async () => {
    const file = await written('kinetics-csv', [
      { name: 'abc-_def_000012_000022', tracks },
      { name: 'swan', tracks: seededTracks(1, 250, clip) },
    ])
    const rows = text(file)
      .trimEnd()
      .split('\n')
      .map((row) => row.split(','))
    expect(rows.map((row) => [row.length, row[0], row[1], row[2]])).toEqual([
      ...Array.from({ length: 6 }, () => [753, 'abc-_def', '12', '22']),
      [753, 'swan', '0', '10'],
    ])
    expect(readTracks(file, { clip }).videos.map((video) => video.name)).toEqual(['abc-_def_000012_000022', 'swan_000000_000010'])
  })

  test('a clip of another rate is sampled at 25 fps by its times', async () => {
    const fifty = emptyTracks(['a'], 500, clip)
    fifty.states.fill(TrackState.visible)
    for (let frame = 0; frame < 500; frame++) fifty.positions[frame * 2] = frame
    const [back] = readTracks(
      await written('kinetics-csv', [{ name: 'a', tracks: fifty, timesS: Float64Array.from({ length: 500 }, (_, k) => k / 50) }]),
      { clip },
    ).videos
    // Frame k of 50 fps lies at tick k/2: odd frames round up to the next tick, where the even one after them replaces them.
    expect([...back.tracks.positions].filter((_, k) => k % 2 === 0)).toEqual(Array.from({ length: 250 }, (_, k) => k * 2))
    const ten = { ...emptyTracks(['a'], 100, clip), positions: Float32Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? k / 2 : 0)) }
    const [slow] = readTracks(
      await written('kinetics-csv', [{ name: 'a', tracks: ten, timesS: Float64Array.from({ length: 100 }, (_, k) => k / 10) }]),
      { clip },
    ).videos
    expect([...slow.tracks.positions].filter((_, k) => k % 2 === 0).slice(0, 8)).toEqual([0, 0, 0, 1, 1, 2, 2, 2])
  })

  test.each([
    [seededTracks(1, 64, clip), undefined, '64 frames'],
    [seededTracks(1, 240, clip), Float64Array.from({ length: 240 }, (_, k) => k / 25), '9.60 s'],
    [seededTracks(1, 300, clip), Float64Array.from({ length: 300 }, (_, k) => k / 25), '12.00 s'],
  ])('a clip that is not of 10 s is refused (%#)', async (set, timesS, found) => {
    await expect(written('kinetics-csv', [{ name: 'a', tracks: set, ...(timesS && { timesS }) }])).rejects.toThrow(
      `holds clips of 10 s, this one has ${found}`,
    )
  })
})

describe('what cannot be read says why, and what to do', () => {
  test.each([
    ['nothing', '', 'the file is empty'],
    ['blank lines', '\n\n', 'the file is empty'],
    ['a picture', '\x89PNG\r\n\x1a\n\0\0\0\xff', 'it is none of the track files that are read'],
    ['gzip', gzipSync('x').toString('latin1'), 'it is compressed with gzip'],
    ['other JSON', '{"a": 1}', 'its "format" is not "tapline-tracks"'],
    ['broken JSON', '{"format":', 'not valid JSON'],
    ['later JSON', '{"format":"tapline-tracks","version":2,"videos":[]}', 'its version is 2, this Tapline reads version 1'],
    ['JSON without videos', '{"format":"tapline-tracks","version":1,"videos":[]}', 'it holds no tracks'],
    ['prose', 'Dear Sir or Madam', 'its first row has 1 cell:'],
    ['half an archive', 'PK\x03\x04\x14\0', 'the archive cannot be unpacked'],
    ['a list of numbers as pickle', '\x80\x04]K\x01a.', 'no dict or list of TAP-Vid videos'],
    ['pickle of protocol 0', '(lp0\n.', 'its first row has 1 cell:'],
  ])('%s', (_, content, message) => {
    const run = () =>
      readTracks(
        Uint8Array.from(content, (letter) => letter.charCodeAt(0)),
        { name: 'some file' },
      )
    expect(run).toThrow(message)
    expect(run).toThrow(/^some file/)
  })

  test('coordinates without a frame size need the clip; a clip of another length is refused', async () => {
    const file = await written('csv', [{ name: 'swan', tracks }])
    expect(() => readTracks(file)).toThrow('it has no frame size')
    expect(() => readTracks(file, { clip: { ...clip, frameCount: 64 } })).toThrow('its tracks have 250 frames, but the clip has 64')
  })

  test('a video that is not there is named with those that are', async () => {
    const file = await written('davis', [
      { name: 'swan', tracks },
      { name: 'goose', tracks },
    ])
    expect(() => readTracks(file, { clip, video: 'duck' })).toThrow('it holds no video named duck. It has swan, goose.')
  })

  const good = { id: 'a', query: null, points: [[1, 2]], states: 'v', uncertainty: null }
  test.each([
    [{ ...good, id: 3 }, '', 'has no id'],
    [{ ...good, points: [[1]] }, '.points', 'is not a list of 1 [x, y]'],
    [{ ...good, points: [] }, '.points', 'is not a list of 1 [x, y]'],
    [{ ...good, states: 'w' }, '.states', 'is not 1 letters out of v, o, f, u'],
    [{ ...good, query: { frame: 1, x: 0, y: 0 } }, '.query', 'has no frame from 0 to 0'],
    [{ ...good, uncertainty: ['1'] }, '.uncertainty', 'is neither null nor a list of 1 numbers'],
    [{ ...good, evaluated: '2' }, '.evaluated', 'is not 1 digits 0 or 1'],
  ])('a broken track in JSON is named (%#)', (track, field, reason) => {
    const file = { format: 'tapline-tracks', version: 1, videos: [{ name: 'swan', width: 4, height: 4, frames: 1, tracks: [good, track] }] }
    expect(() => readTracks(bytes(JSON.stringify(file)), { name: 'f.json' })).toThrow(`f.json, videos[0].tracks[1]${field}: ${reason}`)
  })
})

test('a path stands for the first format of its extension', () => {
  expect(['a.pkl', 'a.PICKLE', 'x/y.npz', 'b.json', 'c.csv', 'd.mp4', 'e'].map(formatForPath)).toEqual([
    'davis',
    'davis',
    'npz',
    'json',
    'csv',
    undefined,
    undefined,
  ])
})

const camel = new URL('../../../../shared/data/camel/', import.meta.url)
describe.skipIf(!existsSync(camel))('camel_gt (needs ../shared/data/camel)', () => {
  const read = (name: string) => readTracks(readFileSync(new URL(name, camel)), { name, clip: { width: 512, height: 512, frameCount: 64 } })

  test('pickle and .npz hold the same 20 tracks; the .npz says which cells to score', () => {
    const pickle = read('camel_gt.pkl').videos[0]
    const npz = read('camel_gt.npz').videos[0]
    expect([pickle.name, npz.name, pickle.tracks.ids.length, npz.tracks.frames]).toEqual(['camel', 'camel_gt', 20, 64])
    expect(npz.tracks.positions).toEqual(pickle.tracks.positions)
    expect(toOccluded(npz.tracks)).toEqual(toOccluded(pickle.tracks))
    expect(npz.evaluated!.reduce((sum, cell) => sum + cell, 0)).toBe(256)
    expect(npz.tracks.queryFrames[0]).toBe(2)
    const first = 2 * 2
    expect(npz.tracks.queryPoints[0]).toBeCloseTo(npz.tracks.positions[first], 3)
    expect(npz.tracks.queryPoints[1]).toBeCloseTo(npz.tracks.positions[first + 1], 3)
  })

  test('the truth scores 1 against itself on its evaluated cells', () => {
    const { tracks: truth, evaluated } = read('camel_gt.npz').videos[0]
    const result = evaluateTracks(truth, truth, { mode: 'first', evaluated })
    expect(result).toMatchObject({ averageJaccard: 1, deltaAvg: 1, occlusionAccuracy: 1 })
    expect(result.perTrack.every((track) => track.scoredFrames <= 12)).toBe(true)
  })
})
