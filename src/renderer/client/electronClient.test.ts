import { describe, expect, test, vi } from 'vitest'
import type { CallMessage, ServerMessage } from '../../shared/messages.ts'
import type { ShellBridge } from '../../shared/shellBridge.ts'
import { connectElectron } from './electronClient.ts'

function connected() {
  const sent: CallMessage[] = []
  const revealed: string[] = []
  let tell: (message: ServerMessage) => void = () => {}
  const bridge: ShellBridge = {
    send: message => void sent.push(message),
    onMessage(listener) {
      tell = listener
      return () => {}
    },
    pathOfFile: file => (file.name === 'in memory' ? '' : `/clips/${file.name}`),
    pick: async (kind, suggestion) => (kind === 'save' ? `${suggestion}` : null),
    reveal: path => void revealed.push(path),
  }
  return { client: connectElectron(bridge), sent, revealed, tell: (message: ServerMessage) => tell(message) }
}

describe('the desktop shell', () => {
  test('calls by number and takes replies in any order', async () => {
    const { client, sent, tell } = connected()
    const [a, b] = [client.call('project.list', null), client.call('job.list', null)]
    tell({ id: sent[1]!.id, reply: { ok: true, value: ['b'] } })
    tell({ id: sent[0]!.id, reply: { ok: true, value: ['a'] } })
    expect([await a, await b]).toEqual([{ ok: true, value: ['a'] }, { ok: true, value: ['b'] }])
  })

  test('passes events on', () => {
    const { client, tell } = connected()
    const listener = vi.fn()
    client.subscribe(listener)
    tell({ event: { kind: 'openFile', path: '/p' } })
    tell({ beat: true })
    expect(listener).toHaveBeenCalledExactlyOnceWith({ kind: 'openFile', path: '/p' })
  })

  test('pictures have an address of their own scheme', () => {
    expect(connected().client.imageUrl({ project: '/a b', video: 1, frame: 2, kind: 'thumb', side: 48 })).toBe('tapline-frame://studio/image?project=%2Fa+b&video=1&frame=2&kind=thumb&side=48')
  })

  test('dropped files are where they are; what is no file says so', async () => {
    const { client } = connected()
    expect(await client.pathOfFile(new File([], 'a.mp4'), () => {})).toBe('/clips/a.mp4')
    await expect(client.pathOfFile(new File([], 'in memory'), () => {})).rejects.toThrow('not a file of this machine')
  })

  test('dialogs and folders are the system’s', async () => {
    const { client, revealed } = connected()
    expect([await client.pick('save', '/x.pkl'), await client.pick('video')]).toEqual(['/x.pkl', null])
    client.reveal('/x.pkl')
    expect(revealed).toEqual(['/x.pkl'])
  })
})
