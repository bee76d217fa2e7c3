import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { askNumpy, pythonWithNumpy } from '../../../test/builders/python.ts'
import { seededTracks } from '../../../test/builders/seededTracks.ts'
import { TrackState } from '../../shared/tracks.ts'
import { writeNpy } from './npy.ts'
import { readNpz, writeNpz } from './npz.ts'
import { toNormalised, toOccluded } from './trackFile.ts'

const tracks = seededTracks(5, 6, { width: 854, height: 480 })
const evaluated = Uint8Array.from({ length: 30 }, (_, k) => k % 2)

test('ids, queries, states, uncertainty, mask and size come back', () => {
  const [video] = readNpz(writeNpz([{ name: 'x', tracks, evaluated }]), { name: 'some/swan.npz' })
  expect(video.name).toBe('swan')
  expect(video.tracks).toMatchObject({ ids: tracks.ids, frames: 6, width: 854, height: 480 })
  expect(video.tracks.states).toEqual(tracks.states)
  expect(video.tracks.uncertainty).toEqual(tracks.uncertainty)
  expect(video.tracks.queryFrames).toEqual(tracks.queryFrames)
  video.tracks.queryPoints.forEach((value, k) => expect(value).toBeCloseTo(tracks.queryPoints[k], 3))
  expect(video.evaluated).toEqual(evaluated)
})

test('the same tracks give the same bytes', () => {
  expect(writeNpz([{ name: 'x', tracks }])).toEqual(writeNpz([{ name: 'y', tracks }]))
})

describe.each(['numpy1', 'numpy2'])('archives that %s wrote', (folder) => {
  const golden = (name: string) => readFileSync(new URL(`../../../test/golden/${folder}/${name}`, import.meta.url))
  const expected = JSON.parse(golden('expected.json').toString()) as {
    shape: number[]
    points: number[]
    occluded: number[]
    evaluated: number[]
    queryPoints: number[]
  }
  const [, , height, width] = expected.shape
  const positions = expected.points.map((value, k) => Math.fround(value * (k % 2 === 0 ? width : height)))

  test('savez: points and occluded alone are enough', () => {
    const [video] = readNpz(golden('plain.npz'), { name: 'plain.npz', clip: { width, height } })
    expect([...video.tracks.positions]).toEqual(positions)
    expect([...video.tracks.states]).toEqual(expected.occluded)
    expect(() => readNpz(golden('plain.npz'))).toThrow('it has no frame size')
  })

  test('savez_compressed: Fortran order, big-endian float64, unicode ids, mask, queries, and an object array that is passed over', () => {
    const [video] = readNpz(golden('rich.npz'))
    expect([...video.tracks.positions]).toEqual(positions)
    expect(video.tracks.ids).toEqual(['nose', 'left ear', 'übung 点'])
    expect([...video.evaluated!]).toEqual(expected.evaluated)
    expect([...video.tracks.states]).toEqual(
      expected.occluded.map((hidden, k) =>
        !hidden ? TrackState.visible : expected.evaluated[k] ? TrackState.occluded : TrackState.unlabelled,
      ),
    )
    expect([...video.tracks.queryFrames]).toEqual([0, 2, 3])
    expect(video.tracks.queryPoints[2]).toBeCloseTo((expected.queryPoints[5] / 256) * width, 4)
  })

  test('cut short or changed anywhere, they give tracks or a clear error', () => {
    const whole = golden('rich.npz')
    for (let end = 4; end < whole.length; end += 7)
      expect(() => readNpz(whole.subarray(0, end), { name: 'cut.npz' })).toThrow(/^cut\.npz: /)
    for (let at = 4; at < whole.length; at += 3) {
      const bytes = Uint8Array.from(whole)
      bytes[at] ^= 0x5a
      try {
        readNpz(bytes, { name: 'bad.npz' })
      } catch (error) {
        expect(error).toMatchObject({ name: 'TaplineError', code: 'bad-file' })
      }
    }
  })
})

