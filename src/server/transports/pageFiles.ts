/**
 * The built page as answers to requests, with the headers that confine it: the same files and headers for Electron's
 * scheme and for `tapline serve`. Not here: who may ask (access.ts, Electron's own origin).
 */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

/** Only our own files run, style, or are asked for anything; no frames, forms, plug-ins or eval (but WebAssembly). `images`: one more source of pictures. */
export function contentSecurityPolicy(images = ''): string {
  const pictures = images && ` ${images}`
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob:${pictures}`,
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self'${pictures}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Of every answer, refusals too. */
export function confiningHeaders(images?: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(images),
    // The two that make shared memory available to workers.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** A refusal in words, confined as every answer is. */
export function refusal(status: number, text: string, images?: string): Response {
  return new Response(`${text}\n`, { status, headers: { ...confiningHeaders(images), 'content-type': 'text/plain; charset=utf-8' } })
}

/** Answers requests for files of `folder`; every other request is refused. */
export function pageFiles(folder: string, images?: string): (request: Request) => Promise<Response> {
  return async request => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'only GET', images)
    let path: string
    try {
      const url = new URL(request.url)
      path = normalize(decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname))
    } catch {
      return refusal(400, 'not an address', images)
    }
    const type = types[extname(path)]
    // An encoded slash may climb out after decoding; normalize leaves the climb at the front where it shows.
    if (path.split(sep).includes('..') || path.includes('\0') || !type) return refusal(404, 'no such page', images)
    try {
      return new Response(new Uint8Array(await readFile(join(folder, path))), { headers: { ...confiningHeaders(images), 'content-type': type } })
    } catch {
      return refusal(404, 'no such page', images)
    }
  }
}
