/** `tapline bench`: speed of the engine on this machine, its growth with the clip's length, quality on synthetic scenes. */
import { availableParallelism } from 'node:os'
import { benchEngine, benchScaling, type EngineBench } from '../../engine/bench.ts'
import type { Scores } from '../../pipeline/evaluate/evaluateTracks.ts'
import { synthScenes } from '../../pipeline/synth/synthScenes.ts'
import { type DeviceInfo, deviceNames } from '../../shared/devices.ts'
import { presets, type PresetName } from '../../shared/presets.ts'
import type { SceneQuality } from '../../server/bench/qualityBench.ts'
import { userDataFolder } from '../../server/userData.ts'
import { usage, type Arguments } from '../arguments.ts'
import { watchInterrupts } from '../interrupts.ts'
import { duration, type Reporter } from '../reporter.ts'
import { decimals, markdownTable, percent } from '../../shared/table.ts'
import { scoresJson } from './evaluate.ts'

const kinds = ['engine', 'devices', 'scaling', 'quality']

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const kind = args.positionals[0] ?? 'engine'
  if (!kinds.includes(kind)) throw usage('bench', `there is no bench "${kind}"; there are ${kinds.join(', ')}`)
  const threads = args.number('threads', 1, 64) ?? availableParallelism()
  if (kind === 'quality') return quality(args, reporter, threads)
  const seconds = args.number('seconds', 0.1, 3600, false)
  if (kind === 'devices') return devices(reporter, { threads, seconds: seconds ?? 5 })
  if (kind === 'scaling') return scaling(reporter, { threads, seconds: seconds ?? 3 })
  const result = await benchEngine({ threads, seconds: seconds ?? 20 })
  reporter.print(engineText(result))
  reporter.result(result)
}

/** Every device of this machine: tested against the reference, then timed, each in a process of its own. */
async function devices(reporter: Reporter, options: { threads: number; seconds: number }): Promise<void> {
  const { DeviceBook } = await import('../../server/devices/deviceBook.ts')
  const book = new DeviceBook({ home: userDataFolder(), ...options })
  const interrupts = watchInterrupts()
  const found: DeviceInfo[] = []
  try {
    for (const device of deviceNames) found.push(await book.measure(device, interrupts.signal))
  } finally {
    interrupts.release()
  }
  const speed = (info: DeviceInfo) => (info.pointsPerSecond === null ? '' : Math.round(info.pointsPerSecond).toLocaleString('en'))
  reporter.print(markdownTable(['device', 'runs on', 'points/s', 'remark'], found.map(info => [info.device, info.name, speed(info), info.problem ?? (info.software && info.device !== 'reference' ? 'a driver on the CPU' : '')])))
  const { used, reason } = await book.view('auto')
  reporter.say(`auto takes ${used}. ${reason}`)
  reporter.result({ devices: found, auto: used })
}

function engineText(b: EngineBench): string {
  return [
    `${Math.round(b.pointsPerSecond).toLocaleString('en')} points/s (median ${Math.round(b.medianPointsPerSecond).toLocaleString('en')}), ${(b.peakShare * 100).toFixed(1)} % of the f32x4 peak measured beside it`,
    `${b.threads} threads, T = ${b.frames}: ${b.stepMs.toFixed(2)} ms a step, ${b.achievedGflops.toFixed(1)} of ${b.peakGflops.toFixed(1)} GFLOP/s, ${megabytes(b.memoryBytes)} MB`,
    b.fusedMultiplyAdd ? 'Fused multiply-add: yes (relaxed SIMD)' : 'Fused multiply-add: no (plain SIMD)',
  ].join('\n')
}

