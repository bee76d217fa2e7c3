import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tooLong } from '../../scripts/lint.mjs'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapline-length-'))
  mkdirSync(join(folder, 'deep/golden'), { recursive: true })
  const write = (path: string, lines: number) => writeFileSync(join(folder, path), 'x\n'.repeat(lines))
  write('deep/limit.ts', 400)
  write('deep/over.wgsl', 401)
  write('deep/data.json', 900)
  write('deep/golden/scores.ts', 900)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a source file above 400 lines is reported; one of 400, data and goldens are not', () => {
  expect(tooLong(folder)).toEqual([{ path: join(folder, 'deep/over.wgsl'), lines: 401 }])
})
