import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { electronStandIn } from '../../test/builders/electronStandIn.ts'
import type { ProjectSummary, RpcHandlers } from '../shared/rpc.ts'

const project: ProjectSummary = { path: '/p', name: 'p', video: { width: 64, height: 48 }, frames: 9, tracks: 2, lastOpenedMs: 1e12, problem: null }

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapline-main-'))
  mkdirSync(join(folder, 'page/assets'), { recursive: true })
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'page/assets/a.js'), 'code')
  writeFileSync(join(folder, 'page/notes.secret'), 'no known type')
  writeFileSync(join(folder, 'outside.html'), 'outside')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function start(handlers: RpcHandlers = { 'project.list': async () => [project] }, options = {}) {
  const electron = electronStandIn(options)
  vi.resetModules()
  vi.doMock('electron', () => electron.module)
  const { startApp } = await import('./startApp.ts')
  await startApp({ handlers, rendererFolder: join(folder, 'page'), preload: '/built/preload.cjs' })
  const { pageUrl } = await import('./rendererProtocol.ts')
  return { ...electron, pageUrl }
}

type Started = Awaited<ReturnType<typeof start>>
let app: Started
beforeEach(async () => {
  app = await start()
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
  test('sandboxes every process and names the scheme before the app is ready', () => {
    const ready = app.calls.indexOf('ready')
    for (const call of ['enableSandbox', 'registerSchemesAsPrivileged']) {
      expect(app.calls).toContain(call)
      expect(app.calls.indexOf(call)).toBeLessThan(ready)
    }
    expect(app.privileges).toMatchObject([{ scheme: 'tapline', privileges: { standard: true, secure: true } }])
    expect(app.privileges[0]!.privileges).not.toHaveProperty('bypassCSP')
  })

  test('of a second instance quits and opens nothing', async () => {
    const second = await start(undefined, { firstInstance: false })
    expect(second.calls).toEqual(['quit'])
    expect(second.windows).toEqual([])
  })

  test('of a second instance brings the first one’s window to the front', () => {
    app.windows[0]!.minimized = true
    app.app.emit('second-instance')
    expect(app.windows[0]!.shown).toEqual(['restore', 'focus'])
    expect(app.windows).toHaveLength(1)
  })

  test('hands the handlers back at the end', () => {
    expect(app.ipc.has('rpc')).toBe(true)
    app.app.emit('will-quit')
    expect(app.ipc.has('rpc')).toBe(false)
  })
})

describe('a request', () => {
  test('of our page is answered by the handler', async () => {
    expect(await app.invoke({ url: app.pageUrl }, 'project.list', null)).toEqual({ ok: true, value: [project] })
  })

  test('that fails is answered with the error as a record', async () => {
    const error = { code: 'bad-project', subject: '/p', reason: 'its list is damaged', next: 'Delete it.' } as const
    const failing = await start({
      'project.list': async () => {
        // The class as the app under test has it: each start loads its modules anew.
        const { TaplineError } = await import('../shared/errors.ts')
        throw TaplineError.fromRecord(error)
      },
    })
    expect(await failing.invoke({ url: failing.pageUrl }, 'project.list', null)).toEqual({ ok: false, error })
  })

  test.each([
    ['another origin', { url: 'https://app/index.html' }],
    ['another host of our scheme', { url: 'tapline://other/index.html' }],
    ['a file', { url: 'file:///index.html' }],
    ['a blank page', { url: 'about:blank' }],
    ['no address', { url: '' }],
    ['a frame inside our page', { url: 'tapline://app/index.html', parent: {} }],
    ['a frame that is gone', null],
  ])('of %s is refused', async (_what, frame) => {
    await expect(app.invoke(frame, 'project.list', null)).rejects.toThrow('may not call')
  })

  test.each(['project.drop', 'constructor', '__proto__', 7, null])('named %s, which is none of ours, is refused', async id => {
    await expect(app.invoke({ url: app.pageUrl }, id, null)).rejects.toThrow('no request')
  })
})

describe('our scheme', () => {
  const get = (path: string, init?: RequestInit) => app.protocols.get('tapline')!(new Request(`tapline://app${path}`, init))

  test('serves the page and its files with their types', async () => {
    const page = await get('/index.html')
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([200, 'text/html; charset=utf-8', '<!doctype html>page'])
    expect((await get('/')).status).toBe(200)
    expect((await get('/assets/a.js')).headers.get('content-type')).toMatch('text/javascript')
  })

  test('confines every answer, refusals too', async () => {
    for (const path of ['/index.html', '/absent.html']) {
      const { headers } = await get(path)
      const policy = Object.fromEntries((headers.get('content-security-policy') ?? '').split('; ').map(part => [part.split(' ')[0], part.split(' ').slice(1)]))
      expect(policy).toMatchObject({ 'default-src': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"], 'frame-ancestors': ["'none'"] })
      expect(policy['script-src']).toEqual(["'self'", "'wasm-unsafe-eval'"])
      expect(JSON.stringify(policy)).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    }
  })

  test.each(['/../outside.html', '/%2e%2e/outside.html', '/..%2foutside.html', '/assets/..%2f..%2foutside.html', '/index.html%00.js', '/%zz.html', '/notes.secret', '/assets', '/absent.js'])(
    'refuses %s',
    async path => {
      const response = await get(path)
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(await response.text()).not.toMatch('outside')
    },
  )

  test('answers reading only', async () => expect((await get('/index.html', { method: 'POST' })).status).toBe(405))
})
