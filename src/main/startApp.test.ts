import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { startedApp } from '../../test/builders/startedApp.ts'
import { temporaryFolder } from '../../test/builders/temporaryProject.ts'
import { defaultSettings } from '../shared/settings.ts'

let app: Awaited<ReturnType<typeof startedApp>>
beforeEach(async () => {
  app = await startedApp()
})

describe('the window', () => {
  test('opens our page in a sandboxed, isolated context without Node', () => {
    expect(app.windows).toHaveLength(1)
    expect(app.windows[0]!.urls).toEqual([app.pageUrl])
    expect(app.windows[0]!.options.webPreferences).toMatchObject({
      preload: '/built/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  test('shows itself once it has something to show', () => {
    const [window] = app.windows
    expect(window!.options.show).toBe(false)
    window!.emit('ready-to-show')
    expect(window!.shown).toEqual(['show'])
  })

  test('cannot be made smaller than the layout holds', () => {
    expect(app.windows[0]!.options).toMatchObject({ minWidth: 1024, minHeight: 640 })
  })

  test('opens where it was closed, as large, and maximised', async () => {
    Object.assign(app.windows[0]!, { bounds: { x: 40, y: 60, width: 1300, height: 700 }, maximized: true })
    app.windows[0]!.emit('close')
    const [window] = (await startedApp({ home: app.home })).windows
    window!.emit('ready-to-show')
    expect(window!.options).toMatchObject({ x: 40, y: 60, width: 1300, height: 700 })
    expect(window!.shown).toEqual(['maximize', 'show'])
  })
})

describe('every page', () => {
  test.each(['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview'])('is denied %s', event => {
    expect(app.makePage().allows(event)).toBe(false)
  })
  test('opens no further window', () => expect(app.makePage().opens('https://example.org')).toBe('deny'))
  test('gets no permission', () => {
    const decide = vi.fn()
    app.permissions.request!(null as never, 'media' as never, decide as never)
    expect(decide).toHaveBeenCalledExactlyOnceWith(false)
    expect(app.permissions.check!()).toBe(false)
    expect(app.permissions.device!()).toBe(false)
  })
})

describe('the start', () => {
  test('sandboxes every process and names the schemes before the app is ready', () => {
    const ready = app.calls.indexOf('ready')
    for (const call of ['enableSandbox', 'registerSchemesAsPrivileged']) {
      expect(app.calls).toContain(call)
      expect(app.calls.indexOf(call)).toBeLessThan(ready)
    }
    expect(app.privileges.map(({ scheme }) => scheme)).toEqual(['tapline', 'tapline-frame'])
    for (const { privileges } of app.privileges) {
      expect(privileges).toMatchObject({ standard: true, secure: true })
      expect(privileges).not.toHaveProperty('bypassCSP')
    }
  })

  test('of a second instance quits and opens nothing', async () => {
    const second = await startedApp({ firstInstance: false })
    expect(second.calls).toEqual(['quit'])
    expect(second.windows).toEqual([])
    expect(second.closes()).toBe(0)
  })

  test('of a second instance brings the first one’s window to the front', () => {
    app.windows[0]!.minimized = true
    app.app.emit('second-instance', {}, ['/electron'], '/')
    expect(app.windows[0]!.shown).toEqual(['restore', 'focus'])
    expect(app.windows).toHaveLength(1)
  })
})

describe('a file', () => {
  const clip = () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.mp4'), '')
    return { folder, path: join(folder, 'a.mp4') }
  }

  test('named at the start waits until the page listens', async () => {
    const { path } = clip()
    const started = await startedApp({ argv: ['/electron', '/the/app', path] })
    started.begin()
    expect(started.events()).toEqual([])
    await started.call('project.list')
    expect(started.events()).toEqual([{ kind: 'openFile', path }])
  })

  test('named to a second instance goes to the page of the first', async () => {
    const { folder, path } = clip()
    app.begin()
    await app.call('project.list')
    app.app.emit('second-instance', {}, ['/electron', '--flag', 'a.mp4'], folder)
    expect(app.events()).toEqual([{ kind: 'openFile', path }])
  })

  test('opened with the app on macOS goes to the page', async () => {
    app.begin()
    await app.call('project.list')
    app.app.emit('open-file', { preventDefault: () => {} }, '/clips/b.mov')
    expect(app.events()).toEqual([{ kind: 'openFile', path: '/clips/b.mov' }])
  })
})

describe('the end', () => {
  test('waits until the studio has saved what it does, once, without windows in the way', async () => {
    const saved = Promise.withResolvers<void>()
    const ending = await startedApp({ ending: () => saved.promise })
    ending.app.quit()
    ending.app.quit()
    expect(ending.windows[0]!.shown).toEqual(['hide', 'hide'])
    expect([ending.closes(), ending.calls.includes('quit')]).toEqual([1, false])
    saved.resolve()
    await vi.waitFor(() => expect(ending.calls).toContain('quit'), 30_000)
  })

  test('comes all the same when saving fails', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => {})
    const ending = await startedApp({ ending: () => Promise.reject(new Error('the disk is full')) })
    ending.app.quit()
    await vi.waitFor(() => expect(ending.calls).toContain('quit'), 30_000)
    expect(complaint).toHaveBeenCalledWith(expect.objectContaining({ message: 'the disk is full' }))
    complaint.mockRestore()
  })

  test('answers nobody any more', async () => {
    app.begin()
    expect(await app.call('project.list')).toEqual({ ok: true, value: [] })
    app.app.quit()
    await vi.waitFor(() => expect(app.calls).toContain('quit'), 30_000)
    expect(await app.call('project.list')).toBeNull()
    expect(app.studio.listeners.size).toBe(0)
    expect(app.invoked.size).toBe(0)
  })
})

