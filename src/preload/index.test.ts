import { beforeEach, expect, test, vi } from 'vitest'
import { electronStandIn } from '../../test/builders/electronStandIn.ts'
import type { ShellBridge } from '../shared/shellBridge.ts'

let electron: ReturnType<typeof electronStandIn>
let bridge: ShellBridge
beforeEach(async () => {
  electron = electronStandIn()
  vi.resetModules()
  vi.doMock('electron', () => electron.module)
  await import('./index.ts')
  bridge = electron.exposed.get('tapline') as ShellBridge
})

test('the page gets the bridge and nothing else of Electron', () => {
  expect([...electron.exposed.keys()]).toEqual(['tapline'])
  expect(Object.keys(bridge).sort()).toEqual(['onMessage', 'pathOfFile', 'pick', 'reveal', 'send'])
})

test('main hears of a new page before anything else', () => expect(electron.fromPage).toEqual([['studio.begin']]))

test('a request of the contract goes to the server, and nothing that came with it', () => {
  bridge.send({ id: 3, call: 'project.list', params: null, more: 1 } as Parameters<ShellBridge['send']>[0])
  expect(electron.fromPage.slice(1)).toEqual([['studio.messages', { id: 3, call: 'project.list', params: null }]])
})

test.each([{ id: 1, call: 'project.drop', params: null }, { id: 1.5, call: 'project.list', params: null }, 'project.list', null])('%j stays in the page', message => {
  expect(() => bridge.send(message as Parameters<ShellBridge['send']>[0])).toThrow('no request')
  expect(electron.fromPage).toEqual([['studio.begin']])
})

test('messages of the server reach the page until it stops listening, without Electron’s event', () => {
  const heard: unknown[][] = []
  const stop = bridge.onMessage((...args) => void heard.push(args))
  electron.ipcRenderer.emit('studio.messages', { sender: 'secret' }, { beat: true })
  stop()
  electron.ipcRenderer.emit('studio.messages', {}, { beat: true })
  expect(heard).toEqual([[{ beat: true }]])
})

test('dropped files have their paths', () => expect(bridge.pathOfFile(new File([], 'a.mp4'))).toBe('/dropped/a.mp4'))

test('dialogs are those there are', async () => {
  await bridge.pick('video')
  expect(electron.fromPage.at(-1)).toEqual(['shell.pick', 'video', undefined])
  await expect(bridge.pick('anything' as 'video')).rejects.toThrow('no dialog')
})
