import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { execFileSync, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNumber, rotationMatrix, writeNumberedClip } from '../../../test/builders/numberedFrames.ts'
import type { NumberedClip } from '../../../test/builders/numberedFrames.ts'
import { encodeVideo, hasEncoder } from './encodeVideo.ts'
import { openMedia } from './openMedia.ts'
import { probeMedia } from './probeMedia.ts'
import { openVideoFile } from './videoFile.ts'

// SVT-AV1 writes to the terminal on its own.
process.env.SVT_LOG = '0'

const ffmpeg = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-video-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Seen {
  numbers: (number | null)[]
  times: (number | null)[]
  width: number
  height: number
}

async function see(path: string): Promise<Seen> {
  const reader = await openMedia(path)
  const seen: Seen = { numbers: [], times: [], width: reader.info.width, height: reader.info.height }
  try {
    for await (const frame of reader.frames()) {
      seen.numbers.push(readNumber(frame.rgb, frame))
      seen.times.push(frame.timeS)
    }
  } finally {
    await reader.close()
  }
  return seen
}

const upTo = (n: number) => [...Array(n).keys()]
const x265 = { preset: 'ultrafast', crf: '20', 'x265-params': 'log-level=none:bframes=4' }
const kinds: readonly (readonly [string, string, Partial<NumberedClip>])[] = [
  ['mp4', 'libx264', { encoderOptions: { preset: 'veryfast', bf: '3' } }],
  ['mov', 'libx264', { container: 'mov', encoderOptions: { preset: 'veryfast', bf: '2', g: '7' } }],
  ['mkv', 'libx264', { container: 'matroska', encoderOptions: { preset: 'medium', bf: '8', 'x264-params': 'b-pyramid=normal:open-gop=1' } }],
  ['mp4', 'libx265', { encoderOptions: x265 }],
  ['mkv', 'libx265', { container: 'matroska', encoderOptions: x265 }],
  ['webm', 'libvpx-vp9', { container: 'webm', encoderOptions: { deadline: 'good', 'cpu-used': '8', 'auto-alt-ref': '1', 'lag-in-frames': '16', b: '500k' } }],
  ['mp4', 'libvpx-vp9', { encoderOptions: { deadline: 'realtime', 'cpu-used': '8' } }],
  ['webm', 'libvpx', { container: 'webm', encoderOptions: { deadline: 'good', 'cpu-used': '8', 'auto-alt-ref': '1', 'lag-in-frames': '16', b: '500k' } }],
  ['mkv', 'libsvtav1', { container: 'matroska', encoderOptions: { preset: '12', crf: '30' } }],
  ['mp4', 'mpeg4', { encoderOptions: { bf: '2', 'q:v': '3' } }],
  ['avi', 'mpeg4', { container: 'avi', encoderOptions: { 'q:v': '3' } }],
]

