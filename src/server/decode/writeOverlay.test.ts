import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { numberedFrame, readNumber } from '../../../test/builders/numberedFrames.ts'
import type { FrameSource } from '../../pipeline/frames/frameSource.ts'
import { readVideoBytes } from '../../pipeline/frames/readVideoBytes.ts'
import { TrackState, emptyTracks } from '../../shared/tracks.ts'
import { openVideoFile } from './videoFile.ts'
import { writeOverlay } from './writeOverlay.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-overlay-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A clip of numbered frames made on demand. */
function numberedSource(size: { width: number; height: number }, timesS: number[]): FrameSource {
  const rgb = (frame: number) => Promise.resolve(numberedFrame(frame, size))
  return { clip: { name: 'numbers', ...size, frameCount: timesS.length, timesS: Float64Array.from(timesS) }, work: size, workRgb: rgb, clipRgb: rgb, close: () => Promise.resolve() }
}

describe('the overlay video', () => {
  it('shows every frame at its time with the tracks over it, odd sizes made even', async () => {
    const size = { width: 161, height: 91 }
    const times = [0, 0.04, 0.05, 0.5, 0.54, 0.58, 1]
    const tracks = emptyTracks(['a'], times.length, size)
    // On the dark third bit of the middle row of cells, moving right.
    times.forEach((_, t) => {
      tracks.positions[2 * t] = 90 + t * 4
      tracks.positions[2 * t + 1] = 83
      tracks.states[t] = TrackState.visible
    })
    const file = join(folder, 'overlay.mp4')
    const done: number[] = []
    await writeOverlay(numberedSource(size, times), tracks, file, { trails: 0, onProgress: (n) => done.push(n) })
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7])
    const reader = await openVideoFile(file)
    expect(reader.info).toMatchObject({ width: 162, height: 92, container: 'mp4' })
    let n = 0
    for await (const frame of reader.frames()) {
      expect(frame.timeS).toBeCloseTo(times[n], 4)
      expect(readNumber(frame.rgb, frame)).toBe(n)
      const bare = numberedFrame(n, size)
      const pixel = (rgb: Uint8Array, width: number, x: number) => [...rgb.subarray((83 * width + x) * 3, (83 * width + x) * 3 + 3)]
      const difference = (x: number) => Math.hypot(...pixel(frame.rgb, frame.width, x).map((v, c) => v - pixel(bare, size.width, x)[c]))
      expect(difference(90 + n * 4)).toBeGreaterThan(60)
      expect(difference(70)).toBeLessThan(30)
      n++
    }
    expect(n).toBe(times.length)
    await reader.close()
  })

  it('replaces a file only when it is whole', async () => {
    const size = { width: 64, height: 48 }
    const source = numberedSource(size, [0, 0.1, 0.2, 0.3, 0.4])
    const tracks = emptyTracks([], 5, size)
    const file = join(folder, 'kept.mp4')
    await writeFile(file, 'the old one')
    const stop = new AbortController()
    await expect(writeOverlay(source, tracks, file, { signal: stop.signal, onProgress: (n) => n === 2 && stop.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    const failing: FrameSource = { ...source, clipRgb: (frame) => (frame === 3 ? Promise.reject(new Error('lost frame')) : source.clipRgb(frame)) }
    await expect(writeOverlay(failing, tracks, file)).rejects.toThrow('lost frame')
    expect(await readFile(file, 'utf8')).toBe('the old one')
    expect((await readdir(folder)).filter((name) => name.startsWith('kept'))).toEqual(['kept.mp4'])
    await writeOverlay(source, tracks, file)
    expect((await readFile(file)).subarray(4, 8).toString()).toBe('ftyp')
  })

  it('says what is wrong with the place or the tracks', async () => {
    const source = numberedSource({ width: 64, height: 48 }, [0, 0.1])
    await expect(writeOverlay(source, emptyTracks([], 3, { width: 64, height: 48 }), join(folder, 'x.mp4'))).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('3 frames') })
    await expect(writeOverlay(source, emptyTracks([], 2, { width: 64, height: 48 }), join(folder, 'no', 'x.mp4'))).rejects.toMatchObject({ code: 'not-found' })
    await writeFile(join(folder, 'plain'), '')
    await expect(writeOverlay(source, emptyTracks([], 2, { width: 64, height: 48 }), join(folder, 'plain', 'x.mp4'))).rejects.toMatchObject({ code: 'not-writable' })
  })
})

describe('all frames of a clip', () => {
  it('come in order, one at a time', async () => {
    const size = { width: 32, height: 24 }
    const source = numberedSource(size, [0, 1, 2, 3])
    const seen: (number | null)[] = []
    for await (const rgb of readVideoBytes(source)) seen.push(readNumber(rgb, size))
    expect(seen).toEqual([0, 1, 2, 3])
    const stop = new AbortController()
    const few: number[] = []
    const reading = (async () => {
      for await (const _ of readVideoBytes(source, { signal: stop.signal, onProgress: (n) => n === 2 && stop.abort() })) few.push(few.length)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    expect(few).toHaveLength(2)
  })
})
