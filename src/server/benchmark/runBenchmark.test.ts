import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { presets } from '../../shared/presets.ts'
import { TaplineError } from '../../shared/errors.ts'
import { CellStore } from './cellStore.ts'
import type { BenchmarkVideo } from './dataset.ts'
import type { Method } from './methods.ts'
import { runBenchmark, type BenchmarkRequest, type CellEvent } from './runBenchmark.ts'

const chained: Method = { name: 'chained', seeded: false, problem: null, run: { kind: 'tracker', tracker: 'chained', network: null, longSide: 48 } }
const field: Method = { name: 'tapline', seeded: true, problem: null, run: { kind: 'field', settings: presets.draft } }
const signal = new AbortController().signal
let folder: string
let store: CellStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapline-benchmark-'))
  store = await CellStore.open(folder, { mode: 'first' })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const video = (name: string, unpack: BenchmarkVideo['unpack']): BenchmarkVideo => ({ name, identity: name, unpack })
const request = (videos: readonly BenchmarkVideo[], methods = [chained]): BenchmarkRequest => ({ dataset: { title: '', videos, skipped: [] }, methods, seeds: [0, 1], mode: 'first', longSide: 48, threads: 1 })

describe('a benchmark whose parts fail', () => {
  it('notes a cell that fails in its process and a video that cannot be unpacked, and goes on', async () => {
    const events: CellEvent[] = []
    const broken = video('broken', async into => ({ framesFolder: join(into, 'frames'), truthFile: join(into, 'truth.json') }))
    const refused = video('refused', async () => Promise.reject(new TaplineError('bad-file', 'x', 'it is torn', 'Mend it.')))
    const result = await runBenchmark(store, request([refused, broken]), { progress: () => {}, signal, onCell: event => void events.push(event) })
    expect(result).toMatchObject({ cells: [], ran: 0, skipped: [{ what: 'refused', reason: 'it is torn' }, { what: 'chained on broken, seed 0', reason: expect.stringContaining('truth.json') }] })
    expect(events.map(({ kind, video: name, number, total }) => [kind, name, number, total])).toEqual([['start', 'broken', 2, 2], ['failed', 'broken', 2, 2]])
    expect(await readdir(folder)).not.toContain('.work')
  })

  it('ends with a fault of ours, and with a full disk', async () => {
    for (const error of [new Error('a bug'), new TaplineError('no-space', folder, 'the disk is full', 'Free some.')]) {
      const run = runBenchmark(store, request([video('x', async () => Promise.reject(error))]), { progress: () => {}, signal, onCell: () => {} })
      await expect(run).rejects.toBe(error)
    }
  })

  it('asks nothing of a method that cannot run, and says why', async () => {
    const never = video('x', async () => Promise.reject(new Error('it was unpacked')))
    const result = await runBenchmark(store, request([never], [{ ...field, problem: 'no network' }]), { progress: () => {}, signal, onCell: () => {} })
    expect(result).toEqual({ cells: [], ran: 0, skipped: [{ what: 'tapline', reason: 'no network' }] })
  })

  it('runs in one process at a time', async () => {
    const inside = video('x', async () => {
      await expect(runBenchmark(store, request([]), { progress: () => {}, signal, onCell: () => {} })).rejects.toMatchObject({ code: 'busy' })
      throw new TaplineError('bad-file', 'x', 'seen', 'None.')
    })
    expect((await runBenchmark(store, request([inside]), { progress: () => {}, signal, onCell: () => {} })).skipped).toEqual([{ what: 'x', reason: 'seen' }])
  })
})
