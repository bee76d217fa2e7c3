/** Matches on disk. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readMatchFile, writeMatchFile } from './matchFile.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-matches-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const matches = {
  frameA: Int32Array.of(1, 2),
  frameB: Int32Array.of(30, 4),
  a: Float32Array.of(1, 2, 3, 4.5),
  b: Float32Array.of(5, 6, 7, 8.25),
  confidence: Float32Array.of(0.5, 1),
}

it('read back as they were written, with nothing left beside', async () => {
  writeMatchFile(join(folder, 'deep', 'm.bin'), matches)
  expect(readMatchFile(join(folder, 'deep', 'm.bin'))).toEqual(matches)
  expect(await readdir(join(folder, 'deep'))).toEqual(['m.bin'])
})

it('are none when there is no file, or one that is cut, damaged or of another kind', async () => {
  const path = join(folder, 'm.bin')
  expect(readMatchFile(path)).toBeNull()
  writeMatchFile(path, matches)
  const bytes = await readFile(path)
  for (const bad of [bytes.subarray(0, 20), bytes.subarray(0, bytes.length - 1), Buffer.from(bytes.map((b, k) => (k === 30 ? b ^ 4 : b))), Buffer.from('no matches at all')]) {
    await writeFile(path, bad)
    expect(readMatchFile(path)).toBeNull()
  }
})

it('of a clip without any are an empty list', () => {
  const path = join(folder, 'none.bin')
  writeMatchFile(path, { frameA: new Int32Array(0), frameB: new Int32Array(0), a: new Float32Array(0), b: new Float32Array(0), confidence: new Float32Array(0) })
  expect(readMatchFile(path)?.frameA.length).toBe(0)
})