describe('frame n of a video is the n-th that it shows', () => {
  for (const [ending, encoder, options] of kinds) {
    it.skipIf(!hasEncoder(encoder))(`in ${ending} by ${encoder}`, async () => {
      const path = join(folder, `plain-${encoder}.${ending}`)
      await writeNumberedClip(path, { frames: 50, encoder, ...options })
      const seen = await see(path)
      expect(seen.numbers).toEqual(upTo(50))
      const report = await probeMedia(path)
      expect(report).toMatchObject({ container: ending, width: 128, height: 96, frameCount: 50, variableRate: false, rotationDegrees: 0 })
      expect(encoder).toContain({ h264: '264', hevc: '265', av1: 'av1', vp8: 'vpx', vp9: 'vp9', mpeg4: 'mpeg4' }[report.codec])
      // AVI knows no display time of its last frame.
      expect(Math.abs(report.durationS - 50 / 24)).toBeLessThan(ending === 'avi' ? 1 / 24 : 0.005)
      expect(report.meanRate).toBeCloseTo(24, 1)
      expect(seen.times.every((t, i) => t !== null && Math.abs(t - (seen.times[0] ?? 0) - i / 24) < 1e-3)).toBe(true)
    })
  }

  it.each([['mp4', 'mp4'], ['mkv', 'matroska']] as const)('with a variable frame rate in %s', async (ending, container) => {
    const times = [0, 0.04, 0.05, 0.3, 0.31, 0.32, 1.5, 1.52, 2.9, 3, 3.001, 3.5]
    const path = join(folder, `vfr.${ending}`)
    await writeNumberedClip(path, { frames: times.length, times, container, encoderOptions: { bf: '3' } })
    const seen = await see(path)
    expect(seen.numbers).toEqual(upTo(times.length))
    const report = await probeMedia(path)
    expect(report).toMatchObject({ frameCount: times.length, variableRate: true })
    expect(report.longestIntervalS).toBeCloseTo(1.38, 2)
    seen.times.forEach((t, i) => expect(Math.abs((t ?? NaN) - times[i])).toBeLessThanOrEqual(container === 'mp4' ? 1e-5 : 5.1e-4))
  })

  it.each([0, 90, 180, 270] as const)('turned upright by %i degrees', async (degrees) => {
    // The frames are stored as they are, so undoing their rotation by hand must give what the reader shows.
    const stored = { width: 160, height: 96 }
    const path = join(folder, `turn-${degrees}.mp4`)
    await writeNumberedClip(path, { frames: 5, ...stored, displayMatrix: rotationMatrix(degrees, stored) })
    const reader = await openVideoFile(path)
    expect(reader.info.rotationDegrees).toBe(degrees)
    const turned = degrees % 180 !== 0
    expect([reader.info.width, reader.info.height]).toEqual(turned ? [96, 160] : [160, 96])
    let n = 0
    for await (const frame of reader.frames()) {
      expect(readNumber(turnBack(frame.rgb, frame.width, frame.height, degrees), stored)).toBe(n++)
      if (degrees !== 0) expect(readNumber(frame.rgb, frame)).toBeNull()
    }
    expect(n).toBe(5)
    await reader.close()
  })

  it.skipIf(!hasEncoder('libvpx-vp9'))('with odd sizes', async () => {
    const path = join(folder, 'odd.webm')
    await writeNumberedClip(path, { frames: 12, width: 131, height: 77, keepOdd: true, container: 'webm', encoder: 'libvpx-vp9', encoderOptions: { deadline: 'realtime', 'cpu-used': '8' } })
    const seen = await see(path)
    expect([seen.width, seen.height]).toEqual([131, 77])
    expect(seen.numbers).toEqual(upTo(12))
    const reader = await openVideoFile(path)
    for await (const frame of reader.frames()) for (const value of frame.rgb.subarray(-9)) expect(value).toBeGreaterThan(200)
    await reader.close()
  })

  it.each([['with B-frames', '3'], ['without B-frames', '0']])('after an edit list that cuts the start off, %s', async (_, bf) => {
    const path = join(folder, `edit-${bf}.mp4`)
    await writeNumberedClip(path, { frames: 40, encoderOptions: { bf, g: '12' } })
    await cutStart(path, 17, 9)
    const seen = await see(path)
    expect(seen.numbers).toEqual([17, 18, 19, 20, 21, 22, 23, 24, 25])
    expect(await probeMedia(path)).toMatchObject({ frameCount: 9 })
  })

  describe.skipIf(!ffmpeg)('as the FFmpeg command gives them (needs ffmpeg)', () => {
    const decode = (path: string) => execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], { maxBuffer: 1e8 })

    it('after a cut without re-encoding', async () => {
      const source = join(folder, 'for-ffmpeg.mp4')
      await writeNumberedClip(source, { frames: 60, encoderOptions: { bf: '3', g: '15' } })
      const cut = join(folder, 'cut.mp4')
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-ss', '0.9', '-i', source, '-c', 'copy', cut])
      const raw = decode(cut)
      const expected = upTo(raw.length / (128 * 96 * 3)).map((i) => readNumber(raw.subarray(i * 128 * 96 * 3), { width: 128, height: 96 }))
      expect(expected.length).toBeGreaterThan(20)
      expect((await see(cut)).numbers).toEqual(expected)
    })

    it.each([90, 180, 270] as const)('turned by %i degrees', async (degrees) => {
      const size = { width: 128, height: 96 }
      const path = join(folder, `turn-ffmpeg-${degrees}.mp4`)
      await writeNumberedClip(path, { frames: 2, ...size, displayMatrix: rotationMatrix(degrees, size) })
      const reader = await openVideoFile(path)
      for await (const frame of reader.frames()) {
        const theirs = decode(path).subarray(0, frame.rgb.length)
        const worst = frame.rgb.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0)
        // The frames hold plain cells: away from their edges, colours differ by the rounding of two conversions.
        const off = frame.rgb.reduce((count, value, i) => count + (Math.abs(value - theirs[i]) > 24 ? 1 : 0), 0)
        expect(off / frame.rgb.length, `worst difference ${worst}`).toBeLessThan(0.01)
        break
      }
      await reader.close()
    })
  })
})