describe('a page that crashes', () => {
  const crash = () => app.app.emit('render-process-gone', {}, app.page(), { reason: 'oom', exitCode: 5 })

  test('is loaded again, and says so', () => {
    crash()
    expect(app.page().reloads).toBe(1)
    expect(app.dialogs).toMatchObject([{ name: 'message', options: { type: 'warning', detail: expect.stringContaining('saved') } }])
  })

  test('and crashes again is loaded when the person says so, or the app ends', async () => {
    crash()
    app.choices.push({ response: 0 }, { response: 1 })
    crash()
    await vi.waitFor(() => expect(app.page().reloads).toBe(2), 30_000)
    crash()
    await vi.waitFor(() => expect(app.calls).toContain('quit'), 30_000)
    expect(app.page().reloads).toBe(2)
  })

  test('is no crash when it was closed', () => {
    app.app.emit('render-process-gone', {}, app.page(), { reason: 'clean-exit', exitCode: 0 })
    expect([app.page().reloads, app.dialogs]).toEqual([0, []])
  })
})

describe('the menu', () => {
  const click = (label: string, how: { triggeredByAccelerator?: boolean } = {}) => app.menuItem(label)!.click!(null as never, undefined, how as never)

  test('sends commands to the page', async () => {
    app.begin()
    await app.call('project.list')
    click('Optimise…')
    click('Undo')
    expect(app.events()).toEqual([{ kind: 'command', id: 'field.optimise' }, { kind: 'command', id: 'edit.undo' }])
  })

  test('edits text where a key came on to it', async () => {
    app.begin()
    await app.call('project.list')
    click('Copy labels', { triggeredByAccelerator: true })
    expect([app.page().edited, app.events()]).toEqual([['copy'], []])
  })

  test('shows the user’s own keys, also those changed meanwhile', async () => {
    const started = await startedApp({ handlers: { 'project.list': async () => [], 'settings.read': async () => ({ ...defaultSettings, keys: { 'track.split': ['Mod+J'] } }) } })
    await vi.waitFor(() => expect(started.menuItem('Split track here')!.accelerator).toBe('CmdOrCtrl+J'), 30_000)
    started.studio.tell({ kind: 'settings', settings: { ...defaultSettings, keys: { 'track.split': ['Y'] } } })
    expect(started.menuItem('Split track here')!.accelerator).toBe(process.platform === 'darwin' ? undefined : 'Y')
  })

  test('lists recent projects that can be opened, and opens them', async () => {
    const project = { path: '/p/horse', name: 'Horse & rider', video: null, frames: 0, tracks: 0, lastOpenedMs: 1, problem: null }
    const gone = { ...project, path: '/p/gone', name: 'Gone', problem: { code: 'not-found', subject: '/p/gone', reason: 'it was moved', next: 'Move it back.' } as const }
    const started = await startedApp({ handlers: { 'project.list': async () => [project, gone] } })
    started.begin()
    await started.call('project.list')
    await vi.waitFor(() => expect(started.menuItem('Horse && rider')).toBeDefined(), 30_000)
    expect(started.menuItem('Gone')).toBeUndefined()
    started.menuItem('Horse && rider')!.click!(null as never, undefined, {} as never)
    expect(started.events()).toEqual([{ kind: 'openFile', path: '/p/horse' }])
  })
})
