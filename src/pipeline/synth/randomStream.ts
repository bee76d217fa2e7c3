/** Seeded random numbers of synthetic scenes: the same seed gives the same clip on every machine. Not for cryptography. */

export interface RandomStream {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Uniform integer in [0, n). */
  index(n: number): number
  /** -1 or 1. */
  sign(): number
  pick<T>(items: readonly T[]): T
}

/** Mulberry32, seeded by any integers: `randomStream(seed, frame)` is unlike `randomStream(seed, frame + 1)`. */
export function randomStream(...seeds: readonly number[]): RandomStream {
  let state = 0x9e3779b9
  for (const seed of seeds) {
    state = Math.imul(state ^ (seed | 0), 0x85ebca6b)
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
    state ^= state >>> 16
  }
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const index = (n: number): number => Math.min(n - 1, Math.floor(next() * n))
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    index,
    sign: () => (next() < 0.5 ? -1 : 1),
    pick: items => items[index(items.length)],
  }
}
