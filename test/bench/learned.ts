/**
 * What networks buy and cost in tracks: clips tracked with built-in supervision, with each installed network, and with one of each role
 * together, scored against truth. `node test/bench/learned.ts --clip VIDEO --truth FILE --scenes parallax,fast --preset draft --seeds 0,1,2
 * --cache DIR` uses the networks of the user's data folder; supervision is computed once for each row and kept in DIR, times too, so that a
 * stopped bench goes on. Not a test: figures differ from machine to machine. What single flows and matches are worth: learnedParts.ts.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readTrackFileInAnyRaster } from '../../src/cli/commands/trackFiles.ts'
import { evaluateTracks, type VideoScores } from '../../src/pipeline/evaluate/evaluateTracks.ts'
import { evaluationQueries } from '../../src/pipeline/evaluate/evaluationQueries.ts'
import type { FrameSource } from '../../src/pipeline/frames/frameSource.ts'
import { chainedTracks } from '../../src/pipeline/supervision/flow/chainedTracks.ts'
import type { DepthPrior } from '../../src/pipeline/supervision/supervision.ts'
import { synthFrames } from '../../src/pipeline/synth/synthFrames.ts'
import { renderScene } from '../../src/pipeline/synth/synthScenes.ts'
import { trackVideo, type Toolbox } from '../../src/pipeline/trackVideo.ts'
import { importFrames } from '../../src/server/decode/importFrames.ts'
import { openFrames } from '../../src/server/decode/openFrames.ts'
import { learnedProviders } from '../../src/server/models/learnedProviders.ts'
import { ModelStore } from '../../src/server/models/modelStore.ts'
import { chooseToolbox } from '../../src/server/tracking/toolbox.ts'
import { PauseSwitch } from '../../src/shared/pauseGate.ts'
import { presets, type PresetName } from '../../src/shared/presets.ts'
import { markdownTable } from '../../src/shared/table.ts'
import type { LearnedSupervision } from '../../src/shared/models.ts'
import type { TrackSet } from '../../src/shared/tracks.ts'

const { values: options } = parseArgs({
  options: {
    clip: { type: 'string' },
    truth: { type: 'string' },
    scenes: { type: 'string', default: 'parallax,fast,reappear' },
    'scene-seed': { type: 'string', default: '7' },
    preset: { type: 'string', default: 'draft' },
    seeds: { type: 'string', default: '0' },
    cache: { type: 'string' },
    only: { type: 'string' },
  },
})
const preset = presets[options.preset as PresetName]
const seeds = options.seeds.split(',').map(Number)
const threads = availableParallelism()
const cache = options.cache ?? mkdtempSync(join(tmpdir(), 'tapline-learned-'))
if (!options.cache) process.on('exit', () => rmSync(cache, { recursive: true, force: true }))

interface Clip {
  readonly name: string
  readonly frames: FrameSource
  readonly truth: TrackSet
  readonly evaluated?: Uint8Array
}

/** Seconds of flow, matches and depth, as they took when they were computed, by clip and row. */
const timesPath = join(cache, 'seconds.json')
const times: Record<string, number> = existsSync(timesPath) ? (JSON.parse(readFileSync(timesPath, 'utf8')) as Record<string, number>) : {}

const lines: string[][] = []
for await (const clip of clips()) for (const [name, learned] of await rowsOfTable()) lines.push(...(await bench(clip, name, learned)))
console.log(`\n${markdownTable(['clip', 'supervision', 'AJ', 'δavg', 'OA', 'spread of δavg', 'flow alone, chained: δavg', 'supervision s', 'fit and readout s'], lines)}`)
process.exit(0)

async function* clips(): AsyncGenerator<Clip> {
  if (options.clip && options.truth) {
    const folder = join(cache, `frames-${preset.longSide}`)
    await importFrames(options.clip, folder, { longSide: preset.longSide })
    const { tracks, evaluated } = (await readTrackFileInAnyRaster(options.truth)).videos[0]
    const frames = await openFrames(folder, { longSide: preset.longSide })
    yield { name: frames.clip.name, frames, truth: tracks, evaluated }
  }
  for (const scene of options.scenes.split(',').filter(Boolean)) {
    const clip = renderScene(scene, { width: 320, height: 240, frames: 40, seed: Number(options['scene-seed']) })
    const frames = synthFrames(clip, preset.longSide)
    // Rendering is not tracking.
    for (let frame = 0; frame < clip.frames; frame++) await frames.clipRgb(frame)
    yield { name: scene, frames, truth: clip.groundTruth({ count: 96 }) }
  }
}

