// The field kernel: what each worker thread runs. All threads call the same function at once and meet at barriers;
// assignments to threads and orders of sums are fixed, so that equal inputs on as many threads give equal bits.
import * as c from './config'
import * as slot from './slots'
import { differentiateBlock } from './block'
import { clearFrameBias, prepareFrames, prepareTransposed, pushFrameBias, pushTimeTables, reduceFrameBias } from './frameTime'
import { canonicaliseQueries, projectQueries } from './readout'
import { addNetworkNorm, addTimeNorm, isFiniteStep, reduceGradients, updateParameters } from './update'

export { configure } from './config'
export { peak } from './peak'

// Spins before sleeping: about the length of the shorter phases.
const SPINS: i32 = 4000

function barrier(): void {
  if (c.threads == 1) return
  const at = c.barrierAddress
  const generation = atomic.load<i32>(at, 4)
  if (atomic.add<i32>(at, 1) == c.threads - 1) {
    atomic.store<i32>(at, 0)
    atomic.add<i32>(at, 1, 4)
    atomic.notify(at + 4, -1)
    return
  }
  for (let n = 0; n < SPINS; n++) if (atomic.load<i32>(at, 4) != generation) return
  while (atomic.load<i32>(at, 4) == generation) atomic.wait<i32>(at + 4, generation, -1)
}

/** Losses and summed gradients of the batch described in the slots. */
export function differentiate(): void {
  memory.fill(c.stats, 0, slot.STAT_COUNT * 8)
  prepareFrames()
  prepareTransposed()
  barrier()
  const blocks = c.getInt(slot.BLOCK_COUNT)
  for (let b = c.thread; b < blocks; b += c.threads) {
    const block = c.getAddress(slot.BLOCKS) + <usize>b * 16
    differentiateBlock(load<i32>(block), load<i32>(block, 4), load<i32>(block, 8), load<i32>(block, 12))
  }
  barrier()
  reduceGradients()
  reduceFrameBias()
  barrier()
  pushFrameBias()
  addNetworkNorm()
  barrier()
  if (c.thread == 0) {
    pushTimeTables()
    addTimeNorm()
  }
  barrier()
}

/** Adam with the gradients that differentiate left, unless one is not finite or `apply` is 0; clears them. */
export function update(apply: i32): void {
  updateParameters(apply != 0 && isFiniteStep())
  clearFrameBias()
  barrier()
}

/** Tracks the queries described in the slots. */
export function read(): void {
  prepareFrames()
  barrier()
  canonicaliseQueries()
  barrier()
  projectQueries()
  barrier()
}
