/**
 * The built page in a real browser, served by the real web server; its requests are answered by the handlers a test
 * gives. Debian's Chromium stands in for Electron's, whose binary is not everywhere.
 */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { buildApp } from '../../scripts/build.mjs'
import { findNode, root } from '../../scripts/setup.mjs'
import { startWebServer, type WebServer } from '../../src/server/transports/webServer.ts'
import type { RpcHandlers } from '../../src/shared/rpc.ts'
import { fakeStudio, type FakeStudio } from './fakeStudio.ts'

const executablePath = '/usr/bin/chromium'
export const chromiumIsHere = existsSync(executablePath)

export interface Look {
  readonly colorScheme?: 'dark' | 'light'
  readonly width?: number
  readonly height?: number
}

export interface OpenedPage {
  readonly page: Page
  /** What its console complained of. */
  readonly complaints: string[]
  readonly studio: FakeStudio
  readonly server: WebServer
}

/** Builds the page if stale and starts the browser. `close` undoes all. */
export async function startRenderer() {
  buildApp(findNode() ?? process.execPath)
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  const servers: WebServer[] = []

  /** A server of its own for a studio that answers with these handlers. */
  async function serve(studio: FakeStudio, port = 0): Promise<WebServer> {
    const server = await startWebServer({
      studio, host: '127.0.0.1', port, token: 'browser-test', pageFolder: join(root, 'out/renderer'), uploadFolder: join(tmpdir(), `tapline-uploads-${process.pid}`),
    })
    servers.push(server)
    return server
  }

  /** Opens the page; `handlers` null is a page whose server is gone by the time it asks. */
  async function open(handlers: Partial<RpcHandlers> | null, look: Look = {}): Promise<OpenedPage> {
    const { colorScheme = 'dark', width = 1440, height = 900 } = look
    const studio = fakeStudio(handlers ?? {})
    const server = await serve(studio)
    const page = await browser.newPage({ colorScheme, viewport: { width, height } })
    const complaints: string[] = []
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(error.message))
    if (!handlers) await page.routeWebSocket('**/rpc', line => line.close())
    await page.goto(server.url)
    return { page, complaints, studio, server }
  }

  async function close(): Promise<void> {
    await browser.close()
    await Promise.all(servers.map(server => server.close()))
  }
  return { open, serve, close }
}
