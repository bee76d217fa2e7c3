/**
 * The worker threads of one WASM field. The calling thread only posts commands and awaits: it never computes, never
 * blocks. Threads hold the process alive while a command runs, not between commands.
 */
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { TaplineError } from '../../shared/errors.ts'
import { Command } from './fieldWorker.ts'
import type { FieldWorkerData } from './fieldWorker.ts'
import type { FieldMemory } from './fieldMemory.ts'

/** A module that is valid only where relaxed SIMD is: (func (result v128) … f32x4.relaxed_madd). */
const relaxedProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11,
])

/** Whether this runtime has relaxed SIMD (fused multiply-add). */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(relaxedProbe)
}

const modules = new Map<string, Promise<WebAssembly.Module>>()

/** The compiled field kernel, once per process and variant. */
function fieldModule(relaxed: boolean): Promise<WebAssembly.Module> {
  const file = new URL(`../../../out/wasm/field${relaxed ? '.relaxed' : ''}.wasm`, import.meta.url)
  let made = modules.get(file.href)
  if (!made) {
    if (!existsSync(file))
      throw new TaplineError('unsupported', 'the field kernel', 'it is not built', 'Run `node scripts/build-wasm.mjs`, or npm test, which does.')
    made = readFile(file).then(bytes => WebAssembly.compile(bytes))
    modules.set(file.href, made)
  }
  return made
}

interface Pending {
  left: number
  values: number[]
  resolve(values: number[]): void
  reject(error: unknown): void
}

export class FieldPool {
  readonly relaxed: boolean
  readonly #control: Int32Array
  readonly #workers: readonly Worker[]
  #pending: Pending | undefined
  #failure: Error | undefined

  /** Starts the threads of a field; `relaxed` may be forced off for comparisons. */
  static async start(memory: FieldMemory, relaxed = hasRelaxedSimd()): Promise<FieldPool> {
    const module = await fieldModule(relaxed)
    const pool = new FieldPool(memory, module, relaxed)
    await pool.#await()
    return pool
  }

  private constructor(field: FieldMemory, module: WebAssembly.Module, relaxed: boolean) {
    this.relaxed = relaxed
    this.#control = field.ints(field.control, 4)
    this.#workers = Array.from({ length: field.threads }, (_, thread) => {
      const data: FieldWorkerData = { module, memory: field.memory, table: field.table, control: field.control, thread }
      const worker = new Worker(new URL('./fieldWorker.ts', import.meta.url), { workerData: data })
      worker.on('message', (message: { value?: number }) => this.#report(thread, message.value ?? 0))
      worker.on('error', error => this.#fail(error instanceof Error ? error : new Error(String(error))))
      worker.on('exit', code => {
        if (code) this.#fail(new Error(`a field thread ended with code ${code}`))
      })
      return worker
    })
  }

  /** Runs a command on all threads; resolves with a number from each. One at a time. */
  async run(command: number, argument = 0): Promise<number[]> {
    if (this.#failure) throw this.#failure
    if (this.#pending) throw new Error('field engine: an operation is still running; await it first')
    Atomics.store(this.#control, 1, command)
    Atomics.store(this.#control, 2, argument)
    const done = this.#await()
    Atomics.add(this.#control, 0, 1)
    Atomics.notify(this.#control, 0)
    return done
  }

  get busy(): boolean {
    return this.#pending !== undefined
  }

  async close(): Promise<void> {
    this.#failure ??= new Error('field engine: it was closed')
    Atomics.store(this.#control, 1, Command.exit)
    Atomics.add(this.#control, 0, 1)
    Atomics.notify(this.#control, 0)
    await Promise.all(this.#workers.map(w => w.terminate()))
    this.#pending?.reject(this.#failure)
    this.#pending = undefined
  }

  #await(): Promise<number[]> {
    for (const worker of this.#workers) worker.ref()
    return new Promise((resolve, reject) => {
      this.#pending = { left: this.#workers.length, values: new Array<number>(this.#workers.length).fill(0), resolve, reject }
    })
  }

  #report(thread: number, value: number): void {
    const pending = this.#pending
    if (!pending) return
    pending.values[thread] = value
    if (--pending.left) return
    this.#pending = undefined
    for (const worker of this.#workers) worker.unref()
    pending.resolve(pending.values)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#pending?.reject(this.#failure)
    this.#pending = undefined
    // Siblings may wait at a barrier for the thread that fell.
    for (const worker of this.#workers) void worker.terminate()
  }
}
