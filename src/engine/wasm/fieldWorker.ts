/** A thread of the WASM field: sleeps until the generation word moves, runs the command with all its siblings, sleeps again. */
import { parentPort, workerData } from 'node:worker_threads'

/** Commands, written beside the generation word. */
export const Command = { exit: 0, step: 1, differentiate: 2, discard: 3, read: 4, peak: 5 } as const

export interface FieldWorkerData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly table: number
  readonly control: number
  readonly thread: number
}

interface FieldExports {
  configure(table: number, thread: number): void
  differentiate(): void
  update(apply: number): void
  read(): void
  peak(rounds: number, x: number, y: number): number
}

function run(data: FieldWorkerData): void {
  const instance = new WebAssembly.Instance(data.module, { env: { memory: data.memory, abort: () => { throw new Error('kernel aborted') } } })
  const kernel = instance.exports as unknown as FieldExports
  kernel.configure(data.table, data.thread)
  const control = new Int32Array(data.memory.buffer, data.control, 4)
  parentPort!.postMessage({ ready: true })
  let seen = 0
  for (;;) {
    Atomics.wait(control, 0, seen)
    seen = Atomics.load(control, 0)
    const command = Atomics.load(control, 1)
    let value = 0
    if (command === Command.exit) return
    if (command === Command.step) {
      kernel.differentiate()
      kernel.update(1)
    } else if (command === Command.differentiate) kernel.differentiate()
    else if (command === Command.discard) kernel.update(0)
    else if (command === Command.read) kernel.read()
    else if (command === Command.peak) {
      const rounds = Atomics.load(control, 2)
      const start = performance.now()
      kernel.peak(rounds, 0.999, 1e-3)
      value = performance.now() - start
    }
    parentPort!.postMessage({ done: seen, value })
  }
}

if (parentPort) run(workerData as FieldWorkerData)
