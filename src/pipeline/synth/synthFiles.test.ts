/** A synthetic clip as a FrameSource and as files. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shrinkByArea, synthFrames } from './synthFrames.ts'
import { renderScene } from './synthScenes.ts'
import { writeSynth } from './writeSynth.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-synth-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const clip = renderScene('stacking', { width: 64, height: 48, frames: 3, seed: 1 })

it('gives frames at the clip size and at the working size', async () => {
  const frames = synthFrames(clip, 32)
  expect(frames.work).toEqual({ width: 32, height: 24 })
  expect(frames.clip.frameCount).toBe(3)
  expect(await frames.clipRgb(2)).toEqual(clip.rgb(2))
  const work = await frames.workRgb(2)
  const whole = clip.rgb(2)
  const mean = (whole[0] + whole[3] + whole[64 * 3] + whole[64 * 3 + 3]) / 4
  expect(Math.abs(work[0] - mean)).toBeLessThanOrEqual(0.5)
})

it('shrinks by the area that each pixel covers, also at uneven ratios', () => {
  const ramp = Uint8Array.from({ length: 5 * 3 * 3 }, (_, k) => Math.floor((k / 3) % 5) * 50)
  const out = shrinkByArea(ramp, { width: 5, height: 3 }, { width: 2, height: 3 })
  // Pixels 0, 1 and half of 2; half of 2, 3 and 4.
  expect([out[0], out[3]]).toEqual([Math.round((0 + 50 + 50) / 2.5), Math.round((50 + 150 + 200) / 2.5)])
})

it('writes frames that read back bit by bit, and exact depth', async () => {
  const out = join(folder, 'clip')
  const seen: number[] = []
  await writeSynth(clip, out, { onProgress: done => seen.push(done) })
  expect(seen).toEqual([1, 2, 3])
  expect(await readdir(join(out, 'color'))).toEqual(['00000.png', '00001.png', '00002.png'])
  const { data, info } = await sharp(join(out, 'color', '00001.png')).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([64, 48, 3])
  expect(new Uint8Array(data)).toEqual(clip.rgb(1))
  const npy = await readFile(join(out, 'depth', '00001.npy'))
  expect(npy.length % 64).toBe((64 * 48 * 4) % 64)
  const start = npy.length - 64 * 48 * 4
  expect(npy.subarray(10, start).toString()).toContain("'shape': (48, 64)")
  expect(new Float32Array(npy.buffer.slice(npy.byteOffset + start, npy.byteOffset + npy.length))).toEqual(clip.depth(1))
})

it('leaves nothing behind when cancelled, and keeps a folder that was there', async () => {
  const out = join(folder, 'cancelled')
  await expect(writeSynth(clip, out, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  await expect(writeSynth(clip, join(folder, 'clip'))).rejects.toMatchObject({ code: 'not-writable' })
  expect(await readdir(folder)).toEqual(['clip'])
})