/** Built in; each network in its place alone; of each role the one that runs would use. */
async function rowsOfTable(): Promise<[string, LearnedSupervision | null][]> {
  const store = new ModelStore()
  const rows: [string, LearnedSupervision | null][] = [['builtin', null]]
  for (const { name, role, sha256 } of await store.list()) if (role !== 'tracker') rows.push([name, { [role]: sha256 }])
  rows.push(['all', await store.learned()])
  return options.only ? rows.filter(([name]) => options.only!.split(',').includes(name)) : rows
}

async function bench({ name, frames, truth, evaluated }: Clip, row: string, learned: LearnedSupervision | null): Promise<string[][]> {
  const chosen = chooseToolbox({}, learned ? await learnedProviders(learned, () => {}) : undefined)
  // A prior that keeps no cache is the same for each seed of the fit.
  let prior: Promise<DepthPrior> | null = null
  const toolbox: Toolbox = { ...chosen, depth: { id: chosen.depth.id, compute: (...input) => (prior ??= chosen.depth.compute(...input)) } }
  const folder = join(cache, name, row)
  const flowGaps = preset.flowGaps.filter(gap => gap < frames.clip.frameCount)
  const { width, height } = frames.clip
  const queries = evaluationQueries(truth, 'first', evaluated).map(({ id, frame, x, y }) => ({ id, frame, x: (x * width) / truth.width, y: (y * height) / truth.height }))
  const score = (tracks: TrackSet) => evaluateTracks(truth, tracks, { mode: 'first', evaluated })
  const scores: VideoScores[] = []
  let fitting = 0
  for (const seed of seeds) {
    const seconds = new Map<string, number>()
    let since = performance.now()
    let phase = ''
    const progress = (message: { readonly kind: string; readonly phase?: string }): void => {
      if (message.kind !== 'phase' && message.kind !== 'done') return
      const now = performance.now()
      seconds.set(phase, (seconds.get(phase) ?? 0) + (now - since) / 1000)
      since = now
      phase = message.phase ?? ''
    }
    const { tracks } = await trackVideo({
      frames, queries, settings: { ...preset, seed }, cacheFolder: folder, threads, toolbox, progress, signal: new AbortController().signal,
      pause: new PauseSwitch(), saveCheckpoint: async () => {},
    })
    for (const stage of ['flow', 'matches', 'depth']) times[`${name} ${row} ${stage}`] ??= seconds.get(stage) ?? 0
    writeFileSync(timesPath, JSON.stringify(times, null, 1))
    fitting += ((seconds.get('optimise') ?? 0) + (seconds.get('readout') ?? 0)) / seeds.length
    scores.push(score(tracks))
    const { averageJaccard, deltaAvg, occlusionAccuracy } = scores.at(-1)!
    console.log(`${name} ${row}, seed ${seed}: AJ ${percent(averageJaccard)}, δavg ${percent(deltaAvg)}, OA ${percent(occlusionAccuracy)}`)
  }
  const flow = await toolbox.flow.compute({ frames, cacheFolder: join(folder, 'flow'), threads }, flowGaps)
  const chained = score(chainedTracks({ flow, queries, frameCount: frames.clip.frameCount, clip: frames.clip, work: frames.work }))
  const mean = (of: (s: VideoScores) => number) => scores.reduce((sum, s) => sum + of(s), 0) / scores.length
  const deltas = scores.map(s => s.deltaAvg)
  const supervision = ['flow', 'matches', 'depth'].reduce((sum, stage) => sum + times[`${name} ${row} ${stage}`], 0)
  return [
    [
      name, row, percent(mean(s => s.averageJaccard)), percent(mean(s => s.deltaAvg)), percent(mean(s => s.occlusionAccuracy)),
      percent(Math.max(...deltas) - Math.min(...deltas)), percent(chained.deltaAvg), supervision.toFixed(0), fitting.toFixed(0),
    ],
  ]
}

function percent(share: number): string {
  return (share * 100).toFixed(1)
}
