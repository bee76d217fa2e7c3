/**
 * A whole benchmark: every method on every video with every seed, one cell after another, each in a process of its own; what is finished
 * already is taken as it is. Not here: a cell (runCell.ts), means (summary.ts), reports (report/).
 */
import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { EvaluationMode } from '../../pipeline/evaluate/evaluationQueries.ts'
import { TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { Progress } from '../../shared/progress.ts'
import { appVersion } from '../appVersion.ts'
import { WriterLock } from '../db/writerLock.ts'
import type { CellEnvironment, CellRecord } from './cell.ts'
import type { CellName, CellStore } from './cellStore.ts'
import type { BenchmarkVideo, Dataset, UnpackedVideo } from './dataset.ts'
import { forkCell } from './forkCell.ts'
import type { Method } from './methods.ts'

export interface BenchmarkRequest {
  readonly dataset: Dataset
  readonly methods: readonly Method[]
  /** Seeds of the methods; methods that draw no random numbers run with the first alone. */
  readonly seeds: readonly number[]
  readonly mode: EvaluationMode
  /** Long side at which reference flow is computed. */
  readonly longSide: number
  readonly threads: number
}

export interface BenchmarkHooks {
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Told of each cell that is run now, before and after. */
  onCell(event: CellEvent): void
}

export interface CellEvent extends CellName {
  readonly kind: 'start' | 'done' | 'failed'
  /** Which of the cells to run now, from 1, and how many they are. */
  readonly number: number
  readonly total: number
  readonly record?: CellRecord
  readonly error?: TaplineError
}

/** Something that is not in the figures, and why. */
export interface Skipped {
  readonly what: string
  readonly reason: string
}

export interface BenchmarkResult {
  readonly cells: readonly CellRecord[]
  readonly skipped: readonly Skipped[]
  /** Cells that were run now; the others were there. */
  readonly ran: number
}

/** Runs what is missing. @throws TaplineError 'cancelled', 'busy' when another benchmark works in the folder */
export async function runBenchmark(store: CellStore, request: BenchmarkRequest, hooks: BenchmarkHooks): Promise<BenchmarkResult> {
  const lock = WriterLock.take(store.folder, '.benchmark.lock')
  try {
    return await runMissing(store, request, hooks)
  } finally {
    await store.clearWork()
    lock.release()
  }
}

interface Planned extends CellName {
  readonly run: Method['run']
  readonly key: string
}

async function runMissing(store: CellStore, request: BenchmarkRequest, hooks: BenchmarkHooks): Promise<BenchmarkResult> {
  const { dataset, methods } = request
  const skipped: Skipped[] = [
    ...dataset.skipped.map(({ name, reason }) => ({ what: name, reason })),
    ...methods.flatMap(({ name, problem }) => (problem === null ? [] : [{ what: name, reason: problem }])),
  ]
  const cells: CellRecord[] = []
  const missing: { video: BenchmarkVideo; cells: Planned[] }[] = []
  for (const video of dataset.videos) {
    const open: Planned[] = []
    for (const cell of planned(video, request)) {
      const present = await store.read(cell)
      if (present?.key === cell.key) cells.push(present)
      else open.push(cell)
    }
    if (open.length > 0) missing.push({ video, cells: open })
  }
  const total = missing.reduce((sum, { cells: open }) => sum + open.length, 0)
  let number = 0
  let ran = 0
  for (const { video, cells: open } of missing) {
    const work = await store.freshWork()
    const unpacked = await unpack(video, join(work, 'video'), request, hooks).catch((error: unknown) => skipOr(error, video.name, skipped))
    if (!unpacked) {
      number += open.length
      continue
    }
    for (const cell of open) {
      number++
      const name = { video: cell.video, method: cell.method, seed: cell.seed, number, total }
      hooks.onCell({ kind: 'start', ...name })
      try {
        const record = await runPlanned(store, cell, unpacked, work, request, hooks)
        cells.push(record)
        ran++
        hooks.onCell({ kind: 'done', ...name, record })
      } catch (error) {
        const what = `${cell.method} on ${cell.video}, seed ${cell.seed}`
        const known = skipOr(error, what, skipped)
        if (known === null) hooks.onCell({ kind: 'failed', ...name, error: error as TaplineError })
      }
    }
    await rm(work, { recursive: true, force: true })
  }
  return { cells, skipped, ran }
}

/** Errors that concern one thing alone are noted, and the rest goes on; an end on request, a full disk and our own faults are not. */
function skipOr(error: unknown, what: string, skipped: Skipped[]): null {
  if (!(error instanceof TaplineError) || ['cancelled', 'no-space', 'not-writable'].includes(error.code)) throw error
  // `what` says which; the error's own subject may be a file of the work folder.
  skipped.push({ what, reason: error.reason })
  return null
}

function planned(video: BenchmarkVideo, { methods, seeds, mode, longSide }: BenchmarkRequest): Planned[] {
  return methods
    .filter(({ problem }) => problem === null)
    .flatMap(({ name, run, seeded }) =>
      seeds.slice(0, seeded ? undefined : 1).map((seed): Planned => {
        const decides = JSON.stringify([appVersion, video.identity, run, seed, mode, longSide])
        return { video: video.name, method: name, seed, run, key: createHash('sha256').update(decides).digest('hex') }
      }),
    )
}

async function unpack(video: BenchmarkVideo, folder: string, { longSide }: BenchmarkRequest, { progress, signal }: BenchmarkHooks): Promise<UnpackedVideo> {
  throwIfCancelled(signal, video.name)
  progress({ kind: 'phase', phase: 'import', label: `Unpacking ${video.name}` })
  await mkdir(folder, { recursive: true })
  return video.unpack(folder, { longSide, signal })
}

async function runPlanned(store: CellStore, cell: Planned, unpacked: UnpackedVideo, work: string, request: BenchmarkRequest, hooks: BenchmarkHooks): Promise<CellRecord> {
  const cacheFolder = join(work, 'cache')
  await rm(cacheFolder, { recursive: true, force: true })
  await store.makeFolder(cell)
  const { mode, threads, longSide } = request
  const job = {
    ...unpacked, run: cell.run, seed: cell.seed, mode, threads, cacheFolder, tracksFile: store.tracksPath(cell),
    referenceFolder: join(work, 'reference'), referenceLongSide: longSide,
  }
  const measures = await forkCell(job, `${cell.method} on ${cell.video}`, hooks)
  const { video, method, seed, key } = cell
  const record: CellRecord = { format: 'tapline-benchmark-cell', version: 1, key, video, method, seed, measures, environment: environment(threads), finishedAt: Date.now() }
  await store.write(record)
  return record
}

/** The machine that a cell ran on: figures of time mean nothing without it. */
function environment(threads: number): CellEnvironment {
  const cores = cpus()
  return { version: appVersion, node: process.version, platform: `${process.platform} ${process.arch}`, cpu: cores[0]?.model.trim() ?? 'unknown', cores: cores.length, threads }
}
