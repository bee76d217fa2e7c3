/**
 * Reads tracks from a fitted volume: a query's sample of greatest weight is mapped to every frame; it is hidden where the samples before it
 * on the ray of that frame take most of the light. Not here: fitting.
 */
import { throwIfCancelled } from '../../../shared/errors.ts'
import { TrackState, type Query, type TrackSet } from '../../../shared/tracks.ts'
import type { Size } from '../../../shared/units.ts'
import { pinQueries, tracksOf } from '../trackerStage.ts'
import { points } from './bijection.ts'
import { renderWeights } from './renderRays.ts'
import type { Volume } from './volume.ts'

/** Samples nearer than a place by more than this many steps between samples are before it, as published. */
const DEPTH_SLACK = 1.1
/** Hidden where what is before takes this share of the light. */
const HIDDEN_ABOVE = 0.5

export interface ReadVolumeInput {
  readonly volume: Volume
  readonly queries: readonly Query[]
  readonly clip: Size
  readonly signal: AbortSignal
}

/** Tracks in clip pixels. Uncertainty is unknown (NaN). */
export async function readVolume({ volume, queries, clip, signal }: ReadVolumeInput): Promise<TrackSet> {
  const { frames, width, height } = volume.shape
  const tracks = tracksOf(queries, frames, clip)
  const sx = width / clip.width
  const sy = height / clip.height
  volume.codes.forward(volume.values)
  const reader = new VolumeReader(volume)
  for (const [n, query] of queries.entries()) {
    await new Promise(resolve => setImmediate(resolve))
    throwIfCancelled(signal, 'track readout')
    const places = reader.track(query.frame, query.x * sx, query.y * sy)
    for (let frame = 0; frame < frames; frame++) {
      const k = n * frames + frame
      const x = places.raster[2 * frame] / sx
      const y = places.raster[2 * frame + 1] / sy
      tracks.positions.set([x, y], 2 * k)
      const inside = x >= 0 && y >= 0 && x < clip.width && y < clip.height
      tracks.states[k] = !inside ? TrackState.outOfFrame : places.covered[frame] > HIDDEN_ABOVE ? TrackState.occluded : TrackState.visible
    }
  }
  return pinQueries(tracks, queries)
}

/** Share of a ray's light that is taken before a depth: the weights of the samples clearly nearer. */
export function takenBefore(depth: number, depths: Float64Array, weights: Float64Array): number {
  const nearest = depth - DEPTH_SLACK * (depths[1] - depths[0])
  return weights.reduce((sum, weight, k) => (depths[k] < nearest ? sum + weight : sum), 0)
}

interface Places {
  /** [frames, 2] raster pixels of the working size. */
  readonly raster: Float64Array
  /** [frames] share of the light that is taken before the place. */
  readonly covered: Float64Array
}

/** Arrays for one ray at a time, used again and again. */
class VolumeReader {
  readonly #volume: Volume
  readonly #depths: Float64Array
  readonly #ray
  readonly #rayTape
  readonly #medium
  readonly #weights: Float64Array
  readonly #places
  readonly #placeTape

  constructor(volume: Volume) {
    const { samples } = volume.shape
    this.#volume = volume
    this.#depths = volume.middleDepths()
    this.#ray = points(samples)
    this.#rayTape = volume.bijection.tape(samples)
    this.#medium = volume.canonical.tape(samples)
    this.#weights = new Float64Array(samples)
    // One place is four equal rows.
    this.#places = points(4)
    this.#placeTape = volume.bijection.tape(4)
  }

  track(frame: number, x: number, y: number): Places {
    const { shape, bijection, codes, values, scale } = this.#volume
    const weights = this.#render(frame, x, y)
    const surest = weights.indexOf(Math.max(...weights))
    const canonical = this.#ray.map(axis => axis[surest])
    const raster = new Float64Array(2 * shape.frames)
    const covered = new Float64Array(shape.frames)
    for (let to = 0; to < shape.frames; to++) {
      this.#places.forEach((axis, a) => axis.fill(canonical[a]))
      bijection.map(values, this.#places, codes.codes[to], true, this.#placeTape)
      const [px, py, depth] = this.#places.map(axis => axis[0])
      raster[2 * to] = px * scale + shape.width / 2
      raster[2 * to + 1] = py * scale + shape.height / 2
      const there = this.#render(to, raster[2 * to], raster[2 * to + 1])
      covered[to] = takenBefore(depth, this.#depths, there)
    }
    return { raster, covered }
  }

  /** Weights of the ray of a raster point, whose samples are in canonical space then. */
  #render(frame: number, x: number, y: number): Float64Array {
    const { shape, bijection, canonical, codes, values } = this.#volume
    this.#volume.lift([x, y], this.#depths, this.#ray)
    bijection.map(values, this.#ray, codes.codes[frame], false, this.#rayTape)
    canonical.forward(values, this.#ray, this.#medium)
    renderWeights(this.#medium.density, shape.samples, this.#weights)
    return this.#weights
  }
}
