/**
 * Where a track is while nothing but the field, or flow whose cycle fails, says so: the field's motion from the last
 * anchor on, or, on a track that the field has not learned, the flow's. Once the track is anchored again, the stretch
 * between is bent to meet it. Not here: what anchors a track (fuse.ts).
 */
import { sampleFlow } from '../supervision/flow/sampleFlow.ts'
import type { FuseInput } from './fuse.ts'

/** A field that misses a track's anchors by this much is believed half, px. */
const HALF_TRUST_PX = 1.5
/** Share of the old value in the running error of the field along a track. */
const MEMORY = 0.7
/** Frames after which the field's offset at the last anchor has faded to 1/e. */
const FADE_FRAMES = 12

export class Fallback {
  private readonly input: FuseInput
  /** [tracks, frames, 2], the tracks being made. */
  private readonly positions: Float32Array
  private readonly direction: number
  /** [tracks] running distance of the field from the track's anchors, px. */
  private readonly fieldError: Float32Array
  private readonly sample = new Float64Array(3)

  constructor(input: FuseInput, positions: Float32Array, direction: number) {
    this.input = input
    this.positions = positions
    this.direction = direction
    this.fieldError = new Float32Array(input.queryFrames.length)
  }

  /** Writes the place of track `q` at frame `t` into the tracks. `covered`: some anchor's flow says that the point is hidden there. */
  place(t: number, q: number, lastAnchor: number, covered: boolean): void {
    const { frames, field, flow } = this.input
    const at = (q * frames + t) * 2
    const anchor = (q * frames + lastAnchor) * 2
    const before = (q * frames + t - this.direction) * 2
    const carry = Math.exp(-Math.abs(t - lastAnchor) / FADE_FRAMES)
    let x = field.positions[at] + carry * (this.positions[anchor] - field.positions[anchor])
    let y = field.positions[at + 1] + carry * (this.positions[anchor + 1] - field.positions[anchor + 1])
    const e2 = this.fieldError[q] ** 2
    // Flow at the place of a hidden point is the motion of what hides it.
    const distrust = covered ? 0 : e2 / (e2 + HALF_TRUST_PX * HALF_TRUST_PX)
    if (distrust > 0.05 && flow.has(t - this.direction, t)) {
      sampleFlow(flow.read(t - this.direction, t), this.positions[before], this.positions[before + 1], this.sample)
      x += distrust * (this.positions[before] + this.sample[0] - x)
      y += distrust * (this.positions[before + 1] + this.sample[1] - y)
    }
    this.positions[at] = x
    this.positions[at + 1] = y
  }

  /** Takes note that track `q` is anchored at (x, y) at frame `t`, and bends the frames since the last anchor towards it. */
  meet(t: number, q: number, lastAnchor: number, x: number, y: number): void {
    const { frames, field } = this.input
    const at = (q * frames + t) * 2
    const span = Math.abs(t - lastAnchor)
    const missX = x - this.positions[at]
    const missY = y - this.positions[at + 1]
    for (let k = 1; k < span; k++) {
      const u = (q * frames + lastAnchor + k * this.direction) * 2
      this.positions[u] += (missX * k) / span
      this.positions[u + 1] += (missY * k) / span
    }
    const error = Math.hypot(x - field.positions[at], y - field.positions[at + 1])
    this.fieldError[q] = MEMORY * this.fieldError[q] + (1 - MEMORY) * error
  }
}
