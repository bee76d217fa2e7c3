/**
 * One lane of a step: losses of some of its groups and their gradients by all parameters, in an array of the lane's own. A step has always
 * the same lanes, whichever threads compute them: its result is the same on any number of threads. Not here: threads (volumePool.ts).
 */
import { noRayLosses, RayLoss, type RayGroup, type RayLosses, type RayWeights } from './rayLoss.ts'
import type { Volume } from './volume.ts'

export class VolumeLane {
  readonly #volume: Volume
  readonly #loss: RayLoss

  /** @param rays of every group */
  constructor(volume: Volume, rays: number) {
    this.#volume = volume
    this.#loss = new RayLoss(volume, rays)
  }

  /** Overwrites `gradients`. `share`: 1 / rays of the whole step. */
  differentiate({ groups, weights, share }: LaneJob, gradients: Float64Array): RayLosses {
    const { codes, values } = this.#volume
    const losses = noRayLosses()
    gradients.fill(0)
    codes.forward(values)
    for (const group of groups) this.#loss.add(group, weights, share, losses, gradients)
    codes.backward(values, gradients)
    return losses
  }
}

export interface LaneJob {
  readonly groups: readonly RayGroup[]
  readonly weights: RayWeights
  readonly share: number
}
