import { beforeEach, describe, expect, test } from 'vitest'
import { startedApp } from '../../test/builders/startedApp.ts'
import { imageOrigin } from '../shared/shellBridge.ts'
import { imagePath, type ImageRequest } from '../shared/studio/images.ts'

let app: Awaited<ReturnType<typeof startedApp>>
beforeEach(async () => {
  app = await startedApp()
})

describe('the page’s scheme', () => {
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
      expect(policy['img-src']).toEqual(["'self'", 'blob:', 'tapline-frame:'])
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

describe('the pictures’ scheme', () => {
  const request: ImageRequest = { project: '/a b/ü', video: 2, frame: 7, kind: 'frame' }
  const get = (address: string, init?: RequestInit) => app.protocols.get('tapline-frame')!(new Request(address, init))

  test('serves the studio’s pictures for our page alone to read', async () => {
    const answer = await get(imageOrigin + imagePath(request))
    expect([answer.status, answer.headers.get('content-type'), [...new Uint8Array(await answer.arrayBuffer())]]).toEqual([200, 'image/png', [137, 80, 78, 71, 7]])
    expect(answer.headers.get('access-control-allow-origin')).toBe('tapline://app')
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(app.studio.asked.map(asked => asked.request)).toEqual([request])
  })

  test('says why there is none, so that our page can read it', async () => {
    const answer = await get(imageOrigin + imagePath({ ...request, frame: 404 }))
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, 'tapline://app'])
    expect(await answer.json()).toMatchObject({ reason: 'the clip has 40 frames' })
  })

  test.each(['tapline-frame://other/image?project=p&video=1&frame=1&kind=frame', `${imageOrigin}/etc/passwd`, `${imageOrigin}/image?project=p`])('refuses %s', async address => {
    expect((await get(address)).status).toBeGreaterThanOrEqual(400)
    expect(app.studio.asked).toEqual([])
  })
})
