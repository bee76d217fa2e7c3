import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { numberedFrame, readNumber, writeNumberedClip } from '../../../test/builders/numberedFrames.ts'
import { TaplineError } from '../../shared/errors.ts'
import { FramePackReader, FramePackWriter } from './framePack.ts'
import { importFrames } from './importFrames.ts'
import { openFrames } from './openFrames.ts'
import { probeMedia } from './probeMedia.ts'

let folder: string
let video: string
const size = { width: 192, height: 108 }
const FRAMES = 40

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-import-'))
  video = join(folder, 'clip.mp4')
  await writeNumberedClip(video, { frames: FRAMES, ...size, encoderOptions: { bf: '3' } })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let fresh = 0
const cachePath = () => join(folder, `cache-${fresh++}`)
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

async function writePngs(name: string, frames: number, sizes = size): Promise<string> {
  const path = join(folder, name)
  await mkdir(path, { recursive: true })
  // Numbers without leading zeros: natural order is not the order of the letters.
  for (let n = 0; n < frames; n++) {
    await sharp(numberedFrame(n, sizes), { raw: { ...sizes, channels: 3 } }).png().toFile(join(path, `f${n}.png`))
  }
  return path
}

describe('an imported clip', () => {
  it('gives frame n at both sizes, in any order', async () => {
    const cache = cachePath()
    const seen: [number, number | null][] = []
    const clip = await importFrames(video, cache, { longSide: 96, onProgress: (done, total) => seen.push([done, total]) })
    expect(clip).toMatchObject({ name: 'clip', ...size, frameCount: FRAMES })
    expect(clip.timesS.every((t, i) => Math.abs(t - i / 24) < 1e-4)).toBe(true)
    expect(seen.map(([done]) => done)).toEqual([...Array(FRAMES).keys()].map((i) => i + 1))
    expect(seen.every(([, total]) => total === FRAMES)).toBe(true)
    const frames = await openFrames(cache)
    expect(frames.clip).toEqual(clip)
    expect(frames.work).toEqual({ width: 96, height: 54 })
    for (const n of [7, 39, 0, 21, 7, 8]) {
      expect(readNumber(await frames.workRgb(n), frames.work)).toBe(n)
      expect(readNumber(await frames.clipRgb(n), size)).toBe(n)
    }
    await expect(frames.workRgb(FRAMES)).rejects.toThrow(RangeError)
    await frames.close()
  })

  it('hands out arrays that the caller may change', async () => {
    const cache = cachePath()
    await importFrames(video, cache, { longSide: 96 })
    const frames = await openFrames(cache)
    const before = await frames.clipRgb(3)
    const kept = before.slice()
    before.fill(0)
    ;(await frames.workRgb(3)).fill(0)
    expect(same(await frames.clipRgb(3), kept)).toBe(true)
    expect(readNumber(await frames.workRgb(3), frames.work)).toBe(3)
    await frames.close()
  })

  it('serves many readers at once', async () => {
    const cache = cachePath()
    await importFrames(video, cache, { longSide: 96 })
    const readers = await Promise.all([...Array(4)].map(() => openFrames(cache)))
    const wanted = [...Array(60).keys()].map((i) => (i * 17) % FRAMES)
    const numbers = await Promise.all(wanted.map(async (n, i) => readNumber(await readers[i % 4].workRgb(n), readers[0].work)))
    expect(numbers).toEqual(wanted)
    await Promise.all(readers.map((r) => r.close()))
  })

  it('gets another working size without the video, the same as by import', async () => {
    const moved = join(folder, 'moved.mp4')
    await writeFile(moved, await readFile(video))
    const [a, b] = [cachePath(), cachePath()]
    await importFrames(moved, a, { longSide: 128 })
    await importFrames(moved, b, { longSide: 64 })
    await rm(moved)
    const done: number[] = []
    const derived = await openFrames(a, { longSide: 64, onProgress: (n) => done.push(n) })
    const direct = await openFrames(b)
    expect(done).toHaveLength(FRAMES)
    expect(derived.work).toEqual(direct.work)
    for (const n of [0, 13, 39]) expect(same(await derived.workRgb(n), await direct.workRgb(n))).toBe(true)
    await derived.close()
    await direct.close()
    // What a killed process left of the same size goes, and nothing else.
    await writeFile(join(a, 'work-80x45.pack.999999999.tmp'), 'half')
    const both = await Promise.all([openFrames(a, { longSide: 80 }), openFrames(a, { longSide: 80 })])
    expect(readNumber(await both[1].workRgb(5), both[1].work)).toBe(5)
    await Promise.all(both.map((f) => f.close()))
    await expect(openFrames(a, { longSide: 72, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    expect((await readdir(a)).sort()).toEqual(['clip.json', 'clip.pack', 'work-128x72.pack', 'work-64x36.pack', 'work-80x45.pack'])
    const again: number[] = []
    await (await openFrames(a, { longSide: 64, onProgress: (n) => again.push(n) })).close()
    expect(again).toEqual([])
  })

  it('keeps long clips as JPEG at their own size but exact at the working size', async () => {
    const [exact, small] = [cachePath(), cachePath()]
    await importFrames(video, exact, { longSide: 96 })
    await importFrames(video, small, { longSide: 96, losslessRawBytes: 1000 })
    const a = await openFrames(exact)
    const b = await openFrames(small)
    const error = (x: Uint8Array, y: Uint8Array) => Math.sqrt(x.reduce((sum, v, i) => sum + (v - y[i]) ** 2, 0) / x.length)
    for (const n of [2, 30]) {
      expect(same(await a.workRgb(n), await b.workRgb(n))).toBe(true)
      const difference = error(await a.clipRgb(n), await b.clipRgb(n))
      expect(difference).toBeGreaterThan(0)
      expect(difference).toBeLessThan(6)
      expect((await b.displayFrame(n)).mime).toBe('image/jpeg')
    }
    await a.close()
    await b.close()
  })

  it('shows a frame as a file for a browser', async () => {
    const cache = cachePath()
    await importFrames(video, cache, { longSide: 512 })
    const frames = await openFrames(cache)
    const shown = await frames.displayFrame(11)
    expect(shown.mime).toBe('image/jpeg')
    const { data, info } = await sharp(shown.bytes).raw().toBuffer({ resolveWithObject: true })
    expect(readNumber(data, info)).toBe(11)
    await frames.close()
  })

  it('is imported once: the same again costs nothing, another clip is refused', async () => {
    const cache = cachePath()
    const first = await importFrames(video, cache, { longSide: 96 })
    let decoded = 0
    expect(await importFrames(video, cache, { longSide: 96, onProgress: () => decoded++ })).toEqual(first)
    expect(decoded).toBe(0)
    const other = join(folder, 'other.mp4')
    await writeNumberedClip(other, { frames: 3 })
    await expect(importFrames(other, cache, { longSide: 96 })).rejects.toMatchObject({ code: 'bad-project', reason: expect.stringContaining('clip.mp4') })
  })
})

describe('scaling to the working size', () => {
  it('keeps raster positions: x of the clip becomes x · work / clip', async () => {
    // A bright Gaussian spot off the grid; its centroid must scale like a raster point.
    const big = { width: 300, height: 200 }
    const at = { x: 201.3, y: 47.8 }
    const rgb = new Uint8Array(300 * 200 * 3)
    for (let y = 0; y < 200; y++) {
      for (let x = 0; x < 300; x++) rgb.fill(Math.round(250 * Math.exp(-((x + 0.5 - at.x) ** 2 + (y + 0.5 - at.y) ** 2) / 200)), (y * 300 + x) * 3, (y * 300 + x) * 3 + 3)
    }
    const path = join(folder, 'spot')
    await mkdir(path)
    for (const n of [0, 1]) await sharp(rgb, { raw: { ...big, channels: 3 } }).png().toFile(join(path, `${n}.png`))
    const cache = cachePath()
    await importFrames(path, cache, { longSide: 128 })
    const frames = await openFrames(cache)
    const work = await frames.workRgb(0)
    let [sum, sx, sy] = [0, 0, 0]
    for (let i = 0; i < work.length; i += 3) {
      const [x, y] = [(i / 3) % frames.work.width, Math.floor(i / 3 / frames.work.width)]
      sum += work[i]
      sx += work[i] * (x + 0.5)
      sy += work[i] * (y + 0.5)
    }
    expect(sx / sum).toBeCloseTo((at.x * frames.work.width) / 300, 1)
    expect(sy / sum).toBeCloseTo((at.y * frames.work.height) / 200, 1)
    await frames.close()
  })
})

describe('images as a clip', () => {
  it('come in natural order, exactly as the files hold them', async () => {
    const path = await writePngs('shot', 12)
    await writeFile(join(path, '.hidden.png'), 'no image')
    await writeFile(join(path, 'notes.txt'), 'not a frame')
    expect(await probeMedia(path, { rate: 10 })).toMatchObject({ kind: 'images', container: 'png sequence', name: 'shot', ...size, frameCount: 12, variableRate: false })
    for (const source of [path, join(path, '*.png')]) {
      const cache = cachePath()
      const clip = await importFrames(source, cache, { longSide: 96, rate: 10 })
      expect(clip).toMatchObject({ name: 'shot', frameCount: 12 })
      expect(clip.timesS[11]).toBeCloseTo(1.1, 9)
      await expect(importFrames(source, cache, { longSide: 96, rate: 25 })).rejects.toMatchObject({ code: 'bad-project', reason: expect.stringContaining('10 frames a second') })
      const frames = await openFrames(cache)
      for (const n of [2, 10, 11]) expect(same(await frames.clipRgb(n), numberedFrame(n, size))).toBe(true)
      const shown = await frames.displayFrame(10)
      expect(shown.mime).toBe('image/png')
      expect(same(shown.bytes, await readFile(join(path, 'f10.png')))).toBe(true)
      await frames.close()
    }
  })

  it('may be JPEG or WebP, grey, 16-bit, transparent, or turned by EXIF', async () => {
    const path = join(folder, 'mixed')
    await mkdir(path)
    const raw = (n: number) => sharp(numberedFrame(n, size), { raw: { ...size, channels: 3 } })
    const turned = await raw(1).rotate(270).toBuffer()
    await sharp(turned, { raw: { width: size.height, height: size.width, channels: 3 } }).withMetadata({ orientation: 6 }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toFile(join(path, '1.jpg'))
    await raw(2).jpeg().toFile(join(path, '2.jpeg'))
    const cache = cachePath()
    const clip = await importFrames(path, cache, { longSide: 512 })
    expect(clip).toMatchObject({ ...size, frameCount: 2 })
    const frames = await openFrames(cache)
    expect(readNumber(await frames.clipRgb(0), size)).toBe(1)
    expect(readNumber(await frames.clipRgb(1), size)).toBe(2)
    const shown = await sharp((await frames.displayFrame(0)).bytes).raw().toBuffer({ resolveWithObject: true })
    expect([shown.info.width, shown.info.height]).toEqual([size.width, size.height])
    await frames.close()

    const pngs = join(folder, 'odd-pngs')
    await mkdir(pngs)
    await raw(0).greyscale().png().toFile(join(pngs, '0.png'))
    await raw(1).ensureAlpha(0.5).png().toFile(join(pngs, '1.png'))
    await raw(2).toColourspace('rgb16').png().toFile(join(pngs, '2.png'))
    const second = cachePath()
    await importFrames(pngs, second, { longSide: 512 })
    const odd = await openFrames(second)
    const grey = await odd.clipRgb(0)
    expect(grey.length).toBe(size.width * size.height * 3)
    const half = await odd.clipRgb(1)
    numberedFrame(1, size).forEach((v, i) => i % 997 === 0 && expect(Math.abs(half[i] - v / 2)).toBeLessThanOrEqual(2))
    const deep = await odd.clipRgb(2)
    numberedFrame(2, size).forEach((v, i) => i % 997 === 0 && expect(Math.abs(deep[i] - v)).toBeLessThanOrEqual(1))
    await odd.close()
  })

  it('are refused with the file named when sizes differ, one is broken, or formats are mixed', async () => {
    const path = await writePngs('uneven', 4)
    await sharp(numberedFrame(2, { width: 100, height: 108 }), { raw: { width: 100, height: 108, channels: 3 } }).png().toFile(join(path, 'f2.png'))
    await refuses(path, { code: 'bad-video', subject: join(path, 'f2.png'), reason: expect.stringContaining('100×108') })
    const broken = await writePngs('broken', 4)
    await truncate(join(broken, 'f3.png'), 60)
    await refuses(broken, { code: 'bad-video', subject: join(broken, 'f3.png') })
    const mixed = await writePngs('two-kinds', 2)
    await sharp(numberedFrame(2, size), { raw: { ...size, channels: 3 } }).jpeg().toFile(join(mixed, 'g0.jpg'))
    await refuses(mixed, { code: 'bad-video', reason: expect.stringContaining('jpeg') })
    const one = await writePngs('one', 1)
    await refuses(one, { code: 'bad-video', reason: expect.stringContaining('only one image') })
    await refuses(join(one, 'f0.png'), { code: 'bad-video', reason: expect.stringContaining('single image') })
    await mkdir(join(folder, 'none'))
    await refuses(join(folder, 'none'), { code: 'bad-video', reason: expect.stringContaining('no PNG, JPEG or WebP') })
    await refuses(join(folder, 'none', '*.png'), { code: 'not-found' })
  })

  it.each(['gif', 'webp'] as const)('may be one animated %s, its delays respected', async (format) => {
    const path = join(folder, `moving.${format}`)
    const frames = 7
    const delay = [50, 100, 20, 0, 70, 70, 300]
    const tall = Buffer.concat([...Array(frames).keys()].map((n) => numberedFrame(n * 3, size)))
    const animation = sharp(tall, { raw: { width: size.width, height: size.height * frames, channels: 3, pageHeight: size.height } })
    await (format === 'gif' ? animation.gif({ delay, loop: 0 }) : animation.webp({ delay, loop: 0, lossless: true })).toFile(path)
    const report = await probeMedia(path)
    expect(report).toMatchObject({ kind: 'animation', container: format, ...size, frameCount: frames, variableRate: true })
    expect(report.durationS).toBeCloseTo(0.71, 6)
    const cache = cachePath()
    const clip = await importFrames(path, cache, { longSide: 512 })
    expect(clip.frameCount).toBe(frames)
    // A delay of 0 is shown for 100 ms, as browsers do.
    const starts = [0, 0.05, 0.15, 0.17, 0.27, 0.34, 0.41]
    starts.forEach((t, n) => expect(clip.timesS[n]).toBeCloseTo(t, 6))
    const source = await openFrames(cache)
    for (let n = 0; n < frames; n++) expect(readNumber(await source.clipRgb(n), size)).toBe(n * 3)
    await source.close()
    await truncate(path, Math.floor((await readFile(path)).length / 2))
    await refuses(path, { code: 'bad-video', subject: path, reason: expect.stringContaining('cut off') })
  })
})

describe('an import that does not finish', () => {
  it('leaves nothing when it is cancelled', async () => {
    const cache = cachePath()
    const stop = new AbortController()
    const importing = importFrames(video, cache, { longSide: 96, signal: stop.signal, onProgress: (done) => done === 9 && stop.abort() })
    await expect(importing).rejects.toMatchObject({ code: 'cancelled' })
    expect((await readdir(folder)).filter((name) => name.startsWith(cache.slice(folder.length + 1)))).toEqual([])
    await expect(openFrames(cache)).rejects.toMatchObject({ code: 'not-found' })
    expect((await importFrames(video, cache, { longSide: 96 })).frameCount).toBe(FRAMES)
  })

  it('keeps a second import into the same place out', async () => {
    const cache = cachePath()
    // Whichever comes first.
    const both = await Promise.allSettled([importFrames(video, cache, { longSide: 96 }), importFrames(video, cache, { longSide: 96 })])
    both.sort((a, b) => a.status.localeCompare(b.status))
    expect(both).toMatchObject([{ status: 'fulfilled', value: { frameCount: FRAMES } }, { status: 'rejected', reason: { code: 'busy' } }])
    expect((await importFrames(video, cache, { longSide: 96 })).frameCount).toBe(FRAMES)
  })

  it('leaves nothing when the file turns out to be broken on the way', async () => {
    const path = await writePngs('late', 9)
    await writeFile(join(path, 'f8.png'), 'broken')
    const cache = cachePath()
    await refuses(path, { code: 'bad-video', subject: join(path, 'f8.png') }, cache)
    expect((await readdir(folder)).filter((name) => name.startsWith(cache.slice(folder.length + 1)))).toEqual([])
  })

  it('is cleanly redone after a kill at any moment', async () => {
    const long = join(folder, 'long.mp4')
    await writeNumberedClip(long, { frames: 120, width: 320, height: 180 })
    const script = `import { importFrames } from ${JSON.stringify(new URL('./importFrames.ts', import.meta.url).href)}
      await importFrames(process.argv[1], process.argv[2], { longSide: 160, onProgress: (n) => console.log(n) })`
    const cache = cachePath()
    const name = cache.slice(folder.length + 1)
    for (const killAt of [1, 80]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, long, cache], { stdio: ['ignore', 'pipe', 'pipe'] })
      let complaint = ''
      child.stderr.on('data', (data: Buffer) => (complaint += data.toString()))
      const exited = new Promise<string | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)))
      child.stdout.on('data', (data: Buffer) => Number(data.toString().trim().split('\n').at(-1)) >= killAt && child.kill('SIGKILL'))
      expect(await exited, complaint).toBe('SIGKILL')
      await expect(openFrames(cache)).rejects.toMatchObject({ code: 'not-found' })
    }
    const clip = await importFrames(long, cache, { longSide: 160 })
    expect(clip.frameCount).toBe(120)
    expect((await readdir(folder)).filter((entry) => entry.startsWith(name))).toEqual([name])
    expect((await readdir(cache)).sort()).toEqual(['clip.json', 'clip.pack', 'work-160x90.pack'])
  })

  it('says so when the place cannot be written', async () => {
    await writeFile(join(folder, 'file'), 'in the way')
    await refuses(video, { code: 'not-writable' }, join(folder, 'file', 'cache'))
    const occupied = cachePath()
    await mkdir(occupied)
    await writeFile(join(occupied, 'thesis.txt'), 'precious')
    await refuses(video, { code: 'bad-project', subject: occupied }, occupied)
    expect(await readFile(join(occupied, 'thesis.txt'), 'utf8')).toBe('precious')
  })
})

