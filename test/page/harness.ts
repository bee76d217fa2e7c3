/**
 * A part of the page in a real browser: builds an entry (.tsx that calls mountPage) as the page is built, serves it with the page's own
 * headers and pictures, opens it in Debian's Chromium. Not here: the whole page (builders/rendererInChromium.ts), the fake (fakeStudio.ts).
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { root } from '../../scripts/setup.mjs'
import { confiningHeaders, pageFiles } from '../../src/server/transports/pageFiles.ts'
import { parseImagePath } from '../../src/shared/studio/images.ts'
import { pageImage } from './pageImages.ts'

const executablePath = '/usr/bin/chromium'
export const chromiumIsHere = existsSync(executablePath)

export interface PageLook {
  readonly colorScheme?: 'dark' | 'light'
  readonly width?: number
  readonly height?: number
  readonly deviceScaleFactor?: number
  /** Of the fake: tracks, frames, width, height, fps, variableRate, fitted; video=none for no document. */
  readonly query?: string
}

export interface PageHarness {
  /** Opens the page and waits until it is mounted; `complaints` is what its console complains of, from then on too. */
  open(look?: PageLook): Promise<{ page: Page; complaints: string[] }>
  /** Frames whose picture the server refuses. */
  readonly broken: Set<number>
  /** Milliseconds that a picture takes; by frame. */
  delayMs: (frame: number) => number
  /** Takes a screenshot into out/screenshots. */
  screenshot(page: Page, name: string): Promise<void>
  /** Closes the pages opened so far: each one left open slows those after it. */
  closePages(): Promise<void>
  close(): Promise<void>
}

/** `entry`: absolute path of a .tsx. `close` undoes all. */
export async function startPage(entry: string): Promise<PageHarness> {
  const folder = join(root, 'out/page-tests', `${basename(entry).split('.')[0]}-${process.pid}`)
  await rm(folder, { recursive: true, force: true })
  await buildEntry(entry, folder)
  const files = pageFiles(folder)
  const broken = new Set<number>()
  const harness = { delayMs: (_frame: number) => 0 }
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost')
    const wanted = parseImagePath(address)
    void (async () => {
      if (wanted) {
        const delay = harness.delayMs(wanted.frame)
        if (delay) await new Promise(resolve => setTimeout(resolve, delay))
        const image = broken.has(wanted.frame) ? null : await pageImage(wanted)
        response.writeHead(image ? 200 : 404, { ...confiningHeaders(), 'content-type': image?.mime ?? 'text/plain', 'cache-control': 'no-store' })
        return response.end(image?.bytes ?? 'the picture is damaged')
      }
      if (address.pathname === '/favicon.ico') return response.writeHead(204).end()
      const answered = await files(new Request(`http://localhost${address.pathname}`, { method: request.method }))
      response.writeHead(answered.status, Object.fromEntries(answered.headers))
      response.end(Buffer.from(await answered.arrayBuffer()))
    })()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })

  return {
    broken,
    get delayMs() {
      return harness.delayMs
    },
    set delayMs(by) {
      harness.delayMs = by
    },
    async open({ colorScheme = 'dark', width = 1024, height = 640, deviceScaleFactor = 1, query = '' } = {}) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height }, deviceScaleFactor })
      const complaints: string[] = []
      page.on('console', message => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', error => complaints.push(error.message))
      await page.goto(`http://127.0.0.1:${port}/?${query}`)
      await page.waitForFunction(() => (document.getElementById('root')?.childElementCount ?? 0) > 0, undefined, { timeout: 30_000 }).catch(error => {
        throw new Error(`the page does not mount: ${complaints.join('; ')}`, { cause: error })
      })
      return { page, complaints }
    },
    async screenshot(page, name) {
      await mkdir(join(root, 'out/screenshots'), { recursive: true })
      await page.screenshot({ path: join(root, 'out/screenshots', `${name}.png`) })
    },
    async closePages() {
      await Promise.all(browser.contexts().map(context => context.close()))
    },
    async close() {
      await browser.close()
      await new Promise(resolve => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function buildEntry(entry: string, folder: string): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: entry, output: { entryFileNames: 'entry.js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' } },
    },
  })
  const styles = (await readdir(folder)).filter(name => name.endsWith('.css'))
  await writeFile(join(folder, 'index.html'), [
    '<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Tapline</title>',
    ...styles.map(name => `<link rel="stylesheet" href="./${name}" />`),
    '<script type="module" src="./entry.js"></script></head><body><div id="root"></div></body></html>',
  ].join('\n'))
}
