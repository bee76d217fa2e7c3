/**
 * A benchmark's report as one HTML file that needs nothing else: no scripts, nothing remote; plots and pictures are inside. Not here: the
 * plots (plots.ts), what is told (report.ts).
 */
import { THRESHOLDS } from '../../../pipeline/evaluate/evaluateTracks.ts'
import { decimals } from '../../../shared/table.ts'
import type { FailurePicture } from '../cell.ts'
import { predictedColour, truthColour } from '../drawFailures.ts'
import { quotedTables } from '../quoted.ts'
import { metricIds, metricInfos, type MethodSummary, type MetricId } from '../summary.ts'
import { escaped } from './escaped.ts'
import { barPlot, methodClass, thresholdPlot, timePlot, videoPlot } from './plots.ts'
import { megabytes, metricHeader, notesOf, secondsText, shown, type BenchmarkReport } from './report.ts'
import { reportStyle } from './style.ts'

export function htmlReport(report: BenchmarkReport): string {
  const { methods, videos, skipped, environments, settings } = report
  const queries = videos.reduce((sum, video) => sum + video.queries, 0)
  const body = [
    `<h1>Benchmark: ${escaped(report.dataset)}</h1>`,
    `<p class="soft">${videos.length} video${videos.length === 1 ? '' : 's'}, ${queries} quer${queries === 1 ? 'y' : 'ies'}, ${new Date(report.finishedAt).toISOString().slice(0, 10)}</p>`,
    summaryTable(report),
    ...methods.filter(m => m.missing.length > 0).map(m => `<p><code>${escaped(m.method)}</code> lacks ${escaped(m.missing.join(', '))}: its means are over the other videos, and cannot be compared with those of methods that have all.</p>`),
    '<h2>Scores</h2>',
    `<div class="plots bars">${metricIds.map(id => panel(metricInfos[id].label, `${metricInfos[id].text}; ${metricInfos[id].better} is better`, barPlot(id, methods))).join('')}</div>`,
    '<h2>Where they differ</h2>',
    legend(methods),
    `<div class="plots">${[
      panel('By threshold', 'share of visible positions within so many pixels, in %', thresholdPlot(methods)),
      panel('By time', 'AJ in % against seconds a video', timePlot(methods)),
    ].join('')}</div>`,
    panel('By video', 'a dot for each method, a line from the least to the most over seeds', videoPlot(methods, videos.map(video => video.name))),
    thresholdTable(methods),
    ...failures(methods),
    '<h2>The paper’s figures, quoted</h2>',
    '<p>Measured by the authors of “Track Everything Everywhere Fast and Robustly” (arXiv 2403.17931) on other data than above: for orientation, not for comparison.</p>',
    ...quotedTables.map(({ title, data, columns, rows }) => `<div class="quoted">${table(columns, rows.map(row => row.map(escaped)), `${title} — quoted; ${data}`)}</div>`),
    '<h2>How it was measured</h2>',
    `<ul>${notesOf(report).map(note => `<li>${escaped(note)}</li>`).join('')}</ul>`,
    '<h3>Methods</h3>',
    `<ul>${methods.map(({ method, notes }) => `<li><code>${escaped(method)}</code>: ${escaped([`${settings.get(method)}.`, ...notes].join(' '))}</li>`).join('')}</ul>`,
    '<h3>Machine</h3>',
    `<ul>${environments.map(e => `<li>${escaped(`${e.cpu}, ${e.cores} cores, ${e.threads} threads used; ${e.platform}, Node ${e.node}, Tapline ${e.version}`)}</li>`).join('')}</ul>`,
    ...(skipped.length > 0 ? ['<h3>Left out</h3>', `<ul>${skipped.map(({ what, reason }) => `<li>${escaped(`${what}: ${reason}`)}</li>`).join('')}</ul>`] : []),
  ]
  return [
    '<!doctype html>', '<html lang="en">', '<head>', '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // The file may be passed on: it can fetch nothing and run nothing, wherever it is opened.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
    `<title>Benchmark: ${escaped(report.dataset)}</title>`, `<style>${reportStyle}</style>`, '</head>', '<body>', '<main>', ...body, '</main>', '</body>', '</html>', '',
  ].join('\n')
}

