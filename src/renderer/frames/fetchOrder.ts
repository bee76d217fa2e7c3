/** Which frames are worth having, the most wanted first: the one asked for, then those that travel will reach. Pure. */
import type { FrameRange } from '../state/viewStore.ts'

export interface Wish {
  readonly frame: number
  /** 1 forwards, -1 backwards. */
  readonly direction: 1 | -1
  /** Frames that may come into question. */
  readonly range: FrameRange
  /** Playing in a loop: after the range's end comes its start. */
  readonly loops: boolean
}

/** Frames ahead for each frame behind: people turn round, but seldom. */
const AHEAD_PER_BEHIND = 4

/** At most `count` frames, each once. The neighbours come first, since the onion skin and single steps need them. */
export function fetchOrder({ frame, direction, range, loops }: Wish, count: number): number[] {
  const { first, last } = range
  const length = last - first + 1
  const order: number[] = []
  const taken = new Set<number>()
  const add = (candidate: number) => {
    const inside = loops && length > 0 ? first + (((candidate - first) % length) + length) % length : candidate
    if (inside < first || inside > last || taken.has(inside)) return
    taken.add(inside)
    order.push(inside)
  }
  // The frame asked for may lie outside the range that plays.
  taken.add(frame)
  order.push(frame)
  add(frame + direction)
  add(frame - direction)
  for (let ahead = 2, behind = 2; order.length < count && (ahead <= length || behind <= length); ahead++) {
    add(frame + ahead * direction)
    if (ahead % AHEAD_PER_BEHIND === 0) add(frame - behind++ * direction)
    if (ahead > length && behind <= length) add(frame - behind++ * direction)
  }
  return order.slice(0, Math.max(1, count))
}
