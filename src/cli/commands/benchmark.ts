/** `tapline benchmark`: methods on a data set with several seeds, resumable; a report as Markdown, HTML and JSON. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { evaluationModes, type EvaluationMode } from '../../pipeline/evaluate/evaluationQueries.ts'
import { THRESHOLDS } from '../../pipeline/evaluate/evaluateTracks.ts'
import { TaplineError } from '../../shared/errors.ts'
import { presets, type PresetName } from '../../shared/presets.ts'
import { decimals, percent } from '../../shared/table.ts'
import { CellStore } from '../../server/benchmark/cellStore.ts'
import { openDataset, type Dataset } from '../../server/benchmark/dataset.ts'
import { parseMethods, type Method } from '../../server/benchmark/methods.ts'
import { htmlReport } from '../../server/benchmark/report/html.ts'
import { markdownReport, summaryTable } from '../../server/benchmark/report/markdown.ts'
import { benchmarkReport, type BenchmarkReport } from '../../server/benchmark/report/report.ts'
import { runBenchmark, type CellEvent } from '../../server/benchmark/runBenchmark.ts'
import { metricIds, type Spread } from '../../server/benchmark/summary.ts'
import { ModelStore } from '../../server/models/modelStore.ts'
import { listTrackers } from '../../server/trackers/trackers.ts'
import { usage, type Arguments } from '../arguments.ts'
import { watchInterrupts } from '../interrupts.ts'
import { duration, type Reporter } from '../reporter.ts'
import { sizeOf } from '../sizeOf.ts'

const MAX_SEED = 2 ** 32 - 1

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const name = args.positionals[0]
  const mode = (args.text('mode') as EvaluationMode | undefined) ?? evaluationModes[0]
  const preset = (args.text('preset') as PresetName | undefined) ?? 'standard'
  const { longSide } = presets[preset]
  const threads = args.number('threads', 1, 64) ?? availableParallelism()
  const seeds = Array.from({ length: args.number('seeds', 1, 100) ?? 1 }, (_, k) => k)
  const methods = await methodsOf(args, preset)
  const synth = { ...sizeOf('benchmark', args.text('size') ?? '320x240'), frames: args.number('frames', 2, 10_000) ?? 40, seed: args.number('scene-seed', 0, MAX_SEED) ?? 0 }
  const tracks = args.number('tracks', 1, 100_000)
  const out = resolve(args.text('out') ?? 'benchmark')
  const isSynth = name === 'synth' || name.startsWith('synth:')
  for (const option of ['size', 'frames', 'scene-seed'])
    if (!isSynth && args.text(option) !== undefined) throw usage('benchmark', `--${option} is of synthetic scenes, and ${name} is none`)
  const dataset = chosen(await openDataset(name, { synth, tracks }), args.text('videos'))
  const interrupts = watchInterrupts()
  try {
    const settings = { data: isSynth ? dataset.title : resolve(name), mode, preset, ...(isSynth && { ...synth }), tracks: tracks ?? null }
    const store = await CellStore.open(out, settings)
    const request = { dataset, methods, seeds, mode, longSide, threads }
    // A pipe would get a dozen lines of each phase of each cell.
    const isWatched = args.flag('json') || process.stderr.isTTY === true
    const { cells, skipped, ran } = await runBenchmark(store, request, {
      progress: message => void (isWatched && reporter.progress(message)),
      signal: interrupts.signal,
      onCell: event => tell(event, reporter),
    })
    if (cells.length === 0) {
      const reason = skipped.map(({ what, reason: why }) => `${what}: ${why}`).join('; ')
      throw new TaplineError('unsupported', name, `no cell of the benchmark could be run (${reason})`, 'Choose other methods with --methods, or another data set.')
    }
    const report = benchmarkReport({ dataset: dataset.title, videos: dataset.videos.map(video => video.name), methods, mode, longSide, cells, skipped })
    const files = {
      markdown: await store.report('report.md', markdownReport(report)),
      html: await store.report('report.html', htmlReport(report)),
      json: await store.report('report.json', `${JSON.stringify(reportJson(report), null, 2)}\n`),
    }
    reporter.print(summaryTable(report))
    for (const { what, reason } of skipped) reporter.say(`Left out: ${what}: ${reason}`)
    reporter.say(`${ran} of ${cells.length} cells run now. Report: ${pathToFileURL(files.html).href}`)
    reporter.result({ out, ran, cells: cells.length, files, ...reportJson(report) })
  } finally {
    interrupts.release()
  }
}

async function methodsOf(args: Arguments, preset: PresetName): Promise<Method[]> {
  const models = new ModelStore()
  const [trackers, learned] = await Promise.all([listTrackers(models), models.learned()])
  return parseMethods(args.text('methods') ?? 'tapline,chained', { preset, steps: args.number('steps', 1, 1_000_000), trackers, learned })
}

/** Only the videos asked for. @throws TaplineError 'usage' naming those there are */
function chosen(dataset: Dataset, names: string | undefined): Dataset {
  if (names === undefined) return dataset
  const wanted = [...new Set(names.split(',').map(name => name.trim()).filter(Boolean))]
  const there = dataset.videos.map(video => video.name)
  const unknown = wanted.find(name => !there.includes(name))
  if (unknown !== undefined || wanted.length === 0)
    throw usage('benchmark', `--videos ${names}: ${unknown === undefined ? 'it names none' : `there is no video ${unknown}`}; there are ${there.slice(0, 40).join(', ')}${there.length > 40 ? ' …' : ''}`)
  return { ...dataset, videos: dataset.videos.filter(video => wanted.includes(video.name)), skipped: [] }
}

function tell({ kind, number, total, video, method, seed, record, error }: CellEvent, reporter: Reporter): void {
  const name = `[${number}/${total}] ${method} on ${video}, seed ${seed}`
  if (kind === 'start') reporter.progress({ kind: 'note', text: name })
  else if (record) reporter.say(`${name}: AJ ${percent(record.measures.averageJaccard ?? Number.NaN)}, δavg ${percent(record.measures.deltaAvg ?? Number.NaN)}, ${duration(record.measures.seconds)}, ${decimals(record.measures.peakBytes / 1e6, 0)} MB`)
  else if (error) {
    reporter.say(`${name} failed: ${error.subject}: ${error.reason}`)
    // A fault of ours, or a process that died: what is known of it is what a report needs.
    if (error.code === 'internal' && typeof error.cause === 'string' && error.cause) reporter.say(error.cause)
  }
}

/** The report for machines; null where there is no number. */
function reportJson({ dataset, mode, longSide, videos, methods, settings, skipped, environments }: BenchmarkReport): Record<string, unknown> {
  const finite = (value: number) => (Number.isFinite(value) ? value : null)
  const spread = ({ mean, deviation, least, most, count }: Spread) => ({ mean: finite(mean), deviation: finite(deviation), least: finite(least), most: finite(most), count })
  return {
    dataset, mode, longSide, videos, skipped, environments, thresholds: THRESHOLDS,
    methods: methods.map(m => ({
      method: m.method, settings: settings.get(m.method), seeds: m.seeds, videos: m.videos, missing: m.missing,
      ...Object.fromEntries(metricIds.map(id => [id, spread(m.metrics[id])])),
      delta: m.delta.map(spread), seconds: finite(m.seconds), supervisionSeconds: finite(m.supervisionSeconds), peakBytes: m.peakBytes,
      perVideo: Object.fromEntries([...m.perVideo].map(([video, metrics]) => [video, Object.fromEntries(metricIds.map(id => [id, spread(metrics[id])]))])),
    })),
  }
}
