/**
 * Flow over all pairs at the given gaps, both ways, whatever computes it: cached on disk pair by pair so that a stopped run
 * goes on where it was, with statuses from worker threads. Each gap has two passes: match (flow and cycles), then complete
 * (what became of the pixels that fail). Not here: what computes flow (builtinFlow.ts, networkFlow.ts), statuses
 * (flowStatus.ts), files (flowFile.ts).
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type FlowOptions, defaultFlowOptions } from '../../../engine/flow/flowKernel.ts'
import { TaplineError, fromSystemError, throwIfCancelled } from '../../../shared/errors.ts'
import type { FrameIndex, Size } from '../../../shared/units.ts'
import type { FrameSource } from '../../frames/frameSource.ts'
import { clipKey } from '../clipKey.ts'
import type { FlowProvider, FlowStore, SupervisionContext } from '../supervision.ts'
import type { FlowBothWays } from './blendFlow.ts'
import { chainParts } from './chainFlow.ts'
import { DEFAULT_FLOW_MEMORY_BYTES, DiskFlowStore } from './diskFlowStore.ts'
import { flowPath, rawFlowPath, readFlowFile } from './flowFile.ts'
import type { FlowJob, FlowReply, FlowWorkerData, WitnessRef } from './flowJob.ts'

/** Nodes lie at every pixel while the whole store stays below this, else at every second one. */
const FULL_STRIDE_BYTES = 320 * 2 ** 20
const BYTES_PER_NODE = 5

export interface PairedFlowSettings {
  /** Of our kernel. */
  readonly kernel: Partial<FlowOptions>
  /** Budget of FlowStore.read's memory. */
  readonly memoryBytes: number
  /** Working pixels per stored node; chosen by the size of the store when left out. */
  readonly stride?: 1 | 2
}

/** Flow of two pictures [height, width, 3], from a to b and from b to a: [height, width, 2] pixels of the working size. */
export type DenseFlow = (rgbA: Uint8Array, rgbB: Uint8Array, size: Size) => Promise<FlowBothWays>

/**
 * Flow of our kernel, longer gaps starting from chains of shorter ones.
 * @param id names the method: part of the cache's key
 * @param open opens a network whose flow helps ours, when a pair is missing; null for none
 */
export function pairedFlow(id: string, open: ((context: SupervisionContext) => Promise<{ flow: DenseFlow; close(): Promise<void> }>) | null, settings: Partial<PairedFlowSettings> = {}): FlowProvider {
  return {
    id,
    async compute(context, gaps) {
      const { frames } = context
      const count = frames.clip.frameCount
      const wanted = [...new Set(gaps)].filter(g => g >= 1 && g < count).sort((a, b) => a - b)
      const starts = wanted.flatMap(gap => Array.from({ length: count - gap }, (_, a) => ({ a, b: a + gap, gap })))
      const pairs = starts.flatMap(({ a, b }) => [[a, b], [b, a]] as [FrameIndex, FrameIndex][])
      const bytes = pairs.length * frames.work.width * frames.work.height * BYTES_PER_NODE
      const stride = settings.stride ?? (bytes <= FULL_STRIDE_BYTES ? 1 : 2)
      const options = { ...defaultFlowOptions, ...settings.kernel }
      throwIfCancelled(context.signal, 'optical flow')
      const folder = join(context.cacheFolder, `flow-${await clipKey(frames, { id, options, stride, wanted })}`)
      openFolder(folder)

      // A resumed run keeps what is intact. A pair counts twice: matched, and completed.
      const missing = starts.filter(({ a, b }) => !isIntact(flowPath(folder, a, b)) || !isIntact(flowPath(folder, b, a)))
      const total = 2 * starts.length
      let done = total - 2 * missing.length
      const onDone = () => context.onProgress?.(++done, total)
      context.onProgress?.(done, total)
      const network = missing.length > 0 ? await open?.(context) : undefined
      const pool = new FlowPool(Math.min(context.threads, missing.length), { size: frames.work, stride, folder, options }, context.signal)
      try {
        const recent = new RecentFrames(frames)
        for (const gap of wanted) {
          // A gap's chains and witnesses need the gaps before it, so gaps go one after another.
          const parts = chainParts(gap, wanted)
          const here = missing.filter(m => m.gap === gap).map(m => m.a)
          const counted = new Set(here)
          // Completing a pair also asks the pairs before and after it.
          const around = [...new Set(here.flatMap(a => [a - gap, a, a + gap]))].filter(a => a >= 0 && a + gap < count).sort((x, y) => x - y)
          const unmatched = around.filter(a => !isIntact(rawFlowPath(folder, a, a + gap)) || !isIntact(rawFlowPath(folder, a + gap, a)))
          for (const a of here) if (!unmatched.includes(a)) onDone()
          await pool.forEach(
            unmatched,
            async a => {
              const [rgbA, rgbB] = await Promise.all([recent.get(a), recent.get(a + gap)])
              return { kind: 'match', a, b: a + gap, via: parts && a + parts[0], rgbA, rgbB, network: network ? await network.flow(rgbA, rgbB, frames.work) : null }
            },
            a => counted.has(a) && onDone(),
          )
          await pool.forEach(
            here,
            async a => ({
              kind: 'complete', a, b: a + gap,
              witnessesA: witnesses(a, gap, 1, wanted, count), witnessesB: witnesses(a + gap, gap, -1, wanted, count),
            }),
            onDone,
          )
          for (const name of readdirSync(folder)) if (name.endsWith('.raw')) rmSync(join(folder, name), { force: true })
        }
      } finally {
        await Promise.all([pool.close(), network?.close()])
      }
      throwIfCancelled(context.signal, 'optical flow')
      const store: FlowStore = new DiskFlowStore(folder, pairs, settings.memoryBytes ?? DEFAULT_FLOW_MEMORY_BYTES)
      return store
    },
  }
}