describe('a frame pack', () => {
  it('says that the disk is full', async () => {
    const error: unknown = await FramePackWriter.create('/dev/full').then(() => null, (e: unknown) => e)
    expect(error).toBeInstanceOf(TaplineError)
    expect(error).toMatchObject({ code: 'no-space', subject: '/dev/full' })
  })

  it('detects damage', async () => {
    const cache = cachePath()
    await importFrames(video, cache, { longSide: 96 })
    const path = join(cache, 'clip.pack')
    const whole = await readFile(path)
    const bytes = Buffer.from(whole)
    bytes[20] ^= 1
    await writeFile(path, bytes)
    const frames = await openFrames(cache)
    await expect(frames.clipRgb(0)).rejects.toMatchObject({ code: 'bad-project', reason: expect.stringContaining('frame 0') })
    expect(readNumber(await frames.clipRgb(1), size)).toBe(1)
    await frames.close()
    for (const length of [0, 20, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length))
      await expect(FramePackReader.open(path)).rejects.toMatchObject({ code: 'bad-project' })
    }
    await writeFile(join(cache, 'clip.json'), '{"format":"tapline-frames","version":1}')
    await expect(openFrames(cache)).rejects.toMatchObject({ code: 'bad-project' })
    await writeFile(join(cache, 'clip.json'), '{"format":"tapline-frames","version":99}')
    await expect(openFrames(cache)).rejects.toMatchObject({ code: 'bad-project', reason: expect.stringContaining('later version') })
  })
})

async function refuses(path: string, expected: Record<string, unknown>, cache = cachePath()): Promise<void> {
  await expect(importFrames(path, cache, { longSide: 96 })).rejects.toMatchObject(expected)
}
