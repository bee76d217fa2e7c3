/**
 * A rendered scene with everything known of it: pixels, depth, flow, tracks, visibility. Truth is computed from the scene by
 * exact rays, never read back from images. Not here: what the scenes look like (scenes/), files (server/decode/writeSynth.ts).
 */
import { FrameView } from './frameView.ts'
import { randomStream } from './randomStream.ts'
import type { Scene } from './scene.ts'
import { emptyTracks, TrackState } from '../../shared/tracks.ts'
import type { Query, TrackSet } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'

/** One material point over the whole clip. */
export interface SurfaceTrack {
  /** Index into `SynthClip.objectNames`. */
  readonly object: number
  /** [frames, 2] raster pixels, also where hidden or outside the frame. */
  readonly positions: Float64Array
  /** [frames] TrackState: visible, occluded or outOfFrame. */
  readonly states: Uint8Array
  /** [frames] distance along the optical axis. */
  readonly depths: Float64Array
}

export interface ExactFlow {
  /** [height, width, 2] displacement in pixels of what pixel centres of `from` show. */
  readonly flow: Float32Array
  /** [height, width] TrackState in `to`. */
  readonly states: Uint8Array
  /** [height, width] 1 where the point is visible in `to`. */
  readonly visible: Uint8Array
}

export type TruthRequest =
  | readonly Query[]
  | {
      readonly count: number
      readonly seed?: number
      /** `objects` (default): an object is drawn by the square root of its area, so small ones get their share; `uniform`: by area. */
      readonly strategy?: 'objects' | 'uniform'
    }

const SAMPLES = [0.125, 0.625, 0.375, 0.125, 0.625, 0.875, 0.875, 0.375]
/** A surface nearer by this share of the depth hides a point; less is rounding. */
const DEPTH_SLACK = 1e-6
const NOISE_TABLE = 1 << 14

export class SynthClip implements Size {
  readonly name: string
  readonly scene: Scene
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly seed: number
  /** Standard deviation of the sensor noise in grey levels. */
  readonly noise: number
  readonly objectNames: readonly string[]
  readonly #views = new Map<number, FrameView>()

  constructor(name: string, scene: Scene, size: Size, frames: number, seed: number, noise: number) {
    this.name = name
    this.scene = scene
    this.width = size.width
    this.height = size.height
    this.frames = frames
    this.seed = seed
    this.noise = noise
    this.objectNames = scene.objects.map(o => o.name)
  }

  /** The exact geometry of one frame. */
  view(frame: number): FrameView {
    if (!Number.isInteger(frame) || frame < 0 || frame >= this.frames) throw new RangeError(`frame ${frame} is not in 0..${this.frames - 1}`)
    let view = this.#views.get(frame)
    if (view === undefined) {
      view = new FrameView(this.scene, frame, this)
      this.#views.set(frame, view)
    }
    return view
  }

