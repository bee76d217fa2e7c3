/** From the times in a file to the times of a clip: from 0 and strictly increasing. Not here: reading them. */

/** Time of a frame as the file gives it. */
export interface RawTime {
  /** Presentation time in seconds; null where the file gives none. */
  readonly timeS: number | null
  /** Display time in seconds; null where the file gives none. */
  readonly durationS: number | null
}

/** Seconds between frames when nothing in the file tells. */
const FALLBACK_INTERVAL_S = 1 / 25
/** What separates two frames that claim the same instant. */
const SMALLEST_STEP_S = 1e-6

/** Collects the times of frames as they are read. */
export class FrameClock {
  readonly #times: number[] = []
  #origin: number | null = null
  #lastDurationS: number | null = null
  readonly #nominalIntervalS: number

  constructor(nominalIntervalS: number | null) {
    this.#nominalIntervalS = nominalIntervalS ?? FALLBACK_INTERVAL_S
  }

  get count(): number {
    return this.#times.length
  }

  push(raw: RawTime): void {
    const last = this.#times.at(-1)
    const step = this.#lastDurationS ?? this.#nominalIntervalS
    let time = 0
    if (raw.timeS !== null) {
      this.#origin ??= last === undefined ? raw.timeS : raw.timeS - last - step
      time = raw.timeS - this.#origin
    } else if (last !== undefined) time = last + step
    if (last !== undefined && !(time > last)) time = last + SMALLEST_STEP_S
    this.#times.push(time)
    this.#lastDurationS = raw.durationS !== null && raw.durationS > 0 ? raw.durationS : null
  }

  /** [frames] seconds. */
  times(): Float64Array {
    return Float64Array.from(this.#times)
  }

  /** End of the last frame, in seconds. */
  endS(): number {
    const n = this.#times.length
    if (n === 0) return 0
    return this.#times[n - 1] + (this.#lastDurationS ?? (n > 1 ? this.#times[n - 1] - this.#times[n - 2] : this.#nominalIntervalS))
  }
}

export interface RateSummary {
  readonly meanRate: number | null
  readonly variableRate: boolean
  readonly shortestIntervalS: number | null
  readonly longestIntervalS: number | null
}

/**
 * Frame rate of a clip from its frame times (seconds, increasing). `clockTickS` is the container's smallest step: intervals of a
 * constant rate may differ by two ticks (one at each end) after rounding.
 */
export function summariseRate(times: Float64Array, clockTickS: number): RateSummary {
  if (times.length < 2) return { meanRate: null, variableRate: false, shortestIntervalS: null, longestIntervalS: null }
  let shortest = Infinity
  let longest = 0
  for (let i = 1; i < times.length; i++) {
    const interval = times[i] - times[i - 1]
    shortest = Math.min(shortest, interval)
    longest = Math.max(longest, interval)
  }
  const span = times[times.length - 1] - times[0]
  return {
    meanRate: (times.length - 1) / span,
    variableRate: longest - shortest > 2 * clockTickS + 1e-6,
    shortestIntervalS: shortest,
    longestIntervalS: longest,
  }
}
