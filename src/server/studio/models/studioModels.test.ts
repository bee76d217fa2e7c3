/** Networks through the studio's handlers: a real server to download from, real files, the self-test on tiny graphs. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { depthGraph, flowGraph } from '../../../../test/builders/onnxGraph.ts'
import { testStudio, type TestStudio } from '../../../../test/builders/studioForTests.ts'
import { temporaryFolder } from '../../../../test/builders/temporaryProject.ts'

const file = flowGraph({ flow: [6, -3] })
const sha256 = createHash('sha256').update(file).digest('hex')
/** A network of the manifest with these inputs; its own hash is another. */
const name = 'raft-small-6'
const pull = { name, agreed: true, mirror: null, sha256 }

const servers: ReturnType<typeof createServer>[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
})

/** A server of the file, and the ranges that it was asked for. */
async function serving(answer: (request: IncomingMessage, response: ServerResponse, turn: number) => void) {
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    answer(request, response, ranges.length)
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { mirror: `http://127.0.0.1:${(server.address() as AddressInfo).port}/net.onnx`, ranges }
}

/** The whole file, or what is left of it; with `most`, it stays silent after so many bytes. */
function send(request: IncomingMessage, response: ServerResponse, body: Uint8Array = file, most = body.length): void {
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
  const from = asked && request.headers['if-range'] === '"a"' ? Number(asked[1]) : 0
  response.writeHead(from ? 206 : 200, { 'content-length': body.length - from, etag: '"a"' })
  if (most < body.length) response.write(body.subarray(from, most))
  else response.end(body.subarray(from))
}

async function written(bytes: Uint8Array, called = 'My Flow.onnx'): Promise<string> {
  const path = join(temporaryFolder(), called)
  await writeFile(path, bytes)
  return path
}

const told = (made: TestStudio, count: number) => made.event(event => event.kind === 'models' && event.models.installed.length === count && event.models)
const add = (path: string, more = {}) => ({ path, role: 'flow' as const, name: null, hints: {}, ...more })

