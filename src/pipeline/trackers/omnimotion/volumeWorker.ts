/** A thread of volumePool.ts: lanes of the volume whose parameters it shares. */
import { parentPort, workerData } from 'node:worker_threads'
import type { RayLosses } from './rayLoss.ts'
import { Volume, type VolumeShape } from './volume.ts'
import { VolumeLane, type LaneJob } from './volumeLane.ts'

export interface VolumeWorkerData {
  readonly shape: VolumeShape
  readonly seed: number
  /** Shared with the thread that updates them, between lanes. */
  readonly values: Float64Array
  /** Of each lane, shared with the thread that sums them. */
  readonly gradients: readonly Float64Array[]
  readonly rays: number
}

export type VolumeRequest = LaneJob & { readonly lane: number }
export type VolumeReply = RayLosses

const { shape, seed, values, gradients, rays } = workerData as VolumeWorkerData
const lane = new VolumeLane(new Volume(shape, seed, values), rays)
parentPort!.on('message', (request: VolumeRequest) => {
  const reply: VolumeReply = lane.differentiate(request, gradients[request.lane])
  parentPort!.postMessage(reply)
})