describe('pixels of a video', () => {
  it.each([[130, 78], [132, 80], [134, 82], [136, 84], [854, 480], [66, 34]])('are all there at %i×%i, to the last column and row', async (width, height) => {
    const size = { width, height }
    // A smooth ramp survives the codec; its brightest end is at the bottom right.
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => 60 + (120 * (Math.floor(i / 3) % width)) / width + (60 * Math.floor(i / 3 / width)) / height)
    const path = join(folder, `ramp-${width}.mp4`)
    const writer = await encodeVideo(path, { ...size, encoderOptions: { crf: '4' } })
    await writer.add(rgb, 0, 0.1)
    await writer.add(rgb, 0.1, 0.1)
    await writer.finish()
    const reader = await openVideoFile(path)
    let frames = 0
    for await (const frame of reader.frames()) {
      expect([frame.width, frame.height]).toEqual([width, height])
      let worst = 0
      for (let i = 0; i < rgb.length; i++) worst = Math.max(worst, Math.abs(frame.rgb[i] - rgb[i]))
      expect(worst).toBeLessThanOrEqual(8)
      frames++
    }
    expect(frames).toBe(2)
    await reader.close()
  })
})

describe('colours of a video', () => {
  it.each([[96, 'BT.601 below 720 lines'], [720, 'BT.709 from 720 lines']])('come back as they went in at %i lines (%s)', async (height) => {
    const size = { width: 64, height }
    const colour = [200, 60, 30]
    const rgb = Uint8Array.from({ length: size.width * height * 3 }, (_, i) => colour[i % 3])
    const path = join(folder, `colour-${height}.mp4`)
    const writer = await encodeVideo(path, { ...size, encoderOptions: { crf: '5' } })
    await writer.add(rgb, 0, 0.1)
    await writer.add(rgb, 0.1, 0.1)
    await writer.finish()
    const reader = await openVideoFile(path)
    for await (const frame of reader.frames()) {
      const at = (height >> 1) * size.width * 3 + 90
      for (let c = 0; c < 3; c++) expect(Math.abs(frame.rgb[at + c] - colour[c])).toBeLessThanOrEqual(3)
    }
    await reader.close()
  })
})

