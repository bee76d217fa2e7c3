/**
 * The WebGPU engine on this machine's adapter: whole steps over batch sizes and clip lengths, share of the adapter's measured peak, memory.
 * Usage: node test/bench/webgpu.ts [seconds per row]
 */
import { benchWebgpu } from '../../src/engine/webgpu/webgpuBench.ts'
import { webgpuAdapters } from '../../src/engine/webgpu/webgpuEngine.ts'

const seconds = Number(process.argv[2] ?? 5)
for (const { name, software, refused } of await webgpuAdapters())
  console.log(`${name}${software ? ', computes on the CPU' : ''}${refused ? `; refused: ${refused}` : ''}`)

console.log('\n| frames | points a step | points/s | median | step ms | GFLOP/s | peak GFLOP/s | share | MB |\n|---|---|---|---|---|---|---|---|---|')
const rows = [16, 96, 384].map(groups => ({ groups, frames: 50 })).concat([25, 100, 200].map(frames => ({ groups: 96, frames })))
for (const row of rows) {
  const b = await benchWebgpu({ ...row, seconds })
  const cells = [
    b.frames, b.points, Math.round(b.pointsPerSecond), Math.round(b.medianPointsPerSecond), b.stepMs.toFixed(2), b.achievedGflops.toFixed(1),
    b.peakGflops.toFixed(1), `${(100 * b.peakShare).toFixed(1)} %`, Math.round(b.memoryBytes / 2 ** 20),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
