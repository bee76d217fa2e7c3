/** `tapline models` and `--supervision learned` as a person runs them, with tiny made-up networks from a server of the test. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { featureGraph, flowGraph } from '../builders/onnxGraph.ts'
import { Workplace } from './runTapline.ts'

const place = new Workplace()
afterAll(() => place.remove())

const file = flowGraph({ flow: [0, 0] })
const server = createServer((_, response) => response.end(file))
afterAll(() => new Promise(resolve => server.close(resolve)))

describe('tapline models', { timeout: 120_000 }, () => {
  it('downloads nothing without a yes, shows the licence, and checks the hash', async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/raft.onnx`
    const refused = await place.run('models', 'pull', 'raft-small-6', '--mirror', mirror)
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
    expect(refused.err).toContain('BSD-3-Clause')
    const other = await place.run('models', 'pull', 'raft-small-6', '--mirror', mirror, '--yes')
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('sha256') })
    const sha256 = createHash('sha256').update(file).digest('hex')
    expect(await place.run('models', 'pull', 'raft-small-6', '--mirror', mirror, '--yes', '--sha256', sha256)).toMatchObject({ code: 0 })
  })

  it('lists, verifies and removes what is installed', async () => {
    writeFileSync(place.path('cells.onnx'), featureGraph(16, 'map', k => Math.sin(k * k)))
    expect(await place.run('models', 'add', 'cells.onnx')).toMatchObject({ code: 2, err: expect.stringContaining('--role') })
    expect(await place.run('models', 'add', 'cells.onnx', '--role', 'features')).toMatchObject({ code: 0 })
    const listed = await place.run('models', 'list')
    expect(listed.out).toMatch(/raft-small-6 +\| +flow .*installed, used/)
    expect(listed.out).toMatch(/cells +\| +features .*installed, used/)
    expect(listed.out).toMatch(/tapir +\| +tracker/)
    expect((await place.run('models', 'verify')).err).toContain('cells is whole.')
    writeFileSync(place.path('home', 'models', 'cells.onnx'), 'damaged')
    expect(await place.run('models', 'verify', 'cells')).toMatchObject({ code: 1, err: expect.stringContaining('bytes') })
    expect((await place.run('models', 'remove', 'cells')).code).toBe(0)
    expect(await place.run('models', 'verify', 'cells')).toMatchObject({ code: 1 })
    expect(await place.run('models', 'burn')).toMatchObject({ code: 2 })
  })

  it('supervises a run, which is another than the built-in one', async () => {
    await place.run('synth', 'cloth', '--out', 'scenes', '--size', '64x48', '--frames', '4', '--tracks', '4')
    const track = (...more: string[]) => place.run('track', 'scenes/cloth/frames', '--queries', 'scenes/cloth/queries.csv', '--project', 'p', '--steps', '2', '--threads', '1', ...more)
    expect((await track()).code).toBe(0)
    const learned = await track('--supervision', 'learned')
    expect(learned).toMatchObject({ code: 0, err: expect.stringContaining('Supervision: flow by raft-small-6; matches and depth built in') })
    expect(learned.err).toMatch(/raft-small-6 runs on \w+/)
    expect((await track('--supervision', 'learned')).err).toContain('tracked already')
    await place.run('models', 'remove', 'raft-small-6')
    expect(await track('--supervision', 'learned')).toMatchObject({ code: 2, err: expect.stringContaining('models list') })
    expect((await track('--supervision', 'builtin')).err).toContain('tracked already')
  })
})
