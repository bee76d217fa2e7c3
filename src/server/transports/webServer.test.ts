import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { fakeStudio, type FakeStudio } from '../../../test/builders/fakeStudio.ts'
import { decodeMessage, encodeMessage } from '../../shared/wire.ts'
import type { ImageRequest } from '../../shared/studio/images.ts'
import { imagePath } from '../../shared/studio/images.ts'
import { startWebServer, type WebServer } from './webServer.ts'

const token = 'T'.repeat(43)
let folder = ''
let studio: FakeStudio
let server: WebServer

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapline-serve-'))
  mkdirSync(join(folder, 'page/assets'), { recursive: true })
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'page/assets/a.js'), 'code')
  writeFileSync(join(folder, 'exported é.pkl'), 'tracks')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(async () => {
  studio = fakeStudio({ 'project.list': async () => [] })
  server = await startWebServer({ studio, host: '127.0.0.1', port: 0, token, pageFolder: join(folder, 'page'), uploadFolder: join(folder, 'uploads') })
})
afterEach(async () => {
  await server.close()
  rmSync(join(folder, 'uploads'), { recursive: true, force: true })
})

const cookie = () => `tapline-${server.port}=${token}`
interface Answer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }

/** A request with exactly these headers: fetch would not let a test choose Host and Origin. */
async function ask(path: string, { headers = {}, method = 'GET', body }: { headers?: Record<string, string>; method?: string; body?: string | Buffer } = {}): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port: server.port, path, method, headers: { cookie: cookie(), ...headers } })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }
}

async function connect(options: ClientOptions = { headers: { cookie: cookie() } }, path = '/rpc'): Promise<{ socket: WebSocket; received: unknown[] }> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, options)
  const received: unknown[] = []
  socket.on('message', data => received.push(decodeMessage(data as Buffer)))
  await once(socket, 'open')
  return { socket, received }
}

describe('the page', () => {
  test('opens with the address that the server gives, and sets the cookie that its files need', async () => {
    const { pathname, search } = new URL(server.url)
    const page = await ask(pathname + search, { headers: { cookie: '' } })
    expect([page.status, page.body.toString()]).toEqual([200, '<!doctype html>page'])
    const [given] = page.headers['set-cookie']!
    expect(given).toMatch(/HttpOnly; SameSite=Strict$/)
    expect((await ask('/assets/a.js', { headers: { cookie: given.split(';')[0] } })).body.toString()).toBe('code')
  })

  test.each(['/', '/index.html', '/assets/a.js', imagePath({ project: '/p', video: 1, frame: 0, kind: 'frame' }), '/upload?name=a', '/download?path=/p', '/rpc'])('%s needs the token', async path => {
    const answer = await ask(path, { headers: { cookie: '' } })
    expect(answer.status).toBe(403)
    expect(answer.body.toString()).toMatch('tapline serve')
    expect(studio.asked).toEqual([])
  })

  test('every answer is confined, refusals too', async () => {
    for (const options of [{}, { headers: { cookie: '' } }, { method: 'DELETE' }])
      expect((await ask('/', options)).headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      })
  })

  test.each(['host', 'origin'])('a request with a foreign %s is refused', async name => {
    expect((await ask('/', { headers: { [name]: name === 'host' ? 'evil.example' : 'http://evil.example' } })).status).toBe(403)
  })

  test.each(['/../exported', '/%2e%2e/x.html', '//evil.example/index.html', 'http://evil.example/', '/absent.js', '/%zz.html'])('%s is refused', async path => {
    expect((await ask(path)).status).toBeGreaterThanOrEqual(400)
  })
})

