/**
 * The WebGPU engine on this machine's adapter: whole steps over batch sizes and clip lengths, share of the adapter's measured peak, memory.
 * Usage: node test/bench/webgpu.ts [seconds per row]
 */
import { benchWebgpu } from '../../src/engine/webgpu/webgpuBench.ts'
import { webgpuAdapters } from '../../src/engine/webgpu/webgpuEngine.ts'

const seconds = Number(process.argv[2] ?? 5)
const adapters = await webgpuAdapters()
for (const { name, software, refused } of adapters)
  console.log(`${name}${software ? ', computes on the CPU' : ''}${refused ? `; refused: ${refused}` : ''}`)

console.log('\n| frames | points a step | points/s | median | step ms | GFLOP/s | peak GFLOP/s | share | MB |\n|---|---|---|---|---|---|---|---|---|')
// A driver on the CPU would take minutes for a GPU's step.
const onCpu = adapters.find(({ refused }) => !refused)?.software
const paper = { frames: 50, groups: 96, pointsPerGroup: 1024 }
const rows = onCpu
  ? [{ frames: 50, groups: 8, pointsPerGroup: 32 }]
  : [...[16, 96, 384].map(groups => ({ ...paper, groups })), ...[25, 100, 200].map(frames => ({ ...paper, frames }))]
for (const row of rows) {
  const b = await benchWebgpu({ ...row, seconds })
  const cells = [
    b.frames, b.points, Math.round(b.pointsPerSecond), Math.round(b.medianPointsPerSecond), b.stepMs.toFixed(2), b.achievedGflops.toFixed(1),
    b.peakGflops.toFixed(1), `${(100 * b.peakShare).toFixed(1)} %`, Math.round(b.memoryBytes / 2 ** 20),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
