/** Worker thread of PatchRefiner: takes blocks of items until none is left. All memory is shared. */
import { parentPort, workerData } from 'node:worker_threads'
import { instantiate } from '../flow/flowModule.ts'
import type { PatchCall, PatchWorkerData } from './patchLayout.ts'
import { BLOCK_ITEMS, ITEM_BYTES } from './patchLayout.ts'

const { module, memory, scratch } = workerData as PatchWorkerData
const run = instantiate(module, memory).run as (...args: number[]) => void

parentPort!.on('message', (call: PatchCall) => {
  const counter = new Int32Array(memory.buffer, call.counter, 1)
  const g = call.geometry
  for (;;) {
    const first = Atomics.add(counter, 0, BLOCK_ITEMS)
    if (first >= call.count) break
    run(
      call.items + first * ITEM_BYTES, Math.min(BLOCK_ITEMS, call.count - first), g.frames, g.frameBytes,
      g.levels[0].first, g.levels[0].width, g.levels[0].height, g.levels[0].stride,
      g.levels[1].first, g.levels[1].width, g.levels[1].height, g.levels[1].stride,
      call.window, call.weights, scratch, call.iterations, call.levels,
    )
  }
  parentPort!.postMessage('done')
})
