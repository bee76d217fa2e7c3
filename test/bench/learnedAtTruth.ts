/**
 * What flow and matches are worth at the labelled points of a real clip, from one labelled frame to another, built in and with each
 * installed network: node test/bench/learnedAtTruth.ts VIDEO TRUTH. Errors are px of a raster of 256×256, as scores are. "Restarted" is the
 * δavg of a tracker that is set on the truth at each labelled frame and follows that flow to the next: what no chain of it can exceed.
 * Minutes. Not a test. Tracks: learned.ts; synthetic clips: learnedParts.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTrackFileInAnyRaster } from '../../src/cli/commands/trackFiles.ts'
import { FlowKernel } from '../../src/engine/flow/flowKernel.ts'
import { loadModule } from '../../src/engine/flow/flowModule.ts'
import { EVALUATION_SIDE, THRESHOLDS } from '../../src/pipeline/evaluate/evaluateTracks.ts'
import { scoredCells } from '../../src/pipeline/evaluate/evaluationQueries.ts'
import { lumaOf } from '../../src/pipeline/frames/frameSource.ts'
import { blendFlow, type FlowBothWays } from '../../src/pipeline/supervision/flow/blendFlow.ts'
import { builtinFlow } from '../../src/pipeline/supervision/flow/builtinFlow.ts'
import { chainFlow, chainParts } from '../../src/pipeline/supervision/flow/chainFlow.ts'
import { flowStatuses, packFlow } from '../../src/pipeline/supervision/flow/flowStatus.ts'
import { photometricAgreement } from '../../src/pipeline/supervision/flow/photometric.ts'
import { sampleFlow } from '../../src/pipeline/supervision/flow/sampleFlow.ts'
import { builtinMatches } from '../../src/pipeline/supervision/matches/builtinMatches.ts'
import { networkMatches } from '../../src/pipeline/supervision/matches/networkMatches.ts'
import { FlowStatus, type FlowPair, type FlowStore, type LongMatches } from '../../src/pipeline/supervision/supervision.ts'
import { MatchIndex } from '../../src/pipeline/tracks/matchIndex.ts'
import { importFrames } from '../../src/server/decode/importFrames.ts'
import { openFrames } from '../../src/server/decode/openFrames.ts'
import { featureNetwork } from '../../src/server/models/featureModel.ts'
import { flowNetwork } from '../../src/server/models/flowModel.ts'
import { ModelStore } from '../../src/server/models/modelStore.ts'
import { markdownTable } from '../../src/shared/table.ts'
import { TrackState } from '../../src/shared/tracks.ts'

const LONG_SIDE = 512
const GAPS = [1, 2, 4, 5, 8, 10, 16]
const BANDS = [[4, 5], [6, 11], [12, 18], [19, 30], [31, 60]] as const
const [video, truthFile] = process.argv.slice(2)
const threads = availableParallelism()
const folder = mkdtempSync(join(tmpdir(), 'tapline-learned-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

await importFrames(video, join(folder, 'frames'), { longSide: LONG_SIDE })
const frames = await openFrames(join(folder, 'frames'), { longSide: LONG_SIDE })
const { tracks: truth, evaluated } = (await readTrackFileInAnyRaster(truthFile)).videos[0]
const { work } = frames
const count = truth.frames
const scored = scoredCells(truth, evaluated)
const labelled = Array.from({ length: count }, (_, t) => t).filter(t => truth.ids.some((_, n) => scored[n * count + t]))
const pairsAt = (least: number, most: number) => labelled.flatMap(a => labelled.filter(b => b - a >= least && b - a <= most).map(b => [a, b] as const))

/** Points seen in both frames, in working pixels: where in the first, where in the second. */
function points(a: number, b: number): number[][] {
  const at = (n: number, t: number) => [(truth.positions[(n * count + t) * 2] * work.width) / truth.width, (truth.positions[(n * count + t) * 2 + 1] * work.height) / truth.height]
  const seen = (n: number, t: number) => scored[n * count + t] && truth.states[n * count + t] === TrackState.visible
  return truth.ids.flatMap((_, n) => (seen(n, a) && seen(n, b) ? [[...at(n, a), ...at(n, b)]] : []))
}

/** Distance as scores see it. */
const distance = (x: number, y: number) => Math.hypot((x * EVALUATION_SIDE) / work.width, (y * EVALUATION_SIDE) / work.height)
const percent = (part: number, whole: number) => (whole ? ((100 * part) / whole).toFixed(0) : '–')

const store = new ModelStore()
const models = await store.list()
const flowRows = await flowTable()
console.log(markdownTable(['frames apart', 'flow', 'points', 'restarted: δavg', 'called visible %', 'of these < 4 px %'], flowRows))
const matchRows = await matchTable()
console.log(`\n${markdownTable(['frames apart', 'matches', 'a pair', 'answer for % of points', 'of these < 4 px %', '< 8 px %'], matchRows)}`)
process.exit(0)