describe('archives that do not fit', () => {
  const points = writeNpy('<f4', [1, 2, 2], new Uint8Array(16))
  const occluded = writeNpy('|b1', [1, 2], new Uint8Array(2))
  const good = {
    'points.npy': points,
    'occluded.npy': occluded,
    'width.npy': writeNpy('|u1', [], Uint8Array.of(9)),
    'height.npy': writeNpy('|u1', [], Uint8Array.of(9)),
  }
  test.each([
    [{ 'points.npy': points }, "it has no 'occluded', only points"],
    [{ ...good, 'occluded.npy': writeNpy('|b1', [2, 1], new Uint8Array(2)) }, "'occluded' has the shape [2, 1], not [1, 2]"],
    [{ ...good, 'points.npy': writeNpy('<f4', [2, 2], new Uint8Array(16)) }, "'points' has the shape [2, 2], not [tracks, frames, 2]"],
    [{ ...good, 'points.npy': points.subarray(0, 140) }, 'needs 16 bytes, but 12 are there'],
    [{ ...good, 'points.npy': writeNpy('|O', [1, 2, 2], new Uint8Array(16)) }, "'points': arrays of type |O are not read"],
    [{ ...good, 'points.npy': new Uint8Array(20) }, "'points': it is not in .npy form"],
    [{ ...good, 'states.npy': writeNpy('|u1', [1, 2], Uint8Array.of(1, 4)) }, "'states' holds values other than 0 to 3"],
    [{ ...good, 'ids.npy': writeNpy('<U1', [2], new Uint8Array(8)) }, "'ids' has 2 names for 1 tracks"],
    [{ ...good, 'query_points.npy': writeNpy('|u1', [1, 3], Uint8Array.of(2, 0, 0)) }, "'query_points' has the frame 2, but there are 2"],
  ])('%#', (files, message) => {
    expect(readNpz(zipSync(good))).toHaveLength(1)
    expect(() => readNpz(zipSync(files as Record<string, Uint8Array>), { name: 'f.npz' })).toThrow(message)
  })

  test('an archive that claims to unpack to more than deflate can is refused', () => {
    const bytes = zipSync(good)
    const view = new DataView(bytes.buffer)
    // The first entry of the central directory: uncompressed size at +24.
    for (let at = 0; at < bytes.length - 4; at++) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0x7fffffff, true)
    expect(() => readNpz(bytes)).toThrow('claims to unpack to 2147483647 bytes')
  })

  test('several videos are not written into one', () => {
    expect(() =>
      writeNpz([
        { name: 'a', tracks },
        { name: 'b', tracks },
      ]),
    ).toThrow('an .npz holds one video, not 2')
  })
})

describe('archives that we write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapline-npz-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.skipIf(!pythonWithNumpy)(
    'NumPy loads them without pickle, with the right types, shapes and values (needs Python with NumPy)',
    () => {
      const path = join(folder, 'x.npz')
      writeFileSync(path, writeNpz([{ name: 'x', tracks, evaluated }]))
      const program = `
import json, sys, numpy as np
data = np.load(sys.argv[1], allow_pickle=False)
print(json.dumps({k: [str(data[k].dtype), list(data[k].shape), np.where(np.isnan(data[k]), -1, data[k]).ravel().tolist() if data[k].dtype.kind == 'f' else data[k].ravel().tolist()]
                  for k in data}))`
      const found = askNumpy(program, path) as Record<string, [string, number[], unknown[]]>
      const values = (list: ArrayLike<number>) => Array.from(list, (value) => (Number.isNaN(value) ? -1 : value))
      expect(found.points).toEqual(['float32', [5, 6, 2], values(toNormalised(tracks))])
      expect(found.occluded).toEqual(['bool', [5, 6], Array.from(toOccluded(tracks), Boolean)])
      expect(found.evaluated).toEqual(['bool', [5, 6], Array.from(evaluated, Boolean)])
      expect(found.states).toEqual(['uint8', [5, 6], values(tracks.states)])
      expect(found.uncertainty).toEqual(['float32', [5, 6], values(tracks.uncertainty)])
      expect(found.ids).toEqual(['<U13', [5], tracks.ids])
      expect([found.width, found.height]).toEqual([
        ['int32', [], [854]],
        ['int32', [], [480]],
      ])
      expect(found.query_points.slice(0, 2)).toEqual(['float32', [5, 3]])
      expect(found.query_points[2][4]).toBeCloseTo((tracks.queryPoints[3] / 480) * 256, 3)
    },
  )
})