describe('a video that cannot be read', () => {
  it('says that the file is missing, empty, or no video', async () => {
    await expect(openMedia(join(folder, 'nothing.mp4'))).rejects.toMatchObject({ code: 'not-found', subject: join(folder, 'nothing.mp4') })
    await writeFile(join(folder, 'empty.mp4'), '')
    await expect(openMedia(join(folder, 'empty.mp4'))).rejects.toMatchObject({ code: 'bad-video', reason: 'the file is empty' })
    await writeFile(join(folder, 'text.mp4'), 'These are words, not pictures. '.repeat(100))
    await expect(openMedia(join(folder, 'text.mp4'))).rejects.toMatchObject({ code: 'bad-video', reason: expect.stringContaining('not a video') })
    await writeFile(join(folder, 'list.m3u8'), '#EXTM3U\n#EXTINF:1,\nhttp://localhost:1/a.ts\n')
    await expect(openMedia(join(folder, 'list.m3u8'))).rejects.toMatchObject({ code: 'bad-video' })
  })

  it.each([['mp4', 'mp4', 'index'], ['mp4', 'faststart', 'frames are missing'], ['mkv', 'matroska', 'frames are missing'], ['avi', 'avi', 'frames are missing']])(
    'says that a truncated %s (%s) is cut off', async (ending, how, detail) => {
      const path = join(folder, `cut-${how}.${ending}`)
      const container = how === 'faststart' ? 'mp4' : (how as 'mp4')
      await writeNumberedClip(path, { frames: 30, container, encoder: 'mpeg4', ...(how === 'faststart' ? { muxerOptions: { movflags: 'faststart' } } : {}) })
      await truncate(path, Math.floor((await readFile(path)).length * 0.6))
      await expect(see(path)).rejects.toMatchObject({ code: 'bad-video', subject: path, reason: expect.stringMatching(new RegExp(`cut off.*${detail}`)) })
    },
  )

  it('says that frames change size', async () => {
    const [a, b, both] = ['a.ts', 'b.ts', 'both.ts'].map((name) => join(folder, name))
    const options = { container: 'mpegts', encoderOptions: { bf: '0', tune: 'zerolatency' } } as const
    await writeNumberedClip(a, { frames: 6, ...options })
    await writeNumberedClip(b, { frames: 6, width: 96, height: 64, ...options })
    expect((await see(a)).numbers).toEqual(upTo(6))
    await writeFile(both, Buffer.concat([await readFile(a), await readFile(b)]))
    await expect(see(both)).rejects.toMatchObject({ code: 'bad-video', reason: expect.stringMatching(/several sizes: frame \d+ is/) })
  })

  it('may have any name', async () => {
    const path = join(folder, "clip #1 100% %20 ü 'q' [x] a:b?.mp4")
    await writeNumberedClip(path, { frames: 3 })
    expect((await see(path)).numbers).toEqual([0, 1, 2])
    expect((await probeMedia(path)).name).toBe("clip #1 100% %20 ü 'q' [x] a:b?")
  })

  it('says that there is sound only, or not one frame', async () => {
    const sound = join(folder, 'sound.mp4')
    await writeNumberedClip(sound, { frames: 3 })
    const bytes = await readFile(sound)
    // The handler says what the track is.
    bytes.write('soun', bytes.indexOf('vide', bytes.indexOf('hdlr')), 'latin1')
    await writeFile(sound, bytes)
    await expect(openMedia(sound)).rejects.toMatchObject({ code: 'bad-video', reason: 'it holds sound but no video' })
    const nothing = join(folder, 'nothing-in-it.mp4')
    await writeNumberedClip(nothing, { frames: 0 })
    await expect(see(nothing)).rejects.toMatchObject({ code: 'bad-video', subject: nothing, reason: expect.stringMatching(/no (frames|video)/) })
  })

  it.each([['evc1', 'evc'], ['zzz1', 'zzz1']])('names the codec %s that cannot be decoded', async (tag, name) => {
    const path = join(folder, `${tag}.mp4`)
    await writeNumberedClip(path, { frames: 3 })
    const bytes = await readFile(path)
    // The four letters of the sample entry; the same letters stand among the brands at the start.
    bytes.write(tag, bytes.lastIndexOf('avc1'), 'latin1')
    await writeFile(path, bytes)
    await expect(see(path)).rejects.toMatchObject({ code: 'unsupported', subject: path, reason: expect.stringContaining(name) })
  })

  it.each([['mkv', 'matroska', 'mpeg4'], ['mp4', 'mp4', 'libx264'], ['mp4', 'mp4', 'mpeg4']] as const)(
    'never gives fewer frames than a scratched %s (%s, %s) should have', async (ending, container, encoder) => {
      const path = join(folder, `scratched-${encoder}.${ending}`)
      await writeNumberedClip(path, { frames: 30, container, encoder })
      const whole = await readFile(path)
      let failures = 0
      for (const start of [0.3, 0.5, 0.7]) {
        const bytes = Buffer.from(whole)
        bytes.fill(0, Math.floor(bytes.length * start), Math.floor(bytes.length * (start + 0.1)))
        await writeFile(path, bytes)
        const outcome = await see(path).then((seen) => seen.numbers.length, (error: unknown) => error)
        if (outcome === 30) continue
        expect(outcome).toMatchObject({ code: 'bad-video' })
        failures++
      }
      if (encoder === 'mpeg4' && ending === 'mkv') expect(failures).toBeGreaterThan(0)
    },
  )
})

function turnBack(rgb: Uint8Array, width: number, height: number, degrees: number): Uint8Array {
  const out = new Uint8Array(rgb.length)
  const across = degrees % 180 === 0 ? width : height
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sx, sy] = degrees === 0 ? [x, y] : degrees === 90 ? [y, width - 1 - x] : degrees === 180 ? [width - 1 - x, height - 1 - y] : [height - 1 - y, x]
      out.set(rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), (sy * across + sx) * 3)
    }
  }
  return out
}

/** Rewrites an MP4's edit list so that the clip starts `first` frames of 1/24 s later and lasts `count` frames. */
async function cutStart(path: string, first: number, count: number): Promise<void> {
  const bytes = await readFile(path)
  const at = bytes.indexOf('elst')
  expect(bytes.readUInt32BE(at + 8)).toBe(1)
  const timescale = (box: string) => bytes.readUInt32BE(bytes.indexOf(box) + 16)
  bytes.writeUInt32BE(Math.round((count * timescale('mvhd')) / 24), at + 12)
  bytes.writeInt32BE(bytes.readInt32BE(at + 16) + Math.round((first * timescale('mdhd')) / 24), at + 16)
  await writeFile(path, bytes)
}
