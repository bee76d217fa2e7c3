/**
 * Matches of two frames by descriptor alone: mutual nearest neighbours that are clearly better than any other place of
 * the other frame and of their own frame. Not here: whether they agree with their neighbours (localAgreement.ts).
 */
import type { Features } from '../../../engine/features/detectFeatures.ts'
import type { Nearest } from '../../../engine/features/nearestKernel.ts'

/** Finds the most similar features of two sets: engine/features/nearestKernel.ts, or cosineNearest.ts for other lengths of descriptors. */
export interface FindNearest {
  nearest(a: Features, b: Features, apartPx: number): Nearest
}

/** Matches between frames a and b: parallel arrays. */
export interface FrameMatches {
  readonly count: number
  /** [count, 2] raster points of the working size. */
  readonly a: Float32Array
  readonly b: Float32Array
  /** [count] change of scale and orientation (radians) from a to b, as the features say. */
  readonly scale: Float32Array
  readonly turn: Float32Array
  /** [count] 0..1 */
  readonly confidence: Float32Array
}

export interface PutativeOptions {
  /** Distance of the match over the distance of the best feature elsewhere in the other frame; at most this. */
  readonly ratio: number
  /** The same against the own frame: features that repeat in their own frame are ambiguous. */
  readonly selfRatio: number
  /** Features nearer than this are the same place. */
  readonly apartPx: number
  /** Descriptor distance, 0..√2; at most this. */
  readonly distance: number
}

export const defaultPutativeOptions: PutativeOptions = { ratio: 0.85, selfRatio: 0.85, apartPx: 5, distance: 0.6 }

export function pick(matches: FrameMatches, kept: readonly number[], confidence?: readonly number[]): FrameMatches {
  const two = (from: Float32Array) => Float32Array.from({ length: kept.length * 2 }, (_, k) => from[kept[k >> 1] * 2 + (k & 1)])
  const one = (from: Float32Array) => Float32Array.from(kept, k => from[k])
  return {
    count: kept.length,
    a: two(matches.a),
    b: two(matches.b),
    scale: one(matches.scale),
    turn: one(matches.turn),
    confidence: confidence === undefined ? one(matches.confidence) : Float32Array.from(confidence),
  }
}

/** [count] distance of each feature to the most similar one elsewhere in its own frame. */
export function selfDistances(kernel: FindNearest, features: Features, apartPx: number): Float32Array {
  return kernel.nearest(features, features, apartPx).otherDistance
}

export function putativeMatches(
  kernel: FindNearest,
  a: Features,
  b: Features,
  selfA: Float32Array,
  selfB: Float32Array,
  options: PutativeOptions = defaultPutativeOptions,
): FrameMatches {
  const nearest = kernel.nearest(a, b, options.apartPx)
  const rows: { i: number; j: number; confidence: number }[] = []
  const taken = new Set<string>()
  for (let i = 0; i < a.count; i++) {
    const j = nearest.bestB[i]
    if (j < 0 || nearest.bestA[j] !== i) continue
    const distance = nearest.distance[i]
    const ratio = Math.max(distance / nearest.otherDistance[i] / options.ratio, distance / Math.min(selfA[i], selfB[j]) / options.selfRatio)
    if (distance > options.distance || !(ratio <= 1)) continue
    // A keypoint with two orientations is one place.
    const place = `${Math.round(a.points[i * 2] * 2)},${Math.round(a.points[i * 2 + 1] * 2)}`
    if (taken.has(place)) continue
    taken.add(place)
    rows.push({ i, j, confidence: 1 - 0.7 * ratio })
  }
  return {
    count: rows.length,
    a: Float32Array.from({ length: rows.length * 2 }, (_, k) => a.points[rows[k >> 1].i * 2 + (k & 1)]),
    b: Float32Array.from({ length: rows.length * 2 }, (_, k) => b.points[rows[k >> 1].j * 2 + (k & 1)]),
    scale: Float32Array.from(rows, r => b.scales[r.j] / a.scales[r.i]),
    turn: Float32Array.from(rows, r => b.angles[r.j] - a.angles[r.i]),
    confidence: Float32Array.from(rows, r => r.confidence),
  }
}
