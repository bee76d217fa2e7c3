/** A synthetic clip as files. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { renderScene } from '../../pipeline/synth/synthScenes.ts'
import { writeSynth } from './writeSynth.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-synth-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const clip = renderScene('stacking', { width: 64, height: 48, frames: 3, seed: 1 })

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