async function scaling(reporter: Reporter, options: { threads: number; seconds: number }): Promise<void> {
  // 854×480, the working size of the fine preset: the largest that a preset uses.
  const rows = await benchScaling({ ...options, width: 854, height: 480 })
  reporter.print(
    markdownTable(
      ['frames', 'ms a step', 'points/s', 'share of peak', 'MB', 'MB a frame'],
      rows.map(b => [String(b.frames), b.stepMs.toFixed(2), String(Math.round(b.pointsPerSecond)), percent(b.peakShare), String(megabytes(b.memoryBytes)), (b.memoryBytes / 1e6 / b.frames).toFixed(2)]),
    ),
  )
  reporter.result({ scaling: rows })
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6)

async function quality(args: Arguments, reporter: Reporter, threads: number): Promise<void> {
  // The whole tracker: loaded only where it is measured.
  const { qualityBench, readmeQuality } = await import('../../server/bench/qualityBench.ts')
  const known = synthScenes.map(scene => scene.name)
  const scenes = args.list('scene').length > 0 ? [...new Set(args.list('scene'))] : known
  const unknown = scenes.find(name => !known.includes(name))
  if (unknown) throw usage('bench', `there is no scene "${unknown}"; there are ${known.join(', ')}`)
  const settings = presets[(args.text('preset') as PresetName | undefined) ?? 'standard']
  const seed = args.number('seed', 0, 2 ** 32 - 1) ?? readmeQuality.seed
  const json = args.flag('json')
  const interrupts = watchInterrupts()
  const results: SceneQuality[] = []
  try {
    const bench = qualityBench({
      ...readmeQuality, scenes, settings, threads, seed,
      signal: interrupts.signal,
      // One object is what a script asked for.
      progress: message => void (json || reporter.progress(message)),
      onScene: name => reporter.say(`${name}:`),
    })
    for await (const result of bench) {
      results.push(result)
      reporter.say(`${result.scene}: AJ ${percent(result.ours.averageJaccard)}, chained flow ${percent(result.chained.averageJaccard)}, ${duration(result.seconds)}`)
    }
  } finally {
    interrupts.release()
  }
  const mean = { seconds: meanOf(results.map(r => r.seconds)), ours: meanScores(results.map(r => r.ours)), chained: meanScores(results.map(r => r.chained)) }
  const rows = [...results.map(r => row(r.scene, r)), ...(results.length > 1 ? [row('mean', mean)] : [])]
  reporter.print(markdownTable(['scene', 'seconds', 'AJ', 'δavg', 'OA', 'chained AJ', 'δavg', 'OA', 'AJ difference'], rows))
  reporter.result({
    preset: settings.preset, seed, threads, ...readmeQuality.size, frames: readmeQuality.frames, tracks: readmeQuality.tracks,
    scenes: results.map(r => ({ scene: r.scene, seconds: r.seconds, ours: scoresJson(r.ours), chained: scoresJson(r.chained), difference: r.ours.averageJaccard - r.chained.averageJaccard })),
    mean: { seconds: mean.seconds, ours: mean.ours, chained: mean.chained, difference: mean.ours.averageJaccard - mean.chained.averageJaccard },
  })
}

type MainScores = Pick<Scores, 'averageJaccard' | 'deltaAvg' | 'occlusionAccuracy'>

function row(name: string, { seconds, ours, chained }: { seconds: number; ours: MainScores; chained: MainScores }): string[] {
  const cells = (s: MainScores) => [percent(s.averageJaccard), percent(s.deltaAvg), percent(s.occlusionAccuracy)]
  const difference = (ours.averageJaccard - chained.averageJaccard) * 100
  return [name, decimals(seconds, 0), ...cells(ours), ...cells(chained), `${difference >= 0 ? '+' : ''}${decimals(difference, 1)}`]
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function meanScores(scores: readonly MainScores[]): MainScores {
  return { averageJaccard: meanOf(scores.map(s => s.averageJaccard)), deltaAvg: meanOf(scores.map(s => s.deltaAvg)), occlusionAccuracy: meanOf(scores.map(s => s.occlusionAccuracy)) }
}
