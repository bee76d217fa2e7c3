/**
 * Draws groups of rays from flow: pairs of frames whose gap may be up to a limit, pixels whose cycle agrees, with their colours. Seeded.
 * Not here: how flow is computed (supervision/flow), what the rays teach (rayLoss.ts).
 */
import { seededRandom, type Random } from '../../../engine/random.ts'
import { throwIfCancelled } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'
import type { FrameSource } from '../../frames/frameSource.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowPair, type FlowStore } from '../../supervision/supervision.ts'
import type { RayGroup } from './rayLoss.ts'

/** Pixels tried for each ray before its pair is given up. */
const TRIES = 12

interface Sizes {
  /** Of a group. */
  readonly rays: number
  /** Of a ray. */
  readonly samples: number
  readonly seed: number
}

export class RaySampler {
  readonly #flow: FlowStore
  readonly #rgb: readonly Uint8Array[]
  readonly #work: Size
  readonly #random: Random
  readonly #rays: number
  readonly #samples: number

  private constructor(flow: FlowStore, rgb: readonly Uint8Array[], work: Size, sizes: Sizes) {
    this.#flow = flow
    this.#rgb = rgb
    this.#work = work
    this.#random = seededRandom(sizes.seed)
    this.#rays = sizes.rays
    this.#samples = sizes.samples
  }

  /** Reads all frames at the working size. */
  static async open(frames: FrameSource, flow: FlowStore, sizes: Sizes, signal: AbortSignal): Promise<RaySampler> {
    const rgb: Uint8Array[] = []
    for (let frame = 0; frame < frames.clip.frameCount; frame++) {
      throwIfCancelled(signal, 'OmniMotion')
      rgb.push(await frames.workRgb(frame))
    }
    return new RaySampler(flow, rgb, frames.work, sizes)
  }

  /** At most `count` groups: pairs in which hardly anything is followed give none. */
  groups(count: number, maxGap: number): RayGroup[] {
    const near = this.#flow.pairs.filter(([from, to]) => Math.abs(to - from) <= maxGap)
    const groups: RayGroup[] = []
    for (let tries = 0; groups.length < count && tries < 2 * count; tries++) {
      const [from, to] = near[this.#random.below(near.length)]
      const group = this.#group(this.#flow.read(from, to))
      if (group) groups.push(group)
    }
    return groups
  }

  #group(pair: FlowPair): RayGroup | null {
    const rays = this.#rays
    const group = {
      from: pair.from, to: pair.to, source: new Float64Array(2 * rays), target: new Float64Array(2 * rays),
      colour: new Float64Array(3 * rays), depths: new Float64Array(rays * this.#samples),
    }
    for (let ray = 0, tries = 0; ray < rays; tries++) {
      if (tries >= TRIES * rays) return null
      const node = this.#random.below(pair.status.length)
      if (pair.status[node] !== FlowStatus.visible) continue
      const x = ((node % pair.columns) + 0.5) * pair.stride
      const y = (Math.floor(node / pair.columns) + 0.5) * pair.stride
      group.source.set([x, y], 2 * ray)
      group.target.set([x + pair.flow[2 * node] / FLOW_UNITS_PER_PIXEL, y + pair.flow[2 * node + 1] / FLOW_UNITS_PER_PIXEL], 2 * ray)
      // A node of a coarse grid may stand on the frame's edge.
      const at = 3 * (Math.min(Math.floor(y), this.#work.height - 1) * this.#work.width + Math.min(Math.floor(x), this.#work.width - 1))
      for (let c = 0; c < 3; c++) group.colour[3 * ray + c] = this.#rgb[pair.from][at + c] / 255
      for (let k = 0; k < this.#samples; k++) group.depths[ray * this.#samples + k] = (2 * (k + this.#random.uniform())) / this.#samples - 1
      ray++
    }
    return group
  }
}
