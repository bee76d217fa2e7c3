/** A benchmark's report as Markdown, for pasting. Not here: what it tells (report.ts), pictures (html.ts). */
import { THRESHOLDS } from '../../../pipeline/evaluate/evaluateTracks.ts'
import { decimals, markdownTable } from '../../../shared/table.ts'
import { quotedTables } from '../quoted.ts'
import { metricIds, type MethodSummary } from '../summary.ts'
import { megabytes, metricHeader, notesOf, secondsText, shownSpread, type BenchmarkReport } from './report.ts'

export function markdownReport(report: BenchmarkReport): string {
  const { methods, videos, settings, skipped, environments } = report
  const sections = [
    `# Benchmark: ${report.dataset}`,
    `${count(videos.length, 'video')}, ${count(videos.reduce((sum, video) => sum + video.queries, 0), 'query', 'queries')}; ${new Date(report.finishedAt).toISOString().slice(0, 10)}`,
    summaryTable(report),
    ...incomplete(methods),
    notesOf(report).map(note => `- ${note}`).join('\n'),
    '## Methods', methods.map(({ method, notes }) => `- \`${method}\`: ${[`${settings.get(method)}.`, ...notes].join(' ')}`).join('\n'),
    '## Accuracy against threshold', `Share of visible positions within so many pixels, in %.`, thresholdTable(report),
    '## Videos', `AJ in %.`, videoTable(report),
    '## The paper’s figures, quoted',
    'Measured by its authors on other data than above: for orientation, not for comparison.',
    ...quotedTables.flatMap(({ title, data, columns, rows }) => [`**${title}** (quoted; ${data})`, markdownTable(columns, rows)]),
    ...(skipped.length > 0 ? ['## Left out', skipped.map(({ what, reason }) => `- ${what}: ${reason}`).join('\n')] : []),
    '## Machine', environments.map(e => `- ${e.cpu}, ${e.cores} cores, ${e.threads} threads used; ${e.platform}, Node ${e.node}, Tapline ${e.version}`).join('\n'),
  ]
  return `${sections.join('\n\n')}\n`
}

export function summaryTable({ methods }: BenchmarkReport): string {
  return markdownTable(
    ['method', ...metricIds.map(metricHeader), 's a video', 'of it supervision', 'peak MB', 'seeds'],
    methods.map(m => [
      m.missing.length > 0 ? `${m.method} (${m.videos.length} of ${m.videos.length + m.missing.length} videos)` : m.method,
      ...metricIds.map(id => shownSpread(id, m.metrics[id])), secondsText(m.seconds), secondsText(m.supervisionSeconds), megabytes(m.peakBytes), String(m.seeds.length),
    ]),
  )
}

function thresholdTable({ methods }: BenchmarkReport): string {
  return markdownTable(['method', ...THRESHOLDS.map(pixels => `${pixels} px`)], methods.map(m => [m.method, ...m.delta.map(({ mean }) => decimals(mean * 100, 1))]))
}

function videoTable({ methods, videos }: BenchmarkReport): string {
  return markdownTable(
    ['video', 'frames', 'queries', ...methods.map(m => m.method)],
    videos.map(({ name, frames, queries }) => [
      name, String(frames), String(queries),
      ...methods.map(m => {
        const metrics = m.perVideo.get(name)
        return metrics ? shownSpread('averageJaccard', metrics.averageJaccard) : '–'
      }),
    ]),
  )
}

/** Said where a mean is over fewer videos than the others'. */
function incomplete(methods: readonly MethodSummary[]): string[] {
  return methods
    .filter(m => m.missing.length > 0)
    .map(m => `\`${m.method}\` lacks ${m.missing.join(', ')}: its means are over the other videos, and cannot be compared with those of methods that have all.`)
}

const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`
