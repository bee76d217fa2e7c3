/** Networks on their way into the store: the manifest, downloads from a real server that misbehaves, files that people have. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { depthGraph, featureGraph, flowGraph } from '../../../test/builders/onnxGraph.ts'
import type { KnownModel } from '../../shared/models.ts'
import { addModel, addressOf, pullModel } from './installModel.ts'
import { checkManifest, readManifest } from './manifest.ts'
import { ModelStore } from './modelStore.ts'

const file = flowGraph({ flow: [6, -3] })
const sha256 = createHash('sha256').update(file).digest('hex')
const known: KnownModel = {
  name: 'tiny', role: 'flow', title: 'Tiny', licence: { name: 'MIT', address: null }, address: null, page: null, bytes: file.length,
  sha256, sha256From: 'measured', inputs: [{ name: 'image1', shape: [1, 3, 'H', 'W'] }], outputs: [{ name: 'flow', shape: [1, 2, 'H', 'W'] }], conventions: null, remarks: '',
}

let folder = ''
let store: ModelStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-models-'))
  store = new ModelStore(join(folder, 'models'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A server for one test; what it was asked, and its address. */
async function served<Result>(answer: (request: IncomingMessage, response: ServerResponse, turn: number) => void, work: (mirror: string, ranges: (string | undefined)[]) => Promise<Result>): Promise<Result> {
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    answer(request, response, ranges.length)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/tiny.onnx`, ranges)
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}

/** Honours ranges if the tag is still the same; with `most`, stays silent after so many bytes. */
function send(request: IncomingMessage, response: ServerResponse, body: Uint8Array, tag: string, most = body.length): void {
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
  const from = asked && request.headers['if-range'] === tag ? Number(asked[1]) : 0
  response.writeHead(from ? 206 : 200, { 'content-length': body.length - from, etag: tag })
  const part = body.subarray(from, most)
  if (most < body.length) response.write(part)
  else response.end(part)
}

describe('a download', () => {
  it('comes whole, is checked, tested and kept, and tells how far it is', async () => {
    await served((request, response) => send(request, response, file, '"a"'), async mirror => {
      const steps: (number | null)[][] = []
      const { model } = await pullModel(store, known, { mirror, onProgress: (done, total) => steps.push([done, total]) })
      expect(model).toMatchObject({ name: 'tiny', role: 'flow', sha256, bytes: file.length, licence: { name: 'MIT' }, conventions: { kind: 'flow', order: 'xy' } })
      expect(steps.at(-1)).toEqual([file.length, file.length])
      expect(await store.list()).toEqual([model])
      expect((await readdir(store.folder)).sort()).toEqual(['tiny.json', 'tiny.onnx'])
      expect(await store.learned()).toEqual({ flow: sha256 })
    })
  })

  it('goes on where the connection broke', async () => {
    let cut = () => {}
    await served((request, response, turn) => {
      cut = () => response.destroy()
      send(request, response, file, '"a"', turn === 1 ? 300 : undefined)
    }, async (mirror, ranges) => {
      await expect(pullModel(store, known, { mirror, onProgress: done => done === 300 && cut() })).rejects.toMatchObject({ next: expect.stringContaining('goes on from there') })
      expect((await stat(join(store.folder, 'tiny.onnx.part'))).size).toBe(300)
      expect(await store.list()).toEqual([])
      const first: number[] = []
      await pullModel(store, known, { mirror, onProgress: done => first.push(done) })
      expect(ranges).toEqual([undefined, 'bytes=300-'])
      expect(first[0]).toBe(300)
      expect(await readFile(store.path('tiny'))).toEqual(Buffer.from(file))
    })
  })

  it('begins anew when the server has another file by now', async () => {
    const other = new Uint8Array(900).fill(7)
    let cut = () => {}
    await served((request, response, turn) => {
      cut = () => response.destroy()
      if (turn === 1) send(request, response, other, '"old"', 300)
      else send(request, response, file, '"new"')
    }, async mirror => {
      await expect(pullModel(store, known, { mirror, onProgress: done => done === 300 && cut() })).rejects.toMatchObject({ code: 'not-found' })
      await pullModel(store, known, { mirror })
      expect(await readFile(store.path('tiny'))).toEqual(Buffer.from(file))
    })
  })

  it('of other bytes is refused and deleted, unless their hash is named', async () => {
    const other = flowGraph({ flow: [6, -3], names: ['a', 'b'] })
    await served((request, response) => send(request, response, other, '"a"'), async mirror => {
      await expect(pullModel(store, known, { mirror })).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('sha256') })
      expect(await readdir(store.folder)).toEqual([])
      const theirs = createHash('sha256').update(other).digest('hex')
      expect((await pullModel(store, known, { mirror, sha256: theirs })).model.sha256).toBe(theirs)
    })
  })

  it('is cancelled and keeps what came', async () => {
    await served((_, response) => {
      response.writeHead(200, { 'content-length': file.length, etag: '"a"' })
      response.write(file.subarray(0, 200))
    }, async mirror => {
      const stop = new AbortController()
      const run = pullModel(store, known, { mirror, signal: stop.signal, onProgress: done => done >= 200 && stop.abort() })
      await expect(run).rejects.toMatchObject({ code: 'cancelled', reason: expect.stringContaining('kept') })
      expect(existsSync(join(store.folder, 'tiny.onnx'))).toBe(false)
    })
  })

  it('says what the server said', async () => {
    await served((_, response) => void response.writeHead(403).end(), async mirror => {
      await expect(pullModel(store, known, { mirror })).rejects.toMatchObject({ reason: expect.stringContaining('403'), next: expect.stringContaining('--mirror') })
    })
    expect(() => addressOf(known, undefined)).toThrow(/models add/)
    expect(addressOf({ ...known, address: 'https://example.org/x/net.onnx' }, 'http://mirror.example/m/')).toBe('http://mirror.example/m/net.onnx')
  })
})

describe('a file that a person has', () => {
  const write = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }

  it('is named by its file, or by the manifest where its hash is known', async () => {
    expect((await addModel(store, await write('My Flow.onnx', file), 'flow', [])).model.name).toBe('my-flow')
    expect((await addModel(store, await write('x.onnx', file), 'flow', [known])).model.name).toBe('tiny')
    await expect(addModel(store, join(folder, 'x.onnx'), 'depth', [known])).rejects.toMatchObject({ code: 'usage', next: 'Choose the role flow (--role flow).' })
  })

  it('of depth must be told what its numbers mean', async () => {
    const path = await write('depth.onnx', depthGraph([64, 48]))
    await expect(addModel(store, path, 'depth', [])).rejects.toMatchObject({ code: 'usage', next: expect.stringContaining('--meaning') })
    const { model } = await addModel(store, path, 'depth', [], { hints: { meaning: 'inverse', range: 'unit' } })
    expect(model.conventions).toMatchObject({ kind: 'depth', meaning: 'inverse', input: 'image', output: 'depth', picture: { range: [0, 1], mean: null } })
    expect((await readdir(store.folder)).sort()).toEqual(['depth.json', 'depth.onnx'])
  })

  it('of features shows its cells: a map, or tokens after a class token', async () => {
    const map = await addModel(store, await write('map.onnx', featureGraph(16, 'map', k => Math.sin(k))), 'features', [])
    expect(map.model.conventions).toMatchObject({ layout: 'map', cell: 8, scores: null, skipped: 0 })
    const tokens = await addModel(store, await write('tokens.onnx', featureGraph(16, 'tokens', k => Math.sin(k))), 'features', [], { hints: { cell: 8 } })
    expect(tokens.model.conventions).toMatchObject({ layout: 'tokens', cell: 8, skipped: 1 })
  })

  it('that cannot run is refused and leaves nothing', async () => {
    await expect(addModel(store, await write('no.onnx', Uint8Array.from([1, 2, 3])), 'flow', [])).rejects.toMatchObject({ code: 'bad-file' })
    expect(await readdir(store.folder)).toEqual([])
  })

  it('is verified against its hash, found by it, and removed whole', async () => {
    const { model } = await addModel(store, await write('a.onnx', file), 'flow', [])
    expect((await store.verify(model)).fault).toBeNull()
    expect(await store.bySha256(sha256)).toEqual(model)
    const bytes = await readFile(store.path('a'))
    bytes[40] ^= 1
    await writeFile(store.path('a'), bytes)
    expect((await store.verify(model)).fault).toContain('sha256')
    await store.remove('a')
    expect(await readdir(store.folder)).toEqual([])
    await expect(store.bySha256(sha256)).rejects.toMatchObject({ code: 'not-found' })
    await expect(store.remove('a')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the manifest', () => {
  it('is whole, and says of every hash where it comes from', () => {
    const models = readManifest()
    expect(new Set(models.map(model => model.role))).toEqual(new Set(['flow', 'depth', 'features', 'tracker']))
    for (const model of models) expect(model.sha256 === null, model.name).toBe(model.sha256From === null)
  })

  it.each([
    ['a name twice', (m: KnownModel) => [m, m], 'taken twice'],
    ['a short hash', (m: KnownModel) => [{ ...m, sha256: 'abc' }], 'sha256'],
    ['no word on where a hash is from', (m: KnownModel) => [{ ...m, sha256From: null }], 'sha256From'],
    ['a plain http address', (m: KnownModel) => [{ ...m, address: 'http://example.org/x' }], 'address'],
    ['conventions of another role', (m: KnownModel) => [{ ...m, conventions: { kind: 'depth' } }], 'another role'],
    ['a name that leaves the folder', (m: KnownModel) => [{ ...m, name: '../x' }], 'valid name'],
    ['no licence and no page', (m: KnownModel) => [{ ...m, licence: { name: null, address: null } }], 'licence'],
  ])('with %s is refused', (_, broken, reason) => {
    expect(() => checkManifest({ models: broken(known) }, 'manifest')).toThrow(reason)
  })
})
