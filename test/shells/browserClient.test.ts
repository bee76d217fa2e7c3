import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { root } from '../../scripts/setup.mjs'
import type { StudioClient } from '../../src/renderer/client/studioClient.ts'
import { startWebServer, type WebServer } from '../../src/server/transports/webServer.ts'
import { chromiumIsHere } from '../builders/rendererInChromium.ts'
import { fakeStudio, type FakeStudio } from '../builders/fakeStudio.ts'

declare global {
  interface Window {
    readonly client: StudioClient
    heard: unknown[]
  }
}

describe.skipIf(!chromiumIsHere)('the client in a browser (needs /usr/bin/chromium)', () => {
  let folder = ''
  let browser: Browser
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tapline-client-'))
    await build({
      configFile: false, root, logLevel: 'warn', publicDir: false,
      build: { outDir: join(folder, 'page'), emptyOutDir: true, target: 'es2022', modulePreload: false, rollupOptions: { input: join(import.meta.dirname, 'clientPage.ts'), output: { entryFileNames: 'client.js' } } },
    })
    mkdirSync(join(folder, 'page'), { recursive: true })
    writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>client</title><link rel="icon" href="/icon.svg"><script type="module" src="/client.js"></script>')
    writeFileSync(join(folder, 'page/icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  let studio: FakeStudio
  let server: WebServer
  let page: Page
  let complaints: string[]
  const serve = (port = 0) => startWebServer({ studio, host: '127.0.0.1', port, token: 'browser-test', pageFolder: join(folder, 'page'), uploadFolder: join(folder, 'uploads') })
  const connected = () => page.waitForFunction(() => 'client' in window)
  beforeEach(async () => {
    studio = fakeStudio({ 'job.list': async () => [], 'files.list': async ({ folder: asked }) => ({ path: asked ?? '/', parent: null, entries: [] }) })
    server = await serve()
    page = await browser.newPage()
    complaints = []
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(`${server.url}#project=x`)
    await connected()
    return async () => {
      await page.close()
      await server.close()
    }
  })

  test('is connected under the content policy, and the token is out of sight', async () => {
    expect(await page.evaluate(() => window.client.shell)).toBe('browser')
    expect(await page.evaluate(() => window.client.call('files.list', { folder: '/é' }))).toEqual({ ok: true, value: { path: '/é', parent: null, entries: [] } })
    expect(new URL(page.url())).toMatchObject({ search: '', hash: '#project=x' })
    expect(await page.evaluate(() => document.cookie)).toBe('')
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    expect(complaints).toEqual([])
  })

  test('still is after the page is loaded anew', async () => {
    await page.reload()
    await connected()
    expect(await page.evaluate(() => window.client.call('job.list', null))).toEqual({ ok: true, value: [] })
  })

  test('shows pictures, and says why there are none', async () => {
    const request = { project: '/p', video: 1, frame: 7, kind: 'frame' } as const
    expect(await page.evaluate(async asked => [...new Uint8Array(await (await window.client.fetchImage(asked)).arrayBuffer())], request)).toEqual([137, 80, 78, 71, 7])
    await expect(page.evaluate(asked => window.client.fetchImage(asked), { ...request, frame: 404 })).rejects.toThrow('the clip has 40 frames')
    const aborted = page.evaluate(asked => window.client.fetchImage(asked, AbortSignal.timeout(50)).catch((error: Error) => error.name), { ...request, frame: 1000 })
    expect(['AbortError', 'TimeoutError']).toContain(await aborted)
  })

  test('uploads a dropped file and tells how far it is', async () => {
    const { path, shares } = await page.evaluate(async () => {
      const told: number[] = []
      const bytes = new Uint8Array(2_000_000).map((_, i) => i % 251)
      return { path: await window.client.pathOfFile(new File([bytes], 'clip é.mp4'), share => told.push(share)), shares: told }
    })
    expect(readFileSync(path).equals(Buffer.from(Array.from({ length: 2_000_000 }, (_, i) => i % 251)))).toBe(true)
    expect(shares.at(-1)).toBe(1)
  })

  test('downloads what was exported', async () => {
    const path = join(folder, 'tracks.pkl')
    writeFileSync(path, 'tracks')
    studio.downloads.add(path)
    const [download] = await Promise.all([page.waitForEvent('download'), page.evaluate(file => window.client.reveal(file), path)])
    expect(download.suggestedFilename()).toBe('tracks.pkl')
    expect(readFileSync(await download.path(), 'utf8')).toBe('tracks')
  })

  test('comes back by itself when the server starts again', async () => {
    await page.evaluate(() => {
      window.heard = []
      window.client.onState(state => window.heard.push(state))
    })
    await server.close()
    await page.waitForFunction(() => window.heard.includes('lost'))
    server = await serve(server.port)
    await page.waitForFunction(() => window.heard.at(-1) === 'connected')
    expect(await page.evaluate(() => window.client.call('job.list', null))).toEqual({ ok: true, value: [] })
  })

  test('of another site’s page gets nothing', async () => {
    const { port, url } = server
    const stranger = await browser.newPage()
    // Another name of the same machine: another site to the browser.
    await stranger.route('http://stranger.example/', route => route.fulfill({ contentType: 'text/html', body: 'hello' }))
    await stranger.goto('http://stranger.example/')
    const tried = await stranger.evaluate(async ([address, line]) => {
      const fetched = await fetch(address!, { credentials: 'include', mode: 'no-cors' }).then(answer => answer.type, (error: Error) => error.name)
      const opened = await new Promise(resolve => {
        const socket = new WebSocket(line!)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('error', () => resolve('refused'))
      })
      return [fetched, opened]
    }, [url, `ws://127.0.0.1:${port}/rpc?token=browser-test`])
    expect(tried).toEqual(['TypeError', 'refused'])
    await stranger.close()
  })
})
