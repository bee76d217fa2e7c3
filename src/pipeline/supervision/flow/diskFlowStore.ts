/** Flow pairs in a folder, read on demand and kept in memory within a budget. Not here: computing them. */
import { TaplineError } from '../../../shared/errors.ts'
import type { FrameIndex } from '../../../shared/units.ts'
import type { FlowPair, FlowStore } from '../supervision.ts'
import { flowPath, readFlowFile } from './flowFile.ts'

export const DEFAULT_FLOW_MEMORY_BYTES = 400 * 2 ** 20

export class DiskFlowStore implements FlowStore {
  readonly pairs: readonly (readonly [FrameIndex, FrameIndex])[]
  readonly #folder: string
  readonly #budget: number
  readonly #known: Set<string>
  /** Least recently used first. */
  readonly #memory = new Map<string, FlowPair>()
  #bytes = 0

  constructor(folder: string, pairs: readonly (readonly [FrameIndex, FrameIndex])[], memoryBytes = DEFAULT_FLOW_MEMORY_BYTES) {
    this.#folder = folder
    this.pairs = pairs
    this.#budget = memoryBytes
    this.#known = new Set(pairs.map(([from, to]) => `${from}-${to}`))
  }

  has(from: FrameIndex, to: FrameIndex): boolean {
    return this.#known.has(`${from}-${to}`)
  }

  read(from: FrameIndex, to: FrameIndex): FlowPair {
    const key = `${from}-${to}`
    const found = this.#memory.get(key)
    if (found) {
      this.#memory.delete(key)
      this.#memory.set(key, found)
      return found
    }
    const path = flowPath(this.#folder, from, to)
    if (!this.#known.has(key)) throw new TaplineError('internal', path, `flow from frame ${from} to ${to} was never computed`, 'Ask for a gap that was computed.')
    const pair = readFlowFile(path)
    if (!pair) throw new TaplineError('bad-file', path, 'this file of the flow cache is missing or damaged', 'Run it again: what is damaged is computed anew.')
    this.#memory.set(key, pair)
    this.#bytes += pair.flow.byteLength + pair.status.byteLength
    for (const [old, value] of this.#memory) {
      if (this.#bytes <= this.#budget || old === key) break
      this.#memory.delete(old)
      this.#bytes -= value.flow.byteLength + value.status.byteLength
    }
    return pair
  }
}
