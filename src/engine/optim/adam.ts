/**
 * Adam (Kingma, Ba 2015) with bias correction on one parameter group, and what surrounds it: norms, clipping.
 * One rule of ours, the same in every engine: an element whose gradient and first moment are both zero is left alone
 * (its second moment does not decay), so that parts of planes and depth maps out of use cost nothing. First moments
 * below `adamFlush` become zero.
 */
import { adamBeta1, adamBeta2, adamEpsilon, adamFlush } from '../layout.ts'

export interface Moments {
  readonly first: Float64Array
  readonly second: Float64Array
}

export function initMoments(length: number): Moments {
  return { first: new Float64Array(length), second: new Float64Array(length) }
}

/** Updates values and moments in place; `step` counts from 1; values end at or above `floor`. */
export function updateAdam(
  values: Float64Array,
  gradient: Float64Array,
  moments: Moments,
  step: number,
  rate: number,
  gradientScale: number,
  floor = -Infinity,
): void {
  const { first, second } = moments
  const correct1 = 1 / (1 - adamBeta1 ** step)
  const correct2 = 1 / (1 - adamBeta2 ** step)
  for (let k = 0; k < values.length; k++) {
    const g = gradient[k] * gradientScale
    if (g === 0 && first[k] === 0) continue
    const m = adamBeta1 * first[k] + (1 - adamBeta1) * g
    const v = adamBeta2 * second[k] + (1 - adamBeta2) * g * g
    first[k] = Math.abs(m) < adamFlush ? 0 : m
    second[k] = v
    values[k] = Math.max(values[k] - (rate * m * correct1) / (Math.sqrt(v * correct2) + adamEpsilon), floor)
  }
}

export function squaredNorm(...groups: readonly Float64Array[]): number {
  let sum = 0
  for (const group of groups) for (let k = 0; k < group.length; k++) sum += group[k] * group[k]
  return sum
}

/** Factor that brings a gradient of this norm to at most `limit`. */
export function clipScale(norm: number, limit: number): number {
  return norm > limit ? limit / norm : 1
}
