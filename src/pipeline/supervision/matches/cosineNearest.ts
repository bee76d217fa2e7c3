/**
 * Nearest descriptors between two sets of features, for descriptors of any length: the plain form of the engine's kernel, whose
 * descriptors have 128 numbers. Not here: which of them to believe (putativeMatches.ts).
 */
import { DESCRIPTOR_LENGTH } from '../../../engine/features/descriptor.ts'
import type { Nearest } from '../../../engine/features/nearestKernel.ts'
import type { FindNearest } from './putativeMatches.ts'

const toDistance = (dot: number) => (dot === -Infinity ? 2 : Math.sqrt(Math.max(0, 2 - (2 * dot) / DESCRIPTOR_LENGTH ** 2)))

export const cosineNearest: FindNearest = {
  /** @param apartPx the second best is looked for at least this far from the best */
  nearest(a, b, apartPx): Nearest {
    const width = a.count ? a.descriptors.length / a.count : 0
    if (b.count && b.descriptors.length / b.count !== width) throw new RangeError(`descriptors have ${width} and ${b.descriptors.length / b.count} numbers`)
    const bestB = new Int32Array(a.count).fill(-1)
    const bestA = new Int32Array(b.count).fill(-1)
    const distance = new Float32Array(a.count)
    const otherDistance = new Float32Array(a.count)
    const bestOfB = new Float64Array(b.count).fill(-Infinity)
    const dots = new Float64Array(b.count)
    const [da, db] = [Float32Array.from(a.descriptors), Float32Array.from(b.descriptors)]
    const apart2 = apartPx * apartPx
    for (let i = 0; i < a.count; i++) {
      let best = -Infinity
      for (let j = 0, q = 0; j < b.count; j++) {
        let dot = 0
        for (let k = i * width, end = k + width; k < end; k++, q++) dot += da[k] * db[q]
        dots[j] = dot
        if (dot > best) {
          best = dot
          bestB[i] = j
        }
        if (dot > bestOfB[j]) {
          bestOfB[j] = dot
          bestA[j] = i
        }
      }
      let other = -Infinity
      const at = bestB[i]
      for (let j = 0; j < b.count; j++) {
        if (dots[j] <= other) continue
        const [x, y] = [b.points[2 * j] - b.points[2 * at], b.points[2 * j + 1] - b.points[2 * at + 1]]
        if (x * x + y * y >= apart2) other = dots[j]
      }
      distance[i] = toDistance(best)
      otherDistance[i] = toDistance(other)
    }
    return { bestB, bestA, distance, otherDistance }
  },
}
