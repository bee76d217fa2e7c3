/**
 * How much memory the import of a long clip takes: `node test/bench/importMemory.ts VIDEO [MAX_FRAMES]` imports into a folder of the
 * temporary place and prints frames per second, bytes on disk, and the largest resident size of the process.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TaplineError } from '../../src/shared/errors.ts'
import { importFrames } from '../../src/server/decode/importFrames.ts'

const [video, limit] = process.argv.slice(2)
if (!video) throw new Error('usage: node test/bench/importMemory.ts VIDEO [MAX_FRAMES]')
const folder = await mkdtemp(join(tmpdir(), 'tapline-bench-'))
const maxFrames = Number(limit ?? Infinity)
const stop = new AbortController()
const started = performance.now()
let frames = 0
let bytes = 0
let lastReport = 0
const report = () => {
  const seconds = (performance.now() - started) / 1000
  console.log(JSON.stringify({ frames, framesPerSecond: frames / seconds, megabytesOnDisk: bytes / 1e6, peakResidentMegabytes: process.resourceUsage().maxRSS / 1024 }))
}
const measure = async () => {
  const names = await readdir(folder, { recursive: true })
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then((s) => s.size, () => 0)))
  bytes = Math.max(bytes, sizes.reduce((sum, size) => sum + size, 0))
}
try {
  await importFrames(video, join(folder, 'cache'), {
    longSide: 512,
    signal: stop.signal,
    onProgress(done) {
      frames = done
      if (done >= maxFrames) stop.abort()
      if (performance.now() - lastReport < 20_000) return
      lastReport = performance.now()
      void measure().then(report)
    },
  })
} catch (error) {
  if (!(error instanceof TaplineError) || error.code !== 'cancelled') throw error
} finally {
  await measure()
  report()
  await rm(folder, { recursive: true, force: true })
}
