/**
 * Time from a click to its track, and from a hover to its preview, in a live field of 100 frames at the draft preset's size, through the
 * field's own process. Usage: node test/bench/liveField.ts [steps]. Fits a clip first (flow, depth and a few steps: some minutes);
 * what was learned does not matter to the time. Printed beside 1,000 tracks asked at once.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderScene } from '../../src/pipeline/synth/synthScenes.ts'
import { trackVideo } from '../../src/pipeline/trackVideo.ts'
import { importFrames } from '../../src/server/decode/importFrames.ts'
import { openFrames } from '../../src/server/decode/openFrames.ts'
import { writeSynth } from '../../src/server/decode/writeSynth.ts'
import { writeCheckpoint } from '../../src/server/jobs/checkpointFile.ts'
import { openFieldTracker } from '../../src/server/tracking/openFieldTracker.ts'
import { chooseToolbox } from '../../src/server/tracking/toolbox.ts'
import { PauseSwitch } from '../../src/shared/pauseGate.ts'
import { presets } from '../../src/shared/presets.ts'
import { Random } from '../../src/shared/random.ts'

const steps = Number(process.argv[2] ?? 20)
const clip = renderScene('parallax', { width: 480, height: 270, frames: 100 })
const settings = { ...presets.draft, steps }
const folder = await mkdtemp(join(tmpdir(), 'tapline-bench-'))
const signal = new AbortController().signal
const random = new Random(1)
const point = () => ({ frame: random.int(clip.frames), x: 20 + random.float() * (clip.width - 40), y: 20 + random.float() * (clip.height - 40) })

/** Best and median of `rounds`, ms. */
async function time(rounds: number, work: () => Promise<unknown>): Promise<string> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  const sorted = times.toSorted((a, b) => a - b)
  return `first ${times[0].toFixed(0)} ms, median ${sorted[rounds >> 1].toFixed(1)} ms, best ${sorted[0].toFixed(1)} ms`
}

try {
  await writeSynth(clip, join(folder, 'clip'))
  await importFrames(join(folder, 'clip', 'color'), join(folder, 'frames'), { longSide: settings.longSide })
  const input = { framesFolder: join(folder, 'frames'), cacheFolder: join(folder, 'cache'), settings, threads: 2 }
  const frames = await openFrames(input.framesFolder, { longSide: settings.longSide })
  await trackVideo({
    frames, settings, cacheFolder: input.cacheFolder, threads: 2, toolbox: chooseToolbox(), signal, queries: [], progress: () => {}, pause: new PauseSwitch(),
    saveCheckpoint: (bytes, step) => writeCheckpoint(join(folder, 'run'), { bytes, step, losses: [] }),
  })
  await frames.close()
  for (const runFolder of [null, join(folder, 'run')]) {
    const started = performance.now()
    const tracker = await openFieldTracker()({ ...input, runFolder }, { signal, progress: () => {} })
    console.log(`${tracker.kind}: opened in ${((performance.now() - started) / 1000).toFixed(1)} s (flow of its own gaps included)`)
    const ask = (nodes: number) => ({ nodes: Array.from({ length: nodes }, point).toSorted((a, b) => a.frame - b.frame), labels: [] })
    console.log(`  click:        ${await time(30, () => tracker.track([ask(1)]))}`)
    console.log(`  preview:      ${await time(30, () => tracker.preview(...(Object.values(point()) as [number, number, number])))}`)
    console.log(`  4 keyframes:  ${await time(15, () => tracker.track([ask(4)]))}`)
    console.log(`  1,000 tracks: ${await time(2, () => tracker.track(Array.from({ length: 1_000 }, () => ask(1))))}`)
    await tracker.close()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