  /** [height, width, 3] uint8; four samples a pixel, then sensor noise. Not cached: the caller owns the array. */
  rgb(frame: number): Uint8Array {
    const view = this.view(frame)
    const { width, height } = this
    const out = new Uint8Array(width * height * 3)
    const random = randomStream(this.seed, frame, 77)
    const table = Float32Array.from({ length: NOISE_TABLE }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
      return this.noise * radius * Math.cos(2 * Math.PI * random.next())
    })
    let state = 1 + random.index(1 << 30)
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let r = 0
        let g = 0
        let b = 0
        for (let k = 0; k < 8; k += 2) {
          if (!view.cast(x + SAMPLES[k], y + SAMPLES[k + 1])) throw new Error(`nothing to see at ${x}, ${y} of frame ${frame}`)
          view.colour(0.5)
          r += view.rgb[0]
          g += view.rgb[1]
          b += view.rgb[2]
        }
        for (let c = 0; c < 3; c++, at++) {
          state ^= state << 13
          state ^= state >>> 17
          state ^= state << 5
          const value = (c === 0 ? r : c === 1 ? g : b) * 0.25 + table[state & (NOISE_TABLE - 1)]
          out[at] = value < 0 ? 0 : value > 255 ? 255 : Math.round(value)
        }
      }
    }
    return out
  }

  /** [height, width] distance along the optical axis at pixel centres. */
  depth(frame: number): Float32Array {
    return this.#atCentres(frame, new Float32Array(this.width * this.height), view => view.depth)
  }

  /** [height, width] index of the object that each pixel centre shows. */
  objects(frame: number): Uint8Array {
    return this.#atCentres(frame, new Uint8Array(this.width * this.height), view => view.object)
  }

  #atCentres<A extends Float32Array | Uint8Array>(frame: number, out: A, read: (view: FrameView) => number): A {
    const view = this.view(frame)
    for (let y = 0, at = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++, at++) {
        view.cast(x + 0.5, y + 0.5)
        out[at] = read(view)
      }
    }
    return out
  }

  /** Where a material point is in a frame and whether it is seen: [x, y, depth, TrackState]. */
  locate(frame: number, object: number, lx: number, ly: number, lz: number): [number, number, number, TrackState] {
    const view = this.view(frame)
    const [x, y, z] = view.project(view.place(object, lx, ly, lz))
    if (!(z > 0 && x >= 0 && y >= 0 && x < this.width && y < this.height)) return [x, y, z, TrackState.outOfFrame]
    // Something nearer on the ray through the exact place hides it. A ray that just misses the point's own rim shows it.
    const hidden = view.cast(x, y) && view.depth < z * (1 - DEPTH_SLACK)
    return [x, y, z, hidden ? TrackState.occluded : TrackState.visible]
  }

  /** The whole track of what is seen at raster point (x, y) of a frame. */
  surfaceTrack(frame: number, x: number, y: number): SurfaceTrack {
    if (!(x >= 0 && y >= 0 && x < this.width && y < this.height)) throw new RangeError(`(${x}, ${y}) is outside the frame`)
    const view = this.view(frame)
    if (!view.cast(x, y)) throw new Error(`nothing to see at ${x}, ${y} of frame ${frame}`)
    const { object, lx, ly, lz } = view
    const positions = new Float64Array(this.frames * 2)
    const states = new Uint8Array(this.frames)
    const depths = new Float64Array(this.frames)
    for (let t = 0; t < this.frames; t++) {
      const [px, py, z, state] = this.locate(t, object, lx, ly, lz)
      positions[t * 2] = px
      positions[t * 2 + 1] = py
      depths[t] = z
      states[t] = state
    }
    return { object, positions, states, depths }
  }

  /** Exact displacement of what every pixel centre of `from` shows, and its state in `to`. */
  flow(from: number, to: number): ExactFlow {
    const view = this.view(from)
    const flow = new Float32Array(this.width * this.height * 2)
    const states = new Uint8Array(this.width * this.height)
    for (let y = 0, at = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++, at++) {
        view.cast(x + 0.5, y + 0.5)
        const [px, py, , state] = this.locate(to, view.object, view.lx, view.ly, view.lz)
        flow[at * 2] = px - x - 0.5
        flow[at * 2 + 1] = py - y - 0.5
        states[at] = state
      }
    }
    return { flow, states, visible: states.map(s => (s === TrackState.visible ? 1 : 0)) }
  }

  /** Exact tracks of given queries, or of points drawn at random over frames and objects, each visible at its query. */
  groundTruth(request: TruthRequest): TrackSet {
    const queries = Array.isArray(request) ? (request as readonly Query[]) : this.#drawQueries(request as Exclude<TruthRequest, readonly Query[]>)
    const tracks = emptyTracks(
      queries.map(q => q.id),
      this.frames,
      this,
    )
    queries.forEach((query, n) => {
      const { positions, states } = this.surfaceTrack(query.frame, query.x, query.y)
      tracks.queryFrames[n] = query.frame
      tracks.queryPoints.set([query.x, query.y], n * 2)
      tracks.positions.set(positions, n * this.frames * 2)
      tracks.states.set(states, n * this.frames)
    })
    return tracks
  }

  #drawQueries(request: { count: number; seed?: number; strategy?: 'objects' | 'uniform' }): Query[] {
    const random = randomStream(this.seed, request.seed ?? 0, 4711)
    const power = request.strategy === 'uniform' ? 1 : 0.5
    const maps = new Map<number, Int32Array[]>()
    /** Pixels of each object in a frame whose eight neighbours show it too: a person would not click on a rim. */
    const interior = (frame: number): Int32Array[] => {
      let lists = maps.get(frame)
      if (lists === undefined) {
        const ids = this.objects(frame)
        const found: number[][] = this.objectNames.map(() => [])
        for (let y = 1; y < this.height - 1; y++) {
          for (let x = 1; x < this.width - 1; x++) {
            const at = y * this.width + x
            let same = true
            for (let dy = -1; dy <= 1 && same; dy++) for (let dx = -1; dx <= 1; dx++) same &&= ids[at + dy * this.width + dx] === ids[at]
            if (same) found[ids[at]].push(at)
          }
        }
        lists = found.map(list => Int32Array.from(list))
        maps.set(frame, lists)
      }
      return lists
    }
    return Array.from({ length: request.count }, (_, n) => {
      const frame = random.index(this.frames)
      const lists = interior(frame)
      const weights = lists.map((list, k) => (this.scene.objects[k].queryWeight ?? 1) * list.length ** power)
      let left = random.next() * weights.reduce((a, b) => a + b, 0)
      let object = 0
      while (object < weights.length - 1 && (left -= weights[object]) > 0) object++
      while (lists[object].length === 0) object = (object + 1) % lists.length
      const at = lists[object][random.index(lists[object].length)]
      // Whole 1/64 pixels: the same number in float32 and in a CSV.
      const part = () => random.index(64) / 64
      return { id: `p${n}`, frame, x: (at % this.width) + part(), y: Math.floor(at / this.width) + part() }
    })
  }
}
