/**
 * The GPU code as it is, in a page of Debian's Chromium on the software adapter that Chromium brings: bundled with stand-ins for what of Node it
 * uses (inPage/), served from this machine, as WebGPU is for secure origins only. Not here: the page of the product (harness.ts).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, relative, sep } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build, type Plugin } from 'vite'
import { root } from '../../../scripts/setup.mjs'
import { pageFiles } from '../../../src/server/transports/pageFiles.ts'

const executablePath = '/usr/bin/chromium'
const args = [
  '--no-sandbox', '--disable-dev-shm-usage', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader',
  // As gpuDevice.ts asks of Dawn: in the browser that is not the page's to ask, and it takes three quarters of the time.
  '--enable-dawn-features=disable_robustness,disable_workgroup_init',
]

/** By the last part of what is imported. */
const standIns: Readonly<Record<string, string>> = {
  webgpu: 'pageDriver',
  'node:fs': 'shaderTexts',
  'node:timers/promises': 'pageTimers',
  vitest: 'pageVitest',
  'wasmEngine.ts': 'noWasmEngine',
  'engineList.ts': 'pageEngines',
  'webgpuAdapter.ts': 'pageAdapter',
}

const inPage = (name: string) => join(import.meta.dirname, 'inPage', `${name}.ts`)

const forThePage: Plugin = {
  name: 'gpu-code-for-the-page',
  enforce: 'pre',
  resolveId(id) {
    const name = standIns[id.startsWith('.') ? basename(id) : id]
    return name ? inPage(name) : null
  },
  // Kernels are named relative to the file that reads them; in the page that file is where it is in the repository.
  transform(code, id) {
    const path = relative(root, id).split(sep).join('/')
    return path.startsWith('src/engine/webgpu/') && id.endsWith('.ts') ? code.replaceAll('import.meta.url', JSON.stringify(`file:///${path}`)) : null
  },
}

export interface GpuPage {
  /** Its `window.gpu` is that of inPage/gpuEntry.ts. */
  readonly page: Page
  /** What its console complained of, so far. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export async function startGpuPage(): Promise<GpuPage> {
  const folder = await mkdtemp(join(tmpdir(), 'tapline-gpu-page-'))
  const files = pageFiles(folder)
  const server = createServer((request, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(204).end()
    void files(new Request(`http://localhost${request.url}`)).then(async answered => {
      response.writeHead(answered.status, Object.fromEntries(answered.headers))
      response.end(Buffer.from(await answered.arrayBuffer()))
    })
  })
  let browser: Browser | null = null
  const close = async () => {
    await browser?.close()
    await new Promise(resolve => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      publicDir: false,
      plugins: [forThePage],
      build: {
        target: 'esnext',
        outDir: folder,
        minify: false,
        modulePreload: { polyfill: false },
        rollupOptions: { input: inPage('gpuEntry'), output: { entryFileNames: 'entry.js', chunkFileNames: '[name].js' } },
      },
    })
    await writeFile(join(folder, 'index.html'), '<!doctype html><html lang="en"><head><title>GPU</title><script type="module" src="./entry.js"></script></head></html>')
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({ executablePath, args })
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => 'gpu' in window).catch(error => {
      throw new Error(`the page does not start: ${complaints.join('; ')}`, { cause: error })
    })
    return { page, complaints, close }
  } catch (error) {
    await close()
    throw error
  }
}