async function flowTable(): Promise<string[][]> {
  const own = await builtinFlow().compute({ frames, cacheFolder: folder, threads }, GAPS)
  const kernel = FlowKernel.create(loadModule('flow'), work)
  const found = new Map<string, { error: number; visible: boolean }[]>()
  const networks = []
  for (const { name, sha256, conventions } of models) if (conventions?.kind === 'flow') networks.push({ name, opened: await flowNetwork(store.path(name), sha256, conventions).open({ threads }) })
  for (const gap of GAPS.slice(1)) {
    for (const [a, b] of pairsAt(gap, gap)) {
      const [rgbA, rgbB] = [await frames.workRgb(a), await frames.workRgb(b)]
      const judge = (name: string, flow: FlowBothWays) => {
        const way = (there: 0 | 1, from: number, to: number, p: Uint8Array, q: Uint8Array): FlowPair =>
          packFlow(from, to, flow[there], flowStatuses(flow[there], flow[1 - there], work, photometricAgreement(p, q, flow[there], work)), work, 1)
        for (const pair of [way(0, a, b, rgbA, rgbB), way(1, b, a, rgbB, rgbA)]) tell(`${gap}|${name}`, pair)
      }
      const tell = (key: string, pair: FlowPair) => {
        const list = found.get(key) ?? []
        found.set(key, list)
        const s = new Float64Array(3)
        for (const [x, y, u, v] of points(pair.from, pair.to)) {
          sampleFlow(pair, x, y, s)
          list.push({ error: distance(x + s[0] - u, y + s[1] - v), visible: s[2] === FlowStatus.visible })
        }
      }
      kernel.setFrame(0, lumaOf(rgbA))
      kernel.setFrame(1, lumaOf(rgbB))
      const via = a + chainParts(gap, GAPS)![0]
      const chain = (from: number, to: number) => chainFlow(own.read(from, via), own.read(via, to), work)
      const ours: FlowBothWays = [kernel.flow(0, chain(a, b)).slice(), kernel.flow(1, chain(b, a)).slice()]
      judge('builtin', ours)
      for (const { name, opened } of networks) {
        const alone = await opened.flow(rgbA, rgbB, work)
        judge(`${name} alone`, alone)
        const guided: FlowBothWays = [kernel.flow(0, alone[0]).slice(), kernel.flow(1, alone[1]).slice()]
        judge(`with ${name}`, blendFlow([ours, guided, alone], rgbA, rgbB, work))
      }
    }
  }
  return [...found].map(([key, list]) => {
    const [gap, name] = key.split('|')
    const called = list.filter(point => point.visible)
    const delta = THRESHOLDS.reduce((sum, limit) => sum + list.filter(point => point.error < limit).length / list.length / THRESHOLDS.length, 0)
    return [gap, name, String(list.length), (100 * delta).toFixed(1), percent(called.length, list.length), percent(called.filter(point => point.error < 4).length, called.length)]
  })
}

/** Matches as the readout asks them: where does a point go, by three or more that agree around it? */
async function matchTable(): Promise<string[][]> {
  // Flow that says nothing forbids no match; its gaps say which frames are near.
  const silent: FlowStore = { pairs: GAPS.map(gap => [0, gap] as const), has: () => false, read: () => { throw new RangeError('no flow here') } }
  const context = { frames, cacheFolder: folder, threads }
  const rows: string[][] = []
  const own = await builtinMatches().compute(context, silent)
  const all: [string, LongMatches][] = [['builtin', own]]
  for (const { name, sha256, conventions } of models) {
    if (conventions?.kind !== 'features') continue
    const joined = await networkMatches(featureNetwork(store.path(name), sha256, conventions)).compute(context, silent)
    const first = own.frameA.length
    const alone = { frameA: joined.frameA.subarray(first), frameB: joined.frameB.subarray(first), a: joined.a.subarray(2 * first), b: joined.b.subarray(2 * first), confidence: joined.confidence.subarray(first) }
    all.push([`${name} alone`, alone], [`with ${name}`, joined])
  }
  for (const [least, most] of BANDS)
    for (const [name, matches] of all) {
      const index = new MatchIndex(matches)
      const matched = new Set(Array.from(own.frameA, (a, k) => `${a} ${own.frameB[k]}`))
      const pairs = pairsAt(least, most).filter(([a, b]) => matched.has(`${a} ${b}`))
      const asked = pairs.flatMap(([a, b]) => points(a, b).map(([x, y, u, v]) => ({ reply: index.ask(a, b, x, y), u, v })))
      const errors = asked.flatMap(({ reply, u, v }) => (reply ? [distance(reply.x - u, reply.y - v)] : []))
      const total = Array.from(matches.frameA).filter((a, k) => pairs.some(pair => pair[0] === a && pair[1] === matches.frameB[k])).length
      const within = (limit: number) => percent(errors.filter(error => error < limit).length, errors.length)
      if (pairs.length) rows.push([`${least} to ${most}`, name, (total / pairs.length).toFixed(0), percent(errors.length, asked.length), within(4), within(8)])
    }
  return rows
}
