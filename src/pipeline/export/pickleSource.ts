/**
 * The bytes of a pickle, in memory or in a file of any size: data sets of many gigabytes are read without holding them. Long byte strings
 * of a file stay where they are (StoredBytes) until they are asked for. Not here: opcodes (pickleReader.ts), opening files (server).
 */

export interface PickleSource {
  readonly length: number
  /** The bytes at..at + length, which are there; good until the next call. */
  view(at: number, length: number): Uint8Array
  /** The same, for keeping. */
  take(at: number, length: number): Uint8Array
  /** Byte strings of at least this length stay in the source. */
  readonly storedFrom: number
}

export function memorySource(bytes: Uint8Array): PickleSource {
  const part = (at: number, length: number) => bytes.subarray(at, at + length)
  return { length: bytes.length, view: part, take: part, storedFrom: Number.POSITIVE_INFINITY }
}

/** How much of a file is read at once while its opcodes are walked through. */
const WINDOW = 1 << 16
/** Points of few tracks are shorter, frames of any clip worth the name longer. */
const STORED_FROM = 1 << 18

/** @param read fills the whole of `into` from a place in the file; the part asked for lies within its length */
export function fileSource(length: number, read: (into: Uint8Array, at: number) => void, storedFrom = STORED_FROM): PickleSource {
  let window = new Uint8Array(0)
  let start = 0
  const take = (at: number, count: number) => {
    const bytes = new Uint8Array(count)
    if (count > 0) read(bytes, at)
    return bytes
  }
  return {
    length,
    storedFrom,
    take,
    view(at, count) {
      if (at < start || at + count > start + window.length) {
        start = at
        window = take(at, Math.min(length - at, Math.max(WINDOW, count)))
      }
      return window.subarray(at - start, at - start + count)
    },
  }
}

/** A byte string that was left in its source: an array of nothing that knows where its bytes are. */
export class StoredBytes extends Uint8Array {
  readonly count: number
  readonly #source: PickleSource
  readonly #at: number

  constructor(source: PickleSource, at: number, count: number) {
    super(0)
    this.#source = source
    this.#at = at
    this.count = count
  }

  /** All of it, or a part. */
  read(from = 0, count = this.count - from): Uint8Array {
    if (from < 0 || from + count > this.count) throw new RangeError(`bytes ${from} to ${from + count} of ${this.count}`)
    return this.#source.take(this.#at + from, count)
  }
}
