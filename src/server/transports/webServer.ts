/**
 * `tapline serve`: the page, its pictures and files over HTTP, the contract over a WebSocket at /rpc. Everything but a
 * refusal needs the token. Not here: the studio itself, the command (cli/commands/serve.ts).
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { pipeline } from 'node:stream/promises'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'
import { bracketed, createAccess, isWildcard, type Verdict } from './access.ts'
import { confiningHeaders, pageFiles, refusal } from './pageFiles.ts'
import { rpcSockets } from './rpcSocket.ts'
import type { PeerStudio } from './servePeer.ts'
import { errorAnswer, studioImage, type ImageStudio } from './studioImages.ts'
import { storeUpload } from './uploads.ts'

export interface WebStudio extends PeerStudio, ImageStudio {
  mayDownload(path: string): boolean
}

export interface WebServerOptions {
  readonly studio: WebStudio
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Whoever has it may do what the user may. */
  readonly token: string
  /** Folder of the built page. */
  readonly pageFolder: string
  /** Where dropped files go. */
  readonly uploadFolder: string
  /** How often each page is asked whether it is there. */
  readonly beatMs?: number
}

export interface WebServer {
  readonly port: number
  /** Opens the page; holds the token. */
  readonly url: string
  /** Ends all connections. */
  close(): Promise<void>
}

/** Resolves when it listens. @throws TaplineError when it cannot. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { studio, host, token, uploadFolder } = options
  const page = pageFiles(options.pageFolder)
  const sockets = rpcSockets(studio, options.beatMs)
  const server = createServer((request, response) => void respond(request, response))
  // A large file over a slow line takes its time.
  server.requestTimeout = 0
  server.on('upgrade', (request, socket, head) => {
    const address = addressOf(request)
    const verdict = address && judge(request, address)
    if (verdict?.allowed && address?.pathname === '/rpc') return sockets.accept(request, socket, head)
    const status = verdict?.allowed ? 404 : 403
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })
  await listen(server, host, options.port)
  const { port } = server.address() as AddressInfo
  const access = createAccess({ host, port, token })

  function judge(request: IncomingMessage, address: URL): Verdict {
    return access({ address, headers: request.headers })
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const abandoned = new AbortController()
    response.once('close', () => abandoned.abort())
    const address = addressOf(request)
    const verdict = address && judge(request, address)
    let answer: Response
    if (!address || !verdict) answer = refusal(400, 'not an address')
    else if (!verdict.allowed) answer = refusal(403, `Tapline: ${verdict.reason}.`)
    else {
      if (verdict.cookie) response.setHeader('set-cookie', verdict.cookie)
      answer = await route(request, address, abandoned.signal)
    }
    await write(response, answer, request.method === 'HEAD')
  }

  async function route(request: IncomingMessage, address: URL, abandoned: AbortSignal): Promise<Response> {
    try {
      if (address.pathname === '/upload') return await upload(request, address)
      const reading = request.method === 'GET' || request.method === 'HEAD'
      if (reading && address.pathname === '/image') return await studioImage(studio, address, abandoned)
      if (reading && address.pathname === '/download') return await download(address)
      return await page(new Request(address, { method: request.method }))
    } catch (error) {
      return errorAnswer(error, address.pathname)
    }
  }

  async function upload(request: IncomingMessage, address: URL): Promise<Response> {
    if (request.method !== 'POST') return refusal(405, 'only POST')
    const bytes = request.headers['content-length']
    const path = await storeUpload(uploadFolder, address.searchParams.get('name') ?? '', request, bytes === undefined ? null : Number(bytes))
    return Response.json({ path }, { headers: confiningHeaders() })
  }

  async function download(address: URL): Promise<Response> {
    const path = address.searchParams.get('path') ?? ''
    if (!studio.mayDownload(path)) return refusal(403, 'only files that were exported here')
    const { size } = await stat(path).catch((error: unknown) => {
      throw fromSystemError(error, path)
    })
    const headers = {
      ...confiningHeaders(),
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(path)).replace(/['()*]/g, c => `%${c.charCodeAt(0).toString(16)}`)}`,
      'cache-control': 'no-store',
    }
    return new Response(Readable.toWeb(createReadStream(path)) as unknown as BodyInit, { headers })
  }

  return {
    port,
    url: `http://${isWildcard(host) ? hostname() : bracketed(host)}:${port}/?token=${token}`,
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      await sockets.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function addressOf(request: IncomingMessage): URL | null {
  const address = URL.parse(request.url ?? '', 'http://tapline')
  // A request for a proxy names another server.
  return address?.host === 'tapline' ? address : null
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve)
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new TaplineError('busy', `port ${port}`, 'another program listens on it', 'Choose another with --port, or any free one with --port 0.', { cause: error })
    if (error.code === 'EACCES') throw new TaplineError('not-writable', `port ${port}`, 'the system keeps it for itself', 'Choose one from 1024 on with --port.', { cause: error })
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') throw new TaplineError('not-found', host, 'this machine has no such address', 'Name one of its own with --host; 127.0.0.1 always is.', { cause: error })
    throw error
  })
}

async function write(response: ServerResponse, answer: Response, headOnly: boolean): Promise<void> {
  try {
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    if (headOnly || !answer.body) {
      await answer.body?.cancel()
      response.end()
    } else await pipeline(Readable.fromWeb(answer.body as ReadableStream), response)
  } catch {
    // Whoever asked has gone, or what was sent broke: half an answer shows as one.
    response.destroy()
  }
}
