import { beforeEach, expect, test, vi } from 'vitest'
import { electronStandIn } from '../../test/builders/electronStandIn.ts'

let electron: ReturnType<typeof electronStandIn>
let client: { call(id: string, params: unknown): Promise<unknown> }
beforeEach(async () => {
  electron = electronStandIn()
  vi.resetModules()
  vi.doMock('electron', () => electron.module)
  await import('./index.ts')
  client = electron.exposed.get('tapline') as typeof client
})

test('the page gets one function and nothing else of Electron', () => {
  expect([...electron.exposed.keys()]).toEqual(['tapline'])
  expect(Object.keys(client)).toEqual(['call'])
})

test('a request of the contract goes to the server', async () => {
  expect(await client.call('project.list', null)).toEqual({ ok: true, value: [] })
  expect(electron.invoked).toEqual([['rpc', 'project.list', null]])
})

test('any other request stays in the page', async () => {
  await expect(client.call('project.drop', null)).rejects.toThrow('no request')
  expect(electron.invoked).toEqual([])
})