describe('pictures', () => {
  const request: ImageRequest = { project: '/a b/ü', video: 3, frame: 7, kind: 'thumb', side: 48 }

  test('come from the studio', async () => {
    const { status, headers, body } = await ask(imagePath(request))
    expect([status, headers['content-type'], [...body]]).toEqual([200, 'image/png', [137, 80, 78, 71, 7]])
    expect(studio.asked[0]!.request).toEqual(request)
  })

  test('of frames may be kept for a while, overlays may not', async () => {
    expect((await ask(imagePath(request))).headers['cache-control']).toMatch(/^private, max-age=\d+$/)
    expect((await ask(imagePath({ ...request, kind: 'depth' }))).headers['cache-control']).toBe('no-store')
  })

  test('that there are none of say why', async () => {
    const { status, body } = await ask(imagePath({ ...request, frame: 404 }))
    expect([status, JSON.parse(body.toString())]).toEqual([404, { code: 'not-found', subject: 'frame 404', reason: 'the clip has 40 frames', next: 'Ask for another.' }])
  })

  test('that nobody waits for any more are given up', async () => {
    const gone = httpRequest({ host: '127.0.0.1', port: server.port, path: imagePath({ ...request, frame: 1000 }), headers: { cookie: cookie() } })
    gone.on('error', () => {})
    gone.end()
    await vi.waitFor(() => expect(studio.asked).toHaveLength(1), 30_000)
    expect(studio.asked[0]!.signal!.aborted).toBe(false)
    gone.destroy()
    await vi.waitFor(() => expect(studio.asked[0]!.signal!.aborted).toBe(true), 30_000)
  })

  test('with a wrong address are refused', async () => expect((await ask('/image?project=/p&video=x&frame=1&kind=frame')).status).toBe(400))
})

describe('files', () => {
  test('dropped on the page are copied whole under their names', async () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
    const { status, body } = await ask(`/upload?${new URLSearchParams({ name: 'My clip é.mp4' })}`, { method: 'POST', body: content })
    const { path } = JSON.parse(body.toString()) as { path: string }
    expect(status).toBe(200)
    expect(path).toMatch(/uploads.[0-9a-f]{12}.My clip é\.mp4$/u)
    expect(readFileSync(path).equals(content)).toBe(true)
  })

  test('whose upload breaks off leave nothing behind', async () => {
    const request = httpRequest({ host: '127.0.0.1', port: server.port, path: '/upload?name=a.mp4', method: 'POST', headers: { cookie: cookie(), 'content-length': '1000000' } })
    request.on('error', () => {})
    request.write(Buffer.alloc(100_000))
    const uploads = () => readdirSync(join(folder, 'uploads'), { recursive: true })
    await vi.waitFor(() => expect(uploads()).toContainEqual(expect.stringContaining('upload.part')), 30_000)
    request.destroy()
    await vi.waitFor(() => expect(uploads()).toEqual([]), 30_000)
  })

  test('that no disk holds are refused before they are sent', async () => {
    const request = httpRequest({ host: '127.0.0.1', port: server.port, path: '/upload?name=a.mp4', method: 'POST', headers: { cookie: cookie(), 'content-length': String(2 ** 52) } })
    request.on('error', () => {})
    request.flushHeaders()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(507)
    request.destroy()
  })

  test('that were exported come back under their names', async () => {
    const path = join(folder, 'exported é.pkl')
    studio.downloads.add(path)
    const { status, headers, body } = await ask(`/download?${new URLSearchParams({ path })}`)
    expect([status, headers['content-disposition'], body.toString()]).toEqual([200, "attachment; filename*=UTF-8''exported%20%C3%A9.pkl", 'tracks'])
  })

  test('that were not exported do not', async () => {
    expect((await ask(`/download?${new URLSearchParams({ path: join(folder, 'page/index.html') })}`)).status).toBe(403)
  })

  test('that were exported and are gone say so', async () => {
    const path = join(folder, 'gone.pkl')
    studio.downloads.add(path)
    expect((await ask(`/download?${new URLSearchParams({ path })}`)).status).toBe(404)
  })
})

