/** How much of a counted work is done and how fast it goes, from the messages as they come. Pure. Not here: what is counted (bytes, frames). */

export interface Amount {
  readonly done: number
  /** 0 where nobody knows. */
  readonly total: number
  /** A second; null until there is enough to tell. */
  readonly rate: number | null
  /** Where the rate is measured from, and where it will be measured from next. */
  readonly from: Mark
  readonly next: Mark
}

interface Mark {
  readonly done: number
  readonly ms: number
}

/** The rate is that of the last one to two of these. */
const WINDOW_MS = 3_000
/** Less than this tells nothing yet. */
const LEAST_MS = 500

export function measured(before: Amount | null, { done, total }: { readonly done: number; readonly total: number }, ms: number): Amount {
  const here = { done, ms }
  // Less than before: it began anew.
  if (!before || done < before.done) return { done, total, rate: null, from: here, next: here }
  const isOld = ms - before.next.ms >= WINDOW_MS
  const from = isOld ? before.next : before.from
  const rate = ms - from.ms >= LEAST_MS ? (1000 * (done - from.done)) / (ms - from.ms) : before.rate
  return { done, total, rate, from, next: isOld ? here : before.next }
}

/** Seconds until all is done at the rate measured; null where that is unknown. */
export function secondsLeft({ done, total, rate }: Amount): number | null {
  return rate && total > done ? (total - done) / rate : null
}
