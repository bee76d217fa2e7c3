/**
 * A step's losses and gradients over several threads, or in this one: groups are dealt to lanes, lanes to threads, and the lanes' gradients
 * are summed in their order. Not here: a lane's arithmetic (volumeLane.ts), what becomes of the gradients (fitVolume.ts).
 */
import { Worker } from 'node:worker_threads'
import { noRayLosses, type RayGroup, type RayLosses, type RayWeights } from './rayLoss.ts'
import type { Volume } from './volume.ts'
import { VolumeLane, type LaneJob } from './volumeLane.ts'
import type { VolumeReply, VolumeRequest, VolumeWorkerData } from './volumeWorker.ts'

/** More threads than lanes would have nothing to do. */
const LANES = 8

export class VolumePool {
  /** [parameters] as `differentiate` left them. */
  readonly gradients: Float64Array
  readonly #rays: number
  /** Of each lane. */
  readonly #parts: readonly Float64Array[]
  readonly #own: VolumeLane | null
  readonly #workers: readonly Worker[]

  /** @param rays of every group */
  constructor(volume: Volume, rays: number, threads: number) {
    this.gradients = new Float64Array(volume.values.length)
    this.#rays = rays
    this.#parts = Array.from({ length: LANES }, () => new Float64Array(new SharedArrayBuffer(volume.values.byteLength)))
    this.#own = threads > 1 ? null : new VolumeLane(volume, rays)
    const workerData: VolumeWorkerData = { shape: volume.shape, seed: volume.seed, values: volume.values, gradients: this.#parts, rays }
    const start = () => new Worker(new URL('./volumeWorker.ts', import.meta.url), { workerData })
    this.#workers = this.#own ? [] : Array.from({ length: Math.min(threads, LANES) }, start)
  }

  /** Losses of a step; its gradients are left in `gradients`. */
  async differentiate(groups: readonly RayGroup[], weights: RayWeights): Promise<RayLosses> {
    const share = 1 / (groups.length * this.#rays)
    const dealt = this.#parts.map((_, lane) => groups.filter((_, k) => k % LANES === lane))
    const jobs = dealt.filter(own => own.length > 0).map((own): LaneJob => ({ groups: own, weights, share }))
    const parts = this.#own ? jobs.map((job, lane) => this.#own!.differentiate(job, this.#parts[lane])) : await this.#share(jobs)
    const losses = noRayLosses()
    this.gradients.fill(0)
    parts.forEach((part, lane) => {
      for (const term of Object.keys(losses) as (keyof RayLosses)[]) losses[term] += part[term]
      const from = this.#parts[lane]
      for (let k = 0; k < from.length; k++) this.gradients[k] += from[k]
    })
    return losses
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()))
  }

  /** Each thread takes the next lane when it is done with one. */
  async #share(jobs: readonly LaneJob[]): Promise<RayLosses[]> {
    const losses: RayLosses[] = []
    let next = 0
    const serve = async (worker: Worker) => {
      while (next < jobs.length) {
        const lane = next++
        losses[lane] = await ask(worker, { ...jobs[lane], lane })
      }
    }
    await Promise.all(this.#workers.map(serve))
    return losses
  }
}

function ask(worker: Worker, request: VolumeRequest): Promise<VolumeReply> {
  return new Promise((resolve, reject) => {
    const onReply = (reply: VolumeReply) => {
      worker.off('error', reject)
      resolve(reply)
    }
    worker.once('message', onReply)
    worker.once('error', reject)
    worker.postMessage(request)
  })
}