describe('networks in the studio', { timeout: 60_000 }, () => {
  it('are listed: what is known, where they lie, and on which devices they run', async () => {
    const made = testStudio()
    const view = await made.studio.handlers['models.list'](null)
    expect(view).toMatchObject({ folder: join(made.home, 'models'), installed: [], used: {} })
    expect(view.known.map(model => model.name)).toContain(name)
    expect(view.devices).toContainEqual({ name: 'cpu', refused: null })
    expect(new Set(view.devices.map(device => device.name)).size).toBe(view.devices.length)
    for (const { name: device, refused } of view.devices) if (device !== 'cpu' && refused !== null) expect(refused).not.toBe('')
  })

  it('nothing is fetched without a yes to the licence, nor from nowhere', async () => {
    const { studio } = testStudio()
    const { mirror, ranges } = await serving((request, response) => send(request, response))
    await expect(studio.handlers['models.pull']({ ...pull, mirror, agreed: false })).rejects.toMatchObject({ code: 'usage', reason: expect.stringContaining('licence') })
    await expect(studio.handlers['models.pull'](pull)).rejects.toMatchObject({ code: 'not-found', reason: expect.stringContaining('address') })
    await expect(studio.handlers['models.pull']({ ...pull, name: 'no-such' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(studio.handlers['models.pull']({ ...pull, mirror, sha256: 'abc' })).rejects.toMatchObject({ code: 'usage' })
    await expect(studio.handlers['models.pull']({ ...pull, mirror: 'ftp://x/y' })).rejects.toMatchObject({ code: 'usage' })
    expect(ranges).toEqual([])
    expect(await studio.handlers['job.list'](null)).toEqual([])
  })

  it('a download is a job: cancelled, it keeps what came, and goes on from there; then it is tested, kept and used', async () => {
    const made = testStudio()
    const { mirror, ranges } = await serving((request, response, turn) => send(request, response, file, turn === 1 ? 300 : undefined))
    const first = await made.studio.handlers['models.pull']({ ...pull, mirror })
    expect(first).toMatchObject({ kind: 'model', project: null, video: null })
    await made.event(event => event.kind === 'progress' && event.job === first.id && event.message.kind === 'progress' && event.message.done === 300 && event.message.total === file.length)
    await expect(made.studio.handlers['models.pull']({ ...pull, mirror })).rejects.toMatchObject({ code: 'busy' })
    await made.studio.handlers['job.cancel']({ id: first.id })
    expect(await made.ended(first.id)).toMatchObject({ state: 'cancelled', error: null })
    expect((await stat(join(made.home, 'models', `${name}.onnx.part`))).size).toBe(300)
    const second = await made.studio.handlers['models.pull']({ ...pull, mirror })
    expect(await made.ended(second.id)).toMatchObject({ state: 'done', title: expect.stringContaining('its conventions are known') })
    expect(ranges).toEqual([undefined, 'bytes=300-'])
    const view = await told(made, 1)
    expect(view).toEqual(await made.studio.handlers['models.list'](null))
    expect(view.installed).toMatchObject([{ name, role: 'flow', sha256, bytes: file.length, source: mirror, licence: { name: 'BSD-3-Clause' } }])
    expect(view.used).toEqual({ flow: sha256 })
    expect(made.events.flatMap(event => (event.kind === 'progress' && event.job === second.id && event.message.kind === 'phase' ? [event.message.label] : []))).toEqual(['Downloading', 'Testing the network'])
  })

  it('of other bytes than those named is refused, and the row says so', async () => {
    const made = testStudio()
    const { mirror } = await serving((request, response) => send(request, response, depthGraph()))
    const { id } = await made.studio.handlers['models.pull']({ ...pull, mirror })
    expect(await made.ended(id)).toMatchObject({ state: 'failed', error: { code: 'bad-file', reason: expect.stringContaining('sha256') } })
    expect(await readdir(join(made.home, 'models'))).toEqual([])
  })

  it('a file is added with what its self-test found, checked, and removed', async () => {
    const made = testStudio()
    const { studio } = made
    const job = await studio.handlers['models.add'](add(await written(file)))
    expect(await made.ended(job.id)).toMatchObject({ kind: 'model', state: 'done', title: expect.stringMatching(/^Add My Flow\.onnx: .*followed to 0\.00 px/) })
    expect((await told(made, 1)).installed).toMatchObject([{ name: 'my-flow', role: 'flow', licence: null }])
    expect(await studio.handlers['models.verify']({ name: 'my-flow' })).toEqual({ fault: null })
    const path = join(made.home, 'models', 'my-flow.onnx')
    const bytes = await readFile(path)
    bytes[40] ^= 1
    await writeFile(path, bytes)
    expect(await studio.handlers['models.verify']({ name: 'my-flow' })).toEqual({ fault: expect.stringContaining('sha256') })
    const after = await studio.handlers['models.remove']({ name: 'my-flow' })
    expect(after).toMatchObject({ installed: [], used: {} })
    expect(made.events.findLast(event => event.kind === 'models')).toEqual({ kind: 'models', models: after })
    await expect(studio.handlers['models.verify']({ name: 'my-flow' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('a file that is none, or of which something must be told, fails with the reason and leaves nothing', async () => {
    const made = testStudio()
    const { studio } = made
    const end = async (path: string, more = {}) => made.ended((await studio.handlers['models.add'](add(path, more))).id)
    expect(await end(await written(Uint8Array.of(1, 2, 3)))).toMatchObject({ state: 'failed', error: { code: 'bad-file' } })
    expect(await end(await written(depthGraph()), { role: 'depth' })).toMatchObject({ state: 'failed', error: { code: 'usage', next: expect.stringContaining('larger = farther') } })
    expect(await end('/no/such.onnx')).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
    await expect(studio.handlers['models.add'](add('x.onnx', { name: '../x' }))).rejects.toMatchObject({ code: 'usage' })
    const job = await studio.handlers['models.add'](add(await written(file)))
    await studio.handlers['job.cancel']({ id: job.id })
    expect(await made.ended(job.id)).toMatchObject({ state: 'cancelled' })
    expect(await readdir(join(made.home, 'models'))).toEqual([])
  })
})