function isIntact(path: string): boolean {
  return readFlowFile(path) !== null
}

/** Most other pairs asked about a pixel's surface. */
const WITNESSES = 6

/**
 * The pairs that can tell which surface a pixel of `from` is on, for flow over `gap` in `direction`: the same gap the
 * other way, then smaller gaps both ways, largest first.
 */
function witnesses(from: number, gap: number, direction: 1 | -1, gaps: readonly number[], count: number): WitnessRef[] {
  const refs: WitnessRef[] = []
  for (const g of gaps.filter(g => g <= gap).reverse())
    for (const way of [direction, -direction]) {
      const to = from + way * g
      if (to >= 0 && to < count && !(g === gap && way === direction)) refs.push({ to, scale: (way * direction * gap) / g, raw: g === gap })
    }
  return refs.slice(0, WITNESSES)
}

function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder)) if (isLeftover(name)) rmSync(join(folder, name), { force: true })
  } catch (error) {
    throw fromSystemError(error, folder)
  }
}

/** An unfinished file of a process that is no more; another that lives (a fit beside the live field) still renames its own. */
function isLeftover(name: string): boolean {
  const pid = /\.(\d+)\.tmp$/.exec(name)?.[1]
  if (pid === undefined) return name.endsWith('.tmp')
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM'
  }
}

/** Frames used lately, in shared memory. */
class RecentFrames {
  readonly #frames: FrameSource
  readonly #recent = new Map<number, Promise<Uint8Array>>()
  readonly #capacity: number

  constructor(frames: FrameSource) {
    this.#frames = frames
    this.#capacity = Math.max(24, Math.floor((64 * 2 ** 20) / (frames.work.width * frames.work.height * 3)))
  }

  get(frame: number): Promise<Uint8Array> {
    const found = this.#recent.get(frame) ?? this.#load(frame)
    this.#recent.delete(frame)
    this.#recent.set(frame, found)
    for (const old of this.#recent.keys()) {
      if (this.#recent.size <= this.#capacity) break
      this.#recent.delete(old)
    }
    return found
  }

  async #load(frame: number): Promise<Uint8Array> {
    const rgb = await this.#frames.workRgb(frame)
    const shared = new Uint8Array(new SharedArrayBuffer(rgb.byteLength))
    shared.set(rgb)
    return shared
  }
}

/** Worker threads that take jobs in order; an abort ends them at once. */
class FlowPool {
  readonly #workers: Worker[]
  readonly #signal: AbortSignal | undefined
  readonly #onAbort: () => void
  #stop: (error: Error) => void = () => {}

  constructor(threads: number, data: FlowWorkerData, signal: AbortSignal | undefined) {
    this.#workers = Array.from({ length: Math.max(0, threads) }, () => new Worker(new URL('./flowWorker.ts', import.meta.url), { workerData: data }))
    this.#signal = signal
    this.#onAbort = () => {
      this.#stop(new TaplineError('cancelled', 'optical flow', 'cancelled on request', 'Run it again to go on from the last checkpoint.'))
      for (const worker of this.#workers) void worker.terminate()
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Runs a job for each item, with the next job of a worker prepared while it works. Rejects at the first failure. */
  async forEach<T>(items: readonly T[], prepare: (item: T) => Promise<FlowJob>, onDone: (item: T) => void): Promise<void> {
    const stopped = new Promise<never>((_, reject) => (this.#stop = reject))
    stopped.catch(() => {})
    throwIfCancelled(this.#signal, 'optical flow')
    let next = 0
    const serve = async (worker: Worker) => {
      const take = () => {
        if (next >= items.length) return null
        const item = items[next++]
        const job = prepare(item)
        job.catch(() => {})
        return { item, job }
      }
      let ahead = take()
      while (ahead) {
        const { item } = ahead
        const job = await ahead.job
        const reply = new Promise<FlowReply>((resolve, reject) => {
          worker.once('message', resolve)
          worker.once('error', reject)
        })
        worker.postMessage(job)
        ahead = take()
        const answer = await reply
        worker.removeAllListeners('error')
        if (answer.kind === 'failed') throw TaplineError.fromRecord(answer.error)
        onDone(item)
      }
    }
    const all = Promise.all(this.#workers.map(serve))
    all.catch(() => {})
    await Promise.race([all, stopped])
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    await Promise.all(this.#workers.map(worker => worker.terminate()))
  }
}