describe('the line', () => {
  test('answers calls by their numbers', async () => {
    const { socket, received } = await connect()
    socket.send(encodeMessage({ id: 5, call: 'project.list', params: null }))
    socket.send(encodeMessage({ id: 6, call: 'job.list', params: null }))
    await vi.waitFor(() => expect(received).toHaveLength(2), 30_000)
    expect(received).toContainEqual({ id: 5, reply: { ok: true, value: [] } })
    expect(received).toContainEqual({ id: 6, reply: { ok: false, error: expect.objectContaining({ code: 'unsupported', subject: 'job.list' }) } })
  })

  test('opens with the token in its address too, for programs', async () => {
    const { socket, received } = await connect({}, `/rpc?token=${token}`)
    socket.send(encodeMessage({ id: 1, call: 'project.list', params: null }))
    await vi.waitFor(() => expect(received).toEqual([{ id: 1, reply: { ok: true, value: [] } }]), 30_000)
  })

  test.each([
    ['no token', {}, '/rpc', 403],
    ['a foreign page', { origin: 'http://evil.example' }, `/rpc?token=${token}`, 403],
    ['another path', {}, `/other?token=${token}`, 404],
  ])('is refused to %s', async (_what, options, path, status) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, options)
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toMatch(String(status))
  })

  test.each([
    ['text', 'hello', 1003],
    ['bytes that are no message', Buffer.from('hello there'), 1007],
    ['a message that is no call', encodeMessage([1, 2]), 1007],
    ['a call that there is not', encodeMessage({ id: 1, call: 'constructor', params: null }), 1007],
    ['more than any call holds', Buffer.alloc(64 * 1024 * 1024 + 1), 1009],
  ])('ends at %s', async (_what, sent, code) => {
    const { socket } = await connect()
    socket.on('error', () => {})
    socket.send(sent)
    expect((await once(socket, 'close'))[0]).toBe(code)
  })

  test('tells every page the same events in their order, until it closes', async () => {
    const [a, b] = [await connect(), await connect()]
    for (let job = 0; job < 5; job++) studio.tell({ kind: 'progress', job, message: { kind: 'note', text: 'é' } })
    const events = Array.from({ length: 5 }, (_, job) => ({ event: { kind: 'progress', job, message: { kind: 'note', text: 'é' } } }))
    await vi.waitFor(() => expect([a.received, b.received]).toEqual([events, events]), 30_000)
    a.socket.close()
    await vi.waitFor(() => expect(studio.listeners.size).toBe(1), 30_000)
  })

  test('leaves out passing states for a page that does not keep up, and nothing else', async () => {
    const { socket, received } = await connect()
    socket.pause()
    const text = 'x'.repeat(1_000_000)
    const count = 60
    for (let i = 0; i < count; i++) {
      studio.tell({ kind: 'progress', job: i, message: { kind: 'progress', phase: 'flow', done: i, total: count, etaS: null } })
      studio.tell({ kind: 'progress', job: i, message: { kind: 'note', text } })
    }
    socket.resume()
    const kinds = () => received.map(message => (message as { event: { message: { kind: string } } }).event.message.kind)
    await vi.waitFor(() => expect(kinds().filter(kind => kind === 'note')).toHaveLength(count), 60_000)
    expect(kinds().filter(kind => kind === 'progress').length).toBeLessThan(count / 2)
  })

  test('lets hear of itself, and ends for a page that does not answer', async () => {
    const quick = await startWebServer({ studio, host: '127.0.0.1', port: 0, token, pageFolder: folder, uploadFolder: folder, beatMs: 250 })
    const open = (autoPong: boolean) => new WebSocket(`ws://127.0.0.1:${quick.port}/rpc?token=${token}`, { autoPong })
    const [mute, living] = [open(false), open(true)]
    const beats: unknown[] = []
    living.on('message', data => beats.push(decodeMessage(data as Buffer)))
    await once(mute, 'close')
    await vi.waitFor(() => expect(beats.length).toBeGreaterThan(2), 30_000)
    expect([beats[0], living.readyState]).toEqual([{ beat: true }, WebSocket.OPEN])
    await quick.close()
  })

  test('ends with the server', async () => {
    const { socket } = await connect()
    const closed = once(socket, 'close')
    await server.close()
    expect((await closed)[0]).toBe(1001)
  })
})

test('a port that is taken is named, with what to do', async () => {
  await expect(startWebServer({ studio, host: '127.0.0.1', port: server.port, token, pageFolder: folder, uploadFolder: folder })).rejects.toMatchObject({ code: 'busy', subject: `port ${server.port}`, next: expect.stringContaining('--port') })
})

test('an address that the machine does not have is named', async () => {
  await expect(startWebServer({ studio, host: '192.0.2.1', port: 0, token, pageFolder: folder, uploadFolder: folder })).rejects.toMatchObject({ code: 'not-found', subject: '192.0.2.1' })
})
