import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { openSocketLine, type SocketLine } from '../../src/renderer/client/socketLine.ts'
import type { ConnectionState } from '../../src/renderer/client/studioClient.ts'
import { startWebServer, type WebServer } from '../../src/server/transports/webServer.ts'
import type { RpcHandlers } from '../../src/shared/rpc.ts'
import { fakeStudio, type FakeStudio } from '../builders/fakeStudio.ts'

const folder = mkdtempSync(join(tmpdir(), 'tapline-line-'))
const lines: SocketLine[] = []
let server: WebServer | null = null
afterEach(async () => {
  for (const line of lines.splice(0)) line.close()
  await server?.close()
  server = null
  rmSync(folder, { recursive: true, force: true })
})

async function serve(studio: FakeStudio, port = 0): Promise<WebServer> {
  server = await startWebServer({ studio, host: '127.0.0.1', port, token: 'token', pageFolder: folder, uploadFolder: folder })
  return server
}

function open(port: number): { line: SocketLine; states: ConnectionState[] } {
  const line = openSocketLine(() => new WebSocket(`ws://127.0.0.1:${port}/rpc?token=token`))
  const states: ConnectionState[] = []
  line.onState(state => states.push(state))
  lines.push(line)
  return { line, states }
}

const lost = { ok: false, error: { code: 'busy', subject: 'Tapline', reason: expect.stringContaining('lost'), next: expect.stringContaining('by itself') } }

describe('the page’s line to a real server', () => {
  test('brings calls and their replies, typed arrays and errors included', async () => {
    const losses = [{ step: 1, losses: { total: Number.NaN, pixel: 1, depth: 2, prior: 3, occlusion: 4, longTerm: 5 } }]
    const handlers: Partial<RpcHandlers> = { 'run.losses': async () => losses }
    const { line } = open((await serve(fakeStudio(handlers))).port)
    expect(await line.opened).toBe(true)
    expect(await line.call('run.losses', { video: { project: '/p', video: 1 }, runId: 1 })).toEqual({ ok: true, value: losses })
    expect(await line.call('job.list', null)).toMatchObject({ ok: false, error: { code: 'unsupported' } })
  })

  test('keeps calls apart, whichever is answered first', async () => {
    const waiting: (() => void)[] = []
    const { line } = open((await serve(fakeStudio({
      'project.list': () => new Promise(resolve => waiting.push(() => resolve([]))),
      'job.list': async () => [],
    }))).port)
    await line.opened
    const slow = line.call('project.list', null)
    expect(await line.call('job.list', null)).toEqual({ ok: true, value: [] })
    waiting[0]!()
    expect(await slow).toEqual({ ok: true, value: [] })
  })

  test('tells of events until the listener leaves', async () => {
    const studio = fakeStudio()
    const { line } = open((await serve(studio)).port)
    await line.opened
    const heard: unknown[] = []
    const leave = line.subscribe(event => heard.push(event))
    await vi.waitFor(() => expect(studio.listeners.size).toBe(1), 30_000)
    studio.tell({ kind: 'command', id: 'edit.undo' })
    await vi.waitFor(() => expect(heard).toEqual([{ kind: 'command', id: 'edit.undo' }]), 30_000)
    leave()
    const more: unknown[] = []
    line.subscribe(event => more.push(event))
    studio.tell({ kind: 'command', id: 'edit.redo' })
    await vi.waitFor(() => expect(more).toHaveLength(1), 30_000)
    expect(heard).toHaveLength(1)
  })

  test('comes back after the server ends and starts again; what waited is answered, events go on', async () => {
    const first = await serve(fakeStudio({ 'project.list': () => new Promise(() => {}) }))
    const { line, states } = open(first.port)
    await line.opened
    const unanswered = line.call('project.list', null)
    const heard: unknown[] = []
    line.subscribe(event => heard.push(event))
    await first.close()
    expect(await unanswered).toEqual(lost)
    await vi.waitFor(() => expect(states).toContain('lost'), 30_000)
    expect(await line.call('job.list', null)).toEqual(lost)
    const studio = fakeStudio({ 'job.list': async () => [] })
    await serve(studio, first.port)
    await vi.waitFor(() => expect(states.at(-1)).toBe('connected'), 60_000)
    expect(states.slice(0, 3)).toEqual(['connected', 'lost', 'reconnecting'])
    expect(await line.call('job.list', null)).toEqual({ ok: true, value: [] })
    studio.tell({ kind: 'command', id: 'edit.undo' })
    await vi.waitFor(() => expect(heard).toHaveLength(1), 30_000)
  })

  test('says so where there is no server, and finds one that comes later', async () => {
    const { port } = await serve(fakeStudio())
    await server!.close()
    const { line, states } = open(port)
    expect(await line.opened).toBe(false)
    expect(await line.call('job.list', null)).toEqual(lost)
    await serve(fakeStudio(), port)
    await vi.waitFor(() => expect(states.at(-1)).toBe('connected'), 60_000)
  })

  test('that is dead without having ended is given up for another', async () => {
    // A server that takes connections and then says nothing, as one behind a broken tunnel.
    const mute = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(mute, 'listening')
    const connections: unknown[] = []
    mute.on('connection', socket => connections.push(socket))
    const line = openSocketLine(() => new WebSocket(`ws://127.0.0.1:${(mute.address() as AddressInfo).port}`), 30)
    lines.push(line)
    await line.opened
    expect(await line.call('job.list', null)).toEqual(lost)
    await vi.waitFor(() => expect(connections.length).toBeGreaterThan(1), 30_000)
    line.close()
    for (const socket of mute.clients) socket.terminate()
    await new Promise(resolve => mute.close(resolve))
  })

  test('stays closed once it is closed', async () => {
    const studio = fakeStudio()
    const { line, states } = open((await serve(studio)).port)
    await line.opened
    await vi.waitFor(() => expect(studio.listeners.size).toBe(1), 30_000)
    line.close()
    await vi.waitFor(() => expect(studio.listeners.size).toBe(0), 30_000)
    expect(await line.call('job.list', null)).toEqual(lost)
    expect(states).toEqual(['connected'])
  })
})
