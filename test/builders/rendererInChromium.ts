/**
 * The built page in a real browser: served with the headers the desktop app sends, its requests answered by the
 * handlers a test gives. Debian's Chromium stands in for Electron's, whose binary is not everywhere.
 */
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { buildApp } from '../../scripts/build.mjs'
import { findNode, root } from '../../scripts/setup.mjs'
import { rendererHandler } from '../../src/main/rendererProtocol.ts'
import { answer, isRpcId, type RpcClient, type RpcHandlers } from '../../src/shared/rpc.ts'

const executablePath = '/usr/bin/chromium'
export const chromiumIsHere = existsSync(executablePath)

export interface Look {
  readonly colorScheme?: 'dark' | 'light'
  readonly width?: number
  readonly height?: number
}

/** Builds the page if stale, serves it on a free local port and starts the browser. `close` undoes all. */
export async function startRenderer() {
  buildApp(findNode() ?? process.execPath)
  const handle = rendererHandler(join(root, 'out/renderer'))
  const server = createServer((request, response) => {
    void handle(new Request(`http://localhost${request.url}`, { method: request.method })).then(async answered => {
      response.writeHead(answered.status, Object.fromEntries(answered.headers))
      response.end(Buffer.from(await answered.arrayBuffer()))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })

  /** Opens the page; `handlers` null is a page that nothing serves. Returns it with what its console complained of. */
  async function open(handlers: RpcHandlers | null, look: Look = {}): Promise<{ page: Page; complaints: string[] }> {
    const { colorScheme = 'dark', width = 1440, height = 900 } = look
    const page = await browser.newPage({ colorScheme, viewport: { width, height } })
    const complaints: string[] = []
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(error.message))
    if (handlers) {
      await page.exposeFunction('rpc', (id: unknown, params: null) => {
        if (!isRpcId(id)) throw new Error(`there is no request ${String(id)}`)
        return answer(handlers, id, params)
      })
      await page.addInitScript(() => {
        const scope = globalThis as unknown as { rpc: RpcClient['call']; tapline: RpcClient }
        scope.tapline = { call: (id, params) => scope.rpc(id, params) }
      })
    }
    await page.goto(`http://127.0.0.1:${port}/`)
    return { page, complaints }
  }

  async function close(): Promise<void> {
    await browser.close()
    await new Promise(resolve => server.close(resolve))
  }
  return { open, close }
}
