/** Which frames are matched with which: far pairs at gaps that grow, and nearer ones where flow may have failed. */
import type { FrameIndex } from '../../../shared/units.ts'

/** Most pairs of frames of one clip, and most frames whose features are looked for. */
const MOST_FAR_PAIRS = 400
const MOST_NEAR_PAIRS = 150
const MOST_FRAMES = 240
const GROWTH = 1.12
/** Flow over fewer frames than this rarely fails for want of a match. */
const LEAST_NEAR_GAP = 4

/** Every n-th item, so that at most `most` are left; ends spread evenly. */
function thin<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, k) => items[Math.floor((k * items.length) / most)])
}

/**
 * @param flowGaps gaps that flow was computed at, ascending
 * @returns [a, b] with a < b, ordered; frames are a subset of the clip's when it is long
 */
export function matchPairs(frameCount: number, flowGaps: readonly number[]): [FrameIndex, FrameIndex][] {
  const step = Math.ceil(frameCount / MOST_FRAMES)
  const largest = flowGaps.length ? flowGaps[flowGaps.length - 1] : 0
  const far: [number, number][] = []
  for (let gap = largest + 1; gap < frameCount; gap = Math.max(gap + step, Math.round(gap * GROWTH))) {
    const whole = Math.ceil(gap / step) * step
    for (let a = 0; a + whole < frameCount; a += step) far.push([a, a + whole])
  }
  const near: [number, number][] = []
  for (const gap of flowGaps) {
    if (gap < LEAST_NEAR_GAP || gap % step !== 0) continue
    for (let a = 0; a + gap < frameCount; a += step) near.push([a, a + gap])
  }
  const chosen = [...thin(far, MOST_FAR_PAIRS), ...thin(near, MOST_NEAR_PAIRS)]
  return [...new Map(chosen.map(pair => [`${pair[0]}>${pair[1]}`, pair])).values()].sort((p, q) => p[0] - q[0] || p[1] - q[1])
}