/** Cells are HTML already; the first row's cells are not. */
function table(columns: readonly string[], rows: readonly (readonly string[])[], caption?: string, best: (row: number, column: number) => boolean = () => false): string {
  const head = columns.map(column => `<th scope="col">${escaped(column)}</th>`).join('')
  const lines = rows.map((row, r) => `<tr>${row.map((cell, c) => `<td${best(r, c) ? ' class="best"' : ''}>${cell}</td>`).join('')}</tr>`)
  return `<div class="scroll"><table>${caption ? `<caption>${escaped(caption)}</caption>` : ''}<thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`
}

function summaryTable({ methods }: BenchmarkReport): string {
  const rows = methods.map(m => [
    escaped(m.missing.length > 0 ? `${m.method} (${m.videos.length} of ${m.videos.length + m.missing.length} videos)` : m.method),
    ...metricIds.map(id => spreadCell(id, m)), secondsText(m.seconds), secondsText(m.supervisionSeconds), megabytes(m.peakBytes), String(m.seeds.length),
  ])
  const whole = methods.filter(m => m.missing.length === 0)
  // Chained flow agrees with flow by its making, so nothing is best there.
  const isBest = (row: number, column: number) => {
    const id = metricIds[column - 1]
    if (id === undefined || id === 'flowInconsistency' || whole.length < 2 || !whole.includes(methods[row])) return false
    const values = whole.map(m => m.metrics[id].mean)
    return shown(id, methods[row].metrics[id].mean) === shown(id, metricInfos[id].better === 'higher' ? Math.max(...values) : Math.min(...values))
  }
  return table(['method', ...metricIds.map(metricHeader), 's a video', 'of it supervision', 'peak MB', 'seeds'], rows, undefined, isBest)
}

function spreadCell(id: MetricId, { metrics }: MethodSummary): string {
  const { mean, deviation } = metrics[id]
  return Number.isFinite(deviation) ? `${shown(id, mean)} <span class="spread">± ${shown(id, deviation)}</span>` : shown(id, mean)
}

function thresholdTable(methods: readonly MethodSummary[]): string {
  return table(['within', ...THRESHOLDS.map(pixels => `${pixels} px`)], methods.map(m => [escaped(m.method), ...m.delta.map(({ mean }) => decimals(mean * 100, 1))]), 'Share of visible positions, in %')
}

const panel = (title: string, text: string, plot: string) => `<figure class="panel"><figcaption><b>${escaped(title)}</b>: ${escaped(text)}</figcaption>${plot}</figure>`

const legend = (methods: readonly MethodSummary[]) => `<ul class="legend">${methods.map((m, index) => `<li><i class="${methodClass(index)}"></i>${escaped(m.method)}</li>`).join('')}</ul>`

function failures(methods: readonly MethodSummary[]): string[] {
  if (!methods.some(m => m.worst.length > 0)) return []
  return [
    '<h2>Worst tracks</h2>',
    `<p>The tracks of lowest AJ with the first seed: at the query, where the track is first off, and where it is off the most. Small rings are hidden points.</p>`,
    `<ul class="legend"><li><i style="background:none;border:2.5px solid ${truthColour}"></i>truth</li><li><i style="background:${predictedColour}"></i>prediction</li></ul>`,
    ...methods.filter(m => m.worst.length > 0).map(m => {
      const figures = m.worst.map(({ video, id, averageJaccard, pictures }) => `<figure class="panel"><figcaption><b>${escaped(video)}</b>, ${escaped(id)}: AJ ${shown('averageJaccard', averageJaccard)}</figcaption><div class="strip">${pictures.map((shot, k) => picture(shot, k === 0)).join('')}</div></figure>`)
      return `<h3>${escaped(m.method)}</h3><div class="failures">${figures.join('')}</div>`
    }),
  ]
}

/** The first picture of a track is that of its query. */
function picture({ frame, errorPx, truthVisible, predictedVisible, jpeg }: FailurePicture, isQuery: boolean): string {
  const fault = isQuery ? 'the query' : !truthVisible ? (predictedVisible ? 'hidden, called visible' : 'hidden') : `${errorPx === null ? 'no position' : `${decimals(errorPx, 1)} px off`}${predictedVisible ? '' : ', called hidden'}`
  return `<div><img src="data:image/jpeg;base64,${jpeg}" alt="${escaped(`frame ${frame}: ${fault}`)}">frame ${frame}<br>${escaped(fault)}</div>`
}
