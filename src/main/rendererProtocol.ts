/**
 * Serves the built page as tapline://app/ with the headers that confine it. A scheme of our own, since file:// pages
 * have no origin to check a sender against, no response headers, and could read any file. Not here: the window.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

export const scheme = 'tapline'
export const pageUrl = `${scheme}://app/index.html`

/** Only our own files run, style, or are asked for anything; no frames, forms, plug-ins or eval (but WebAssembly). */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': contentSecurityPolicy,
  // The two that make shared memory available to workers.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
} as const

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Privileges asked of Electron before it is ready: an origin, a secure context, fetch and module scripts. */
export const schemePrivileges = { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true } as const

/** Answers requests for files of `folder`; every other request is refused. All answers carry the confining headers. */
export function rendererHandler(folder: string): (request: Request) => Promise<Response> {
  const refuse = (status: number, text: string) => new Response(text, { status, headers: { ...headers, 'content-type': 'text/plain' } })
  return async request => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET')
    let path: string
    try {
      const url = new URL(request.url)
      path = normalize(decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname))
    } catch {
      return refuse(400, 'not an address')
    }
    const type = types[extname(path)]
    // An encoded slash may climb out after decoding; normalize leaves the climb at the front where it shows.
    if (path.split(sep).includes('..') || path.includes('\0') || !type) return refuse(404, 'no such page')
    try {
      return new Response(new Uint8Array(await readFile(join(folder, path))), { headers: { ...headers, 'content-type': type } })
    } catch {
      return refuse(404, 'no such page')
    }
  }
}
