import { beforeEach, describe, expect, test, vi } from 'vitest'
import { startedApp } from '../../test/builders/startedApp.ts'
import type { Frame } from '../../test/builders/electronStandIn.ts'
import { channels } from '../shared/shellBridge.ts'

let app: Awaited<ReturnType<typeof startedApp>>
beforeEach(async () => {
  app = await startedApp()
})

const strangers: [string, Frame][] = [
  ['another origin', { url: 'https://app/index.html' }],
  ['another host of our scheme', { url: 'tapline://other/index.html' }],
  ['a file', { url: 'file:///index.html' }],
  ['a blank page', { url: 'about:blank' }],
  ['no address', { url: '' }],
  ['a frame inside our page', { url: 'tapline://app/index.html', parent: {} }],
  ['a frame that is gone', null],
]

describe('a call', () => {
  test('of our page is answered by the studio', async () => {
    app.begin()
    expect(await app.call('project.list')).toEqual({ ok: true, value: [] })
  })

  test('that fails is answered with the error as a record', async () => {
    const error = { code: 'bad-project', subject: '/p', reason: 'its list is damaged', next: 'Delete it.' } as const
    const failing = await startedApp({
      handlers: {
        'project.list': async () => {
          // The class as the app under test has it: each start loads its modules anew.
          const { TaplineError } = await import('../shared/errors.ts')
          throw TaplineError.fromRecord(error)
        },
      },
    })
    failing.begin()
    await vi.waitFor(async () => expect(await failing.call('project.list')).toEqual({ ok: false, error }), 30_000)
  })

  test.each(strangers)('of %s is not answered', async (_what, frame) => {
    app.begin(frame)
    app.begin()
    expect(await app.call('project.list', null, frame)).toBeNull()
    expect(app.page().received).toEqual([])
  })

  test('before the page has begun is not answered', async () => expect(await app.call('project.list')).toBeNull())

  test.each(['project.drop', 'constructor', '__proto__', 7, null])('named %s, which is none of ours, is not answered', async id => {
    app.begin()
    expect(await app.call(id)).toBeNull()
  })

  test('of the page before a reload is not answered to the page after it', async () => {
    const answers: (() => void)[] = []
    const slow = await startedApp({ handlers: { 'project.list': () => new Promise(resolve => answers.push(() => resolve([]))), 'job.list': async () => [] } })
    slow.begin()
    expect(await slow.call('project.list')).toBeNull()
    slow.begin()
    answers.at(-1)!()
    await slow.call('job.list')
    expect(slow.page().received).toEqual([{ id: 2, reply: { ok: true, value: [] } }])
  })
})

describe('events', () => {
  test('of the studio reach the page, as clones with typed arrays', async () => {
    app.begin()
    await app.call('project.list')
    const impact = { runId: 1, deltaPx: 1, moved: [], disagree: [], extra: new Float32Array([1, 2]) }
    app.studio.tell({ kind: 'impact', project: '/p', video: 1, impact })
    expect(app.events()).toEqual([{ kind: 'impact', project: '/p', video: 1, impact }])
  })

  test('go to nobody once the page is gone', async () => {
    app.begin()
    await app.call('project.list')
    app.page().destroy()
    expect(app.studio.listeners.size).toBe(1)
    app.studio.tell({ kind: 'command', id: 'edit.undo' })
    expect(app.events()).toEqual([])
  })
})

describe('a dialog', () => {
  const pick = (kind: unknown, suggestion?: unknown, frame: Frame = app.ours) => app.invoke(app.page(), frame, channels.pick, kind, suggestion)

  test('gives the path that was chosen, or nothing', async () => {
    app.choices.push({ canceled: false, filePaths: ['/clips/a.mp4'] })
    expect(await pick('video')).toBe('/clips/a.mp4')
    expect(await pick('video')).toBeNull()
    expect(app.dialogs[0]).toMatchObject({ name: 'open', options: { properties: ['openFile'], filters: [{ name: 'Videos', extensions: expect.arrayContaining(['mp4', 'mov']) }, {}] } })
  })

  test.each(['project', 'projectFolder', 'videoFolder', 'folder'])('for a %s chooses folders', async kind => {
    app.choices.push({ canceled: false, filePaths: ['/p'] })
    expect(await pick(kind)).toBe('/p')
    expect(app.dialogs[0]).toMatchObject({ options: { properties: ['openDirectory', 'createDirectory'] } })
  })

  test('for saving begins with what is suggested', async () => {
    app.choices.push({ canceled: false, filePath: '/out/tracks.pkl' })
    expect(await pick('save', '/out/tracks.pkl')).toBe('/out/tracks.pkl')
    expect(app.dialogs[0]).toMatchObject({ name: 'save', options: { defaultPath: '/out/tracks.pkl', filters: [{ extensions: ['pkl'] }, {}] } })
  })

  test('of no known kind is refused', async () => await expect(pick('passwords')).rejects.toThrow('no dialog'))

  test.each(strangers)('asked for by %s is refused', async (_what, frame) => {
    await expect(pick('video', undefined, frame)).rejects.toThrow('may not use')
    expect(app.dialogs).toEqual([])
  })
})

test('only files that were exported here are shown in their folder', async () => {
  app.studio.downloads.add('/out/tracks.pkl')
  await app.invoke(app.page(), app.ours, channels.reveal, '/out/tracks.pkl')
  await app.invoke(app.page(), app.ours, channels.reveal, '/etc/passwd')
  expect(app.revealed).toEqual(['/out/tracks.pkl'])
})
