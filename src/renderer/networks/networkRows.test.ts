import { describe, expect, test } from 'vitest'
import { fakeNetworks, installedFake } from '../../../test/page/fakeNetworks.ts'
import { networkFacts, networkGroups, usedNames } from './networkRows.ts'

const mine = installedFake('mine', { addedAt: 20 })
const small = installedFake('flow-small', { sha256: 'b'.repeat(64), addedAt: 10, licence: { name: 'MIT', address: null } })
const renamed = installedFake('indoor', { role: 'depth', sha256: 'e'.repeat(64) })
const flowOf = (...installed: Parameters<typeof fakeNetworks>) => networkGroups(fakeNetworks(...installed)).find(({ role }) => role === 'flow')!.rows

describe('the list of networks', () => {
  test('has each role, with nothing installed what can be downloaded first', () => {
    expect(networkGroups(fakeNetworks()).map(({ role, rows }) => [role, rows.map(({ name, state }) => `${name}: ${state}`)])).toEqual([
      ['flow', ['flow-large: address', 'flow-small: file']],
      ['depth', ['depth-indoor: file']],
      ['features', []],
      ['tracker', ['points: file']],
    ])
  })

  test('puts the one in use first, then what is installed, and says each once', () => {
    expect(flowOf([small, mine]).map(({ name, title, state }) => [name, title, state])).toEqual([
      ['mine', 'mine', 'used'],
      ['flow-small', 'Small flow', 'installed'],
      ['flow-large', 'Large flow', 'address'],
    ])
  })

  test('knows a file under another name by its hash', () => {
    const view = { ...fakeNetworks([renamed]), known: fakeNetworks().known.map(known => (known.name === 'depth-indoor' ? { ...known, sha256: renamed.sha256 } : known)) }
    const depth = networkGroups(view).find(({ role }) => role === 'depth')!.rows
    expect(depth[0]).toMatchObject({ name: 'indoor', title: 'Indoor depth', state: 'used' })
  })

  test('calls one of two copies of a file used', () => {
    expect(flowOf([mine, installedFake('copy', { addedAt: 30 })]).map(({ name, state }) => `${name}: ${state}`).slice(0, 2)).toEqual(['copy: used', 'mine: installed'])
  })

  test('says size and licence as far as they are known', () => {
    expect(flowOf([small, mine]).map(networkFacts)).toEqual(['4.1 MB · licence not known', 'flow-small · 4.1 MB · licence MIT', 'flow-large · 64.1 MB · licence BSD-3-Clause'])
    expect(networkFacts(networkGroups(fakeNetworks())[1].rows[0])).toBe('depth-indoor · size not known · licence: see its page')
  })

  test('names what takes which part', () => {
    expect(usedNames(fakeNetworks([small, renamed]))).toEqual({ flow: 'Small flow', depth: 'indoor', features: null })
  })
})
