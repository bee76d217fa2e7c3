/**
 * The studio as people meet it in a browser: `tapline serve` in a process of its own, and Chromium looking at it. The server can be
 * killed and started again at the same port. Not here: what is done in the page (e2e/page-objects/studio.ts).
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import { buildApp } from '../../scripts/build.mjs'
import { findNode, root } from '../../scripts/setup.mjs'

const executablePath = '/usr/bin/chromium'
export const chromiumIsHere = existsSync(executablePath)

const tapline = join(root, 'bin/tapline.mjs')

/** Runs a command of the command line to its end; resolves with what it printed. */
export async function runTapline(home: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [tapline, ...args], { env: { ...process.env, TAPLINE_HOME: home }, maxBuffer: 1 << 26 })
  return stdout
}

/** A port that nobody listened on just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

export interface Served {
  /** With its token. */
  readonly url: string
  readonly port: number
  readonly child: ChildProcess
  /** All that it printed. */
  output(): string
  /** Ends it as a person would (Ctrl-C), or as a power cut would; resolves when it is gone. */
  stop(signal?: 'SIGINT' | 'SIGKILL'): Promise<void>
}

/** Starts the server with `home` as the user's data folder; resolves once it says where it is. Port 0: any. */
export async function serveStudio(home: string, { port = 0, project }: { readonly port?: number; readonly project?: string } = {}): Promise<Served> {
  buildApp(findNode() ?? process.execPath)
  const child = spawn(process.execPath, [tapline, 'serve', '--port', String(port), ...(project === undefined ? [] : ['--project', project])], {
    env: { ...process.env, TAPLINE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk.toString()
      const found = /http:\/\/\S+token=\S+(?=\s)/.exec(output)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    void ended.then(() => reject(new Error(`tapline serve ended before it said where it is: ${output}`)))
  })
  return {
    url,
    port: Number(new URL(url).port),
    child,
    output: () => output,
    async stop(signal = 'SIGINT') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
    },
  }
}

export interface OpenPage {
  readonly page: Page
  /** Errors and warnings of the console, and of the page itself. */
  readonly complaints: string[]
}

export interface Chromium {
  open(url: string, look?: BrowserContextOptions): Promise<OpenPage>
  close(): Promise<void>
}

export async function startChromium(): Promise<Chromium> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  return {
    async open(url, look = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark', ...look })
      context.setDefaultTimeout(60_000)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', message => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', error => complaints.push(error.message))
      await page.goto(url)
      return { page, complaints }
    },
    close: () => browser.close(),
  }
}

/** One spec's studio: a temporary folder with the user's data in it, a server, Chromium. All of it goes at the end. */
export interface StudioSpec {
  readonly folder: string
  readonly home: string
  readonly chromium: Chromium
  /** The server started last. */
  readonly served: Served
  serve(options?: { readonly port?: number; readonly project?: string }): Promise<Served>
  tapline(...args: readonly string[]): Promise<string>
  close(): Promise<void>
}

export async function startSpec(): Promise<StudioSpec> {
  const folder = mkdtempSync(join(tmpdir(), 'tapline-studio-'))
  const home = join(folder, 'home')
  const chromium = await startChromium()
  let served: Served | null = null
  return {
    folder,
    home,
    chromium,
    get served() {
      if (!served) throw new Error('no server was started')
      return served
    },
    async serve(options) {
      served = await serveStudio(home, options)
      return served
    },
    tapline: (...args) => runTapline(home, ...args),
    async close() {
      await chromium.close()
      await served?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
