import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/builders/temporaryProject.ts'
import { serveToken } from './serveToken.ts'

test('is 256 bits, another one for each server on any free port', async () => {
  const home = temporaryFolder()
  const tokens = await Promise.all([serveToken(0, home), serveToken(0, home)])
  expect(new Set(tokens).size).toBe(2)
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
})

test('is kept for a port that was named, for its user’s eyes only', async () => {
  const home = temporaryFolder()
  const token = await serveToken(8737, home)
  expect(await serveToken(8737, home)).toBe(token)
  expect(await serveToken(8738, home)).not.toBe(token)
  if (process.platform !== 'win32') expect(statSync(join(home, 'serve/8737.token')).mode & 0o077).toBe(0)
})

test('that is damaged is replaced', async () => {
  const home = temporaryFolder()
  await serveToken(8737, home)
  writeFileSync(join(home, 'serve/8737.token'), 'guessable')
  const token = await serveToken(8737, home)
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(await serveToken(8737, home)).toBe(token)
})
