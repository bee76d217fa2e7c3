import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isNodeEnough, root, staleReason } from '../../scripts/setup.mjs'

describe('Node', () => {
  test.each(['v22.18.0', 'v22.20.1', 'v23.6.0', 'v24.0.0', '26.1.0'])('%s is new enough', version => expect(isNodeEnough(version)).toBe(true))
  test.each(['v18.20.0', 'v20.20.2', 'v22.17.9'])('%s is too old', version => expect(isNodeEnough(version)).toBe(false))
})

describe('installed packages', () => {
  let folder = ''
  const write = (path: string, packages: object) => {
    mkdirSync(join(folder, 'node_modules'), { recursive: true })
    writeFileSync(join(folder, path), JSON.stringify({ packages: { '': {}, ...packages } }))
  }
  const wanted = (packages: object) => write('package-lock.json', packages)
  const present = (packages: object) => write('node_modules/.package-lock.json', packages)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tapline-setup-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('are fresh when they are what the lock file says', () => {
    wanted({ 'node_modules/a': { version: '1.0.0' } })
    present({ 'node_modules/a': { version: '1.0.0' } })
    expect(staleReason(folder)).toBeNull()
  })

  test('are stale in a bare clone, and after an install that was cut short', () => {
    wanted({})
    expect(staleReason(folder)).toBe('no packages yet')
    mkdirSync(join(folder, 'node_modules/a'), { recursive: true })
    expect(staleReason(folder)).toBe('no packages yet')
  })

  test('are stale when one is missing or of another version', () => {
    wanted({ 'node_modules/a': { version: '1.0.1' }, 'node_modules/b': { version: '2.0.0' } })
    present({ 'node_modules/a': { version: '1.0.1' } })
    expect(staleReason(folder)).toBe('node_modules/b is missing')
    present({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } })
    expect(staleReason(folder)).toBe('node_modules/a is 1.0.0, not 1.0.1')
  })

  test('are fresh without optional packages, which are for other platforms', () => {
    wanted({ 'node_modules/a-win32': { version: '1.0.0', optional: true } })
    present({})
    expect(staleReason(folder)).toBeNull()
  })

  test('are fresh in this clone, whose tests run', () => expect(staleReason(root)).toBeNull())
})
