/**
 * What single flows and matches are worth: built in and with each installed network, on synthetic scenes with exact truth.
 * `node test/bench/learnedParts.ts [SCENE…]` uses the networks of the user's data folder. Not a test: figures differ from machine to
 * machine. What comes out of them in tracks: learned.ts; on a real clip: learnedAtTruth.ts.
 */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from '../../src/shared/table.ts'
import { builtinFlow } from '../../src/pipeline/supervision/flow/builtinFlow.ts'
import { networkFlow } from '../../src/pipeline/supervision/flow/networkFlow.ts'
import { builtinMatches } from '../../src/pipeline/supervision/matches/builtinMatches.ts'
import { networkMatches } from '../../src/pipeline/supervision/matches/networkMatches.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowProvider, type FlowStore, type MatchProvider } from '../../src/pipeline/supervision/supervision.ts'
import type { SynthClip } from '../../src/pipeline/synth/synthClip.ts'
import { synthFrames } from '../../src/pipeline/synth/synthFrames.ts'
import { renderScene } from '../../src/pipeline/synth/synthScenes.ts'
import { featureNetwork } from '../../src/server/models/featureModel.ts'
import { flowNetwork } from '../../src/server/models/flowModel.ts'
import { ModelStore } from '../../src/server/models/modelStore.ts'
import { TrackState } from '../../src/shared/tracks.ts'
import { exactFlowStore } from '../builders/exactFlow.ts'

const GAPS = [1, 4, 8]
const threads = availableParallelism()

const store = new ModelStore()
const flows: [string, FlowProvider][] = [['builtin', builtinFlow()]]
const matchers: [string, MatchProvider][] = [['builtin', builtinMatches()]]
for (const { name, sha256, conventions } of await store.list()) {
  if (conventions?.kind === 'flow') flows.push([`with ${name}`, networkFlow(flowNetwork(store.path(name), sha256, conventions))])
  if (conventions?.kind === 'features') matchers.push([`with ${name}`, networkMatches(featureNetwork(store.path(name), sha256, conventions))])
}
const flowRows: string[][] = []
const matchRows: string[][] = []
for (const scene of process.argv.length > 2 ? process.argv.slice(2) : ['parallax', 'fast', 'reappear']) {
  const clip = renderScene(scene, { seed: 3, frames: 14, width: 320, height: 240 })
  const frames = synthFrames(clip)
  // Rendering is neither flow nor matching.
  for (let frame = 0; frame < clip.frames; frame++) await frames.workRgb(frame)
  const exact = exactFlowStore(clip, GAPS)
  for (const [name, provider] of flows) {
    const { result, seconds } = await timed(folder => provider.compute({ frames, cacheFolder: folder, threads }, GAPS))
    for (const gap of GAPS) flowRows.push([scene, name, String(gap), ...flowQuality(result, exact, gap), ((seconds * 1000) / result.pairs.length).toFixed(0)])
  }
  for (const [name, provider] of matchers) {
    const { result, seconds } = await timed(folder => provider.compute({ frames, cacheFolder: folder, threads }, exact))
    const { frameA, frameB, a, b } = result
    const right = [1, 2, 4].map(limit => Array.from(frameA, (_, k) => errorOf(clip, frameA[k], frameB[k], a, b, k) < limit).filter(Boolean).length)
    matchRows.push([scene, name, String(frameA.length), ...right.map(n => ((100 * n) / frameA.length).toFixed(1)), seconds.toFixed(1)])
  }
}
console.log(markdownTable(['scene', 'flow', 'gap', 'error px', '< 1 px %', 'called visible: right %', 'found %', 'ms a pair'], flowRows))
console.log(`\n${markdownTable(['scene', 'matches', 'count', '< 1 px %', '< 2 px %', '< 4 px %', 's'], matchRows)}`)

async function timed<Result>(work: (folder: string) => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'tapline-learned-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const started = performance.now()
  const result = await work(folder)
  return { result, seconds: (performance.now() - started) / 1000 }
}

/** Over pixels that both frames see: mean error, share under a pixel; of those called visible the share within 1 px, and how many of all were. */
function flowQuality(flow: FlowStore, exact: FlowStore, gap: number): string[] {
  let [seen, sum, near, called, right] = [0, 0, 0, 0, 0]
  for (const [from, to] of flow.pairs) {
    if (to - from !== gap) continue
    const [mine, truth] = [flow.read(from, to), exact.read(from, to)]
    for (let k = 0; k < truth.status.length; k++) {
      const error = Math.hypot(mine.flow[2 * k] - truth.flow[2 * k], mine.flow[2 * k + 1] - truth.flow[2 * k + 1]) / FLOW_UNITS_PER_PIXEL
      const visible = truth.status[k] === FlowStatus.visible
      if (visible) {
        seen++
        sum += error
        if (error < 1) near++
      }
      if (mine.status[k] === FlowStatus.visible) {
        called++
        if (visible && error < 1) right++
      }
    }
  }
  const share = (n: number, of: number) => ((100 * n) / of).toFixed(1)
  return [(sum / seen).toFixed(2), share(near, seen), share(right, called), share(right, seen)]
}

function errorOf(clip: SynthClip, from: number, to: number, a: Float32Array, b: Float32Array, k: number): number {
  const track = clip.surfaceTrack(from, a[2 * k], a[2 * k + 1])
  if (track.states[to] !== TrackState.visible) return Number.POSITIVE_INFINITY
  return Math.hypot(track.positions[2 * to] - b[2 * k], track.positions[2 * to + 1] - b[2 * k + 1])
}
