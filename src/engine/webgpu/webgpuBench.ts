/**
 * Measures the field engine on a GPU as engine/bench.ts does on the CPU: whole steps (upload, losses, gradients, clipping, Adam, read-back of
 * residuals) against the multiply-add rate in registers of the same adapter in the same run. Not here: printing.
 */
import type { EngineBenchOptions } from '../bench.ts'
import { benchBatch, benchShape, flopPerPoint, paperBench, rates, weights } from '../bench.ts'
import { seededRandom } from '../random.ts'
import { bufferUsage, mapRead, openGpuDevice } from './gpuDevice.ts'
import type { GpuDevice } from './gpuDevice.ts'
import { WebgpuEngine } from './webgpuEngine.ts'

export type WebgpuBenchOptions = Omit<EngineBenchOptions, 'threads'>

/** The paper's step: 96 frame pairs of 1,024 points. */
export const gpuBench: WebgpuBenchOptions = { ...paperBench, groups: 96, pointsPerGroup: 1024 }

export interface WebgpuBench {
  readonly adapter: string
  readonly software: boolean
  readonly frames: number
  readonly points: number
  /** Correspondences per second: the best round, and the median round. */
  readonly pointsPerSecond: number
  readonly medianPointsPerSecond: number
  readonly peakGflops: number
  readonly achievedGflops: number
  /** achieved / peak, both the best of the run. */
  readonly peakShare: number
  readonly memoryBytes: number
  readonly stepMs: number
  readonly flopPerPoint: number
}

/** Operations of a thread in one round of peak.wgsl: 16 × 8 vectors of 4, two each. */
const PEAK_FLOP = 1024
/** A peak is measured over at least this, so that the way to the GPU and back does not count. */
const PEAK_MS = 40
const STEPS_PER_ROUND = 4
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]

/** Multiply-add rate in registers, GFLOP/s. */
export async function measureGpuPeak(gpu: GpuDevice): Promise<number> {
  const { device } = gpu
  const groups = gpu.adapter.software ? 8 : 8192
  const bytes = groups * 256 * 16
  const pipeline = gpu.pipeline('', ['peak'])
  const [out, request, staging] = await gpu.allocate('the measurement', () => [
    device.createBuffer({ size: bytes, usage: bufferUsage.STORAGE | bufferUsage.COPY_SRC }),
    device.createBuffer({ size: 16, usage: bufferUsage.UNIFORM | bufferUsage.COPY_DST }),
    device.createBuffer({ size: 16, usage: bufferUsage.MAP_READ | bufferUsage.COPY_DST }),
  ])
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [out, request].map((buffer, binding) => ({ binding, resource: { buffer } })),
  })
  try {
    let best = 0
    // The first run of a kernel compiles it, and wakes the clock of the GPU: rounds grow until they last.
    for (let rounds = 1, long = 0; long < 3; ) {
      device.queue.writeBuffer(request, 0, Uint32Array.of(rounds, 0, 0, 0))
      const encoder = device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      pass.setPipeline(pipeline)
      pass.setBindGroup(0, bindings)
      pass.dispatchWorkgroups(groups)
      pass.end()
      encoder.copyBufferToBuffer(out, 0, staging, 0, 16)
      const start = performance.now()
      device.queue.submit([encoder.finish()])
      await staging.mapAsync(mapRead)
      staging.unmap()
      gpu.check()
      const ms = performance.now() - start
      if (ms < PEAK_MS) rounds *= 2
      else {
        best = Math.max(best, (rounds * PEAK_FLOP * 256 * groups) / ms / 1e6)
        long++
      }
    }
    return best
  } finally {
    for (const buffer of [out, request, staging]) buffer.destroy()
  }
}

export async function benchWebgpu(partial: Partial<WebgpuBenchOptions> = {}): Promise<WebgpuBench> {
  const options = { ...gpuBench, ...partial }
  const shape = benchShape({ ...options, threads: 1 })
  const random = seededRandom(5)
  const initialDepth = new Float32Array(shape.frames * shape.depthWidth * shape.depthHeight).map(() => 0.9 + 0.2 * random.uniform())
  const gpu = await openGpuDevice()
  let engine: WebgpuEngine | null = null
  try {
    engine = await WebgpuEngine.create({ shape, initialDepth, seed: 1, threads: 1 })
    const points = options.groups * options.pointsPerGroup
    const batches = Array.from({ length: 6 }, (_, n) => benchBatch(shape, options.groups, options.pointsPerGroup, n))
    for (const batch of batches) await engine.step(batch, weights, rates)
    const times: number[] = []
    let peakGflops = 0
    const deadline = performance.now() + options.seconds * 1000
    while (performance.now() < deadline || times.length < 2) {
      peakGflops = Math.max(peakGflops, await measureGpuPeak(gpu))
      const start = performance.now()
      for (let n = 0; n < STEPS_PER_ROUND; n++) await engine.step(batches[(times.length * STEPS_PER_ROUND + n) % 6], weights, rates)
      times.push((performance.now() - start) / STEPS_PER_ROUND)
    }
    const stepMs = Math.min(...times)
    const achievedGflops = (flopPerPoint(shape) * points) / stepMs / 1e6
    return {
      adapter: gpu.adapter.name, software: gpu.adapter.software, frames: options.frames, points,
      pointsPerSecond: (points / stepMs) * 1000,
      medianPointsPerSecond: (points / median(times)) * 1000,
      peakGflops, achievedGflops, peakShare: achievedGflops / peakGflops,
      memoryBytes: engine.memoryBytes, stepMs, flopPerPoint: flopPerPoint(shape),
    }
  } finally {
    await engine?.close()
    gpu.release()
  }
}
