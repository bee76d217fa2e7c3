/** The frames last used, decoded, within a budget of bytes; requests for a frame that is being read share one reading. */
export class FrameMemory {
  readonly #budget: number
  readonly #kept = new Map<string, Uint8Array>()
  readonly #reading = new Map<string, Promise<Uint8Array>>()
  #bytes = 0

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The frame under `key`, read by `read` when it is not here. The array is shared: callers copy it before they hand it on. */
  async get(key: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const kept = this.#kept.get(key)
    if (kept) {
      // A Map keeps insertion order: moving the key to the end makes its start the least recently used.
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept
    }
    const reading = this.#reading.get(key)
    if (reading) return reading
    const started = read()
    this.#reading.set(key, started)
    try {
      const frame = await started
      this.#keep(key, frame)
      return frame
    } finally {
      this.#reading.delete(key)
    }
  }

  clear(): void {
    this.#kept.clear()
    this.#bytes = 0
  }

  #keep(key: string, frame: Uint8Array): void {
    this.#kept.set(key, frame)
    this.#bytes += frame.length
    for (const [oldest, bytes] of this.#kept) {
      if (this.#bytes <= this.#budget || oldest === key) break
      this.#kept.delete(oldest)
      this.#bytes -= bytes.length
    }
  }
}
