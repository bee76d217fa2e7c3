/**
 * The report's plots as inline SVG: plain marks in the colours of the report's style sheet, no scripts. Not here: the style sheet
 * (style.ts), what is plotted (summary.ts).
 */
import { THRESHOLDS } from '../../../pipeline/evaluate/evaluateTracks.ts'
import { metricInfos, type MethodSummary, type MetricId, type Spread } from '../summary.ts'
import { escaped } from './escaped.ts'
import { secondsText, shown, shownSpread } from './report.ts'

/** Widths of plots in their own units, about the pixels that they get; they scale with the page. */
const WIDTH = 480
const BAR_WIDTH = 330

/** Class of a method's colour; the style sheet has eight, which then come again. */
export const methodClass = (index: number) => `m${index % 8}`

const text = (x: number, y: number, content: string, classes = '', anchor = 'start') =>
  `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" class="${classes}">${escaped(content)}</text>`
const line = (x1: number, y1: number, x2: number, y2: number, classes: string) => `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" class="${classes}"/>`
const fixed = (value: number) => String(Math.round(value * 10) / 10)

function plot(height: number, label: string, parts: readonly string[], width = WIDTH): string {
  return `<svg viewBox="0 0 ${width} ${Math.ceil(height)}" role="img" aria-label="${escaped(label)}">${parts.join('')}</svg>`
}

/** A bar for each method, with a whisker from the least to the most over seeds. */
export function barPlot(id: MetricId, methods: readonly MethodSummary[]): string {
  const { unit, label } = metricInfos[id]
  const rows = methods.map((method, index) => ({ method, index, spread: method.metrics[id] }))
  const most = Math.max(0, ...rows.map(({ spread }) => spread.most).filter(Number.isFinite))
  const end = unit === '%' ? 1 : niceCeiling(most)
  const [left, right, top, rowHeight] = [2, BAR_WIDTH - 96, 4, 38]
  const x = scale([0, end], [left, right])
  const parts = rows.flatMap(({ method, index, spread }, row) => {
    const y = top + row * rowHeight
    const bar = Number.isFinite(spread.mean) ? [`<rect x="${left}" y="${y + 17}" width="${fixed(Math.max(1, x(spread.mean) - left))}" height="13" rx="2" class="fill ${methodClass(index)}"/>`] : []
    const whisker = spread.count > 1 ? [line(x(spread.least), y + 23.5, x(spread.most), y + 23.5, 'whisker'), line(x(spread.least), y + 20, x(spread.least), y + 27, 'whisker'), line(x(spread.most), y + 20, x(spread.most), y + 27, 'whisker')] : []
    const value = `${shownSpread(id, spread)} ${unit}`
    return [text(left, y + 12, method.method, 'label'), ...bar, ...whisker, text(Math.max(x(finiteOr(spread.most, 0)), left) + 8, y + 28, value, 'value')]
  })
  return plot(top + rows.length * rowHeight + 2, `${label} of each method`, parts, BAR_WIDTH)
}

/** A row for each video, a dot for each method. As wide as the page. */
export function videoPlot(methods: readonly MethodSummary[], videos: readonly string[]): string {
  const width = 2 * WIDTH
  const [left, right, top, rowHeight] = [168, width - 14, 8, 24]
  const x = scale([0, 1], [left, right])
  const bottom = top + videos.length * rowHeight
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap(value => [line(x(value), top, x(value), bottom, 'grid'), text(x(value), bottom + 15, String(value * 100), 'tick', 'middle')])
  const rows = videos.flatMap((video, row) => {
    const y = top + (row + 0.5) * rowHeight
    const dots = methods.flatMap((method, index) => {
      const spread = method.perVideo.get(video)?.averageJaccard
      if (!spread || !Number.isFinite(spread.mean)) return []
      const range = spread.count > 1 ? [line(x(spread.least), y, x(spread.most), y, `stroke ${methodClass(index)} thin`)] : []
      return [...range, `<circle cx="${fixed(x(spread.mean))}" cy="${fixed(y)}" r="4.5" class="dot ${methodClass(index)}"><title>${escaped(`${method.method} on ${video}: ${shownSpread('averageJaccard', spread)}`)}</title></circle>`]
    })
    return [text(left - 10, y + 4, shortened(video, 25), 'label', 'end'), line(left, y, right, y, 'grid'), ...dots]
  })
  return plot(bottom + 34, 'AJ of each video', [...grid, ...rows, text((left + right) / 2, bottom + 31, 'AJ in %', 'tick', 'middle')], width)
}

/** Share of positions within each threshold. */
export function thresholdPlot(methods: readonly MethodSummary[]): string {
  const [left, right, top, bottom] = [34, WIDTH - 14, 8, 236]
  const x = scale([0, THRESHOLDS.length - 1], [left + 8, right - 8])
  const y = scale([0, 1], [bottom, top])
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap(value => [line(left, y(value), right, y(value), 'grid'), text(left - 7, y(value) + 4, String(value * 100), 'tick', 'end')])
  const ticks = THRESHOLDS.map((pixels, k) => text(x(k), bottom + 16, `${pixels} px`, 'tick', 'middle'))
  const curves = methods.flatMap((method, index) => {
    const known = method.delta.map((spread, k) => ({ spread, k })).filter(({ spread }) => Number.isFinite(spread.mean))
    const points = known.map(({ spread, k }) => `${fixed(x(k))},${fixed(y(spread.mean))}`).join(' ')
    const dots = known.map(({ spread, k }) => `<circle cx="${fixed(x(k))}" cy="${fixed(y(spread.mean))}" r="3.2" class="dot ${methodClass(index)}"><title>${escaped(`${method.method}: ${percentText(spread)} within ${THRESHOLDS[k]} px`)}</title></circle>`)
    return [`<polyline points="${points}" class="stroke ${methodClass(index)}"/>`, ...dots]
  })
  return plot(bottom + 24, 'Share of positions within each threshold', [...grid, ...ticks, ...curves])
}

/** Accuracy against time, which is logarithmic. */
export function timePlot(methods: readonly MethodSummary[]): string {
  const known = methods.map((method, index) => ({ method, index })).filter(({ method }) => method.seconds > 0 && Number.isFinite(method.metrics.averageJaccard.mean))
  if (known.length === 0) return ''
  const times = known.map(({ method }) => method.seconds)
  const [low, high] = [Math.floor(Math.log10(Math.min(...times))), Math.ceil(Math.log10(Math.max(...times) * 1.01))]
  const [left, right, top, bottom] = [34, WIDTH - 14, 8, 236]
  const x = scale([low, Math.max(high, low + 1)], [left, right])
  const y = scale([0, 1], [bottom, top])
  const decades = Array.from({ length: Math.max(high, low + 1) - low + 1 }, (_, k) => low + k)
  const grid = [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap(value => [line(left, y(value), right, y(value), 'grid'), text(left - 7, y(value) + 4, String(value * 100), 'tick', 'end')]),
    ...decades.flatMap(decade => [line(x(decade), top, x(decade), bottom, 'grid'), text(x(decade), bottom + 16, `${10 ** decade} s`, 'tick', decade === low ? 'start' : decade === decades.at(-1) ? 'end' : 'middle')]),
  ]
  const placed: { x: number; y: number }[] = []
  const marks = known.flatMap(({ method, index }) => {
    const [cx, cy] = [x(Math.log10(method.seconds)), y(method.metrics.averageJaccard.mean)]
    const title = `${method.method}: AJ ${shown('averageJaccard', method.metrics.averageJaccard.mean)}, ${secondsText(method.seconds)} s a video`
    // Names that would lie on each other go below one another.
    let labelY = cy + 4
    while (placed.some(other => Math.abs(other.y - labelY) < 13 && Math.abs(other.x - cx) < 170)) labelY += 13
    placed.push({ x: cx, y: labelY })
    const toLeft = cx > (left + right) / 2
    return [`<circle cx="${fixed(cx)}" cy="${fixed(cy)}" r="5" class="dot ${methodClass(index)}"><title>${escaped(title)}</title></circle>`, text(cx + (toLeft ? -9 : 9), labelY, method.method, 'label', toLeft ? 'end' : 'start')]
  })
  return plot(Math.max(bottom + 24, ...placed.map(at => at.y + 6)), 'AJ against time', [...grid, ...marks])
}

function scale([fromLow, fromHigh]: readonly [number, number], [toLow, toHigh]: readonly [number, number]): (value: number) => number {
  return value => toLow + ((value - fromLow) / (fromHigh - fromLow)) * (toHigh - toLow)
}

/** The next of 1, 2, 5, 10 … at or above. */
function niceCeiling(value: number): number {
  if (!(value > 0)) return 1
  const decade = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map(step => step * decade).find(step => step >= value * 0.999)!
}

const finiteOr = (value: number, other: number) => (Number.isFinite(value) ? value : other)
const percentText = ({ mean }: Spread) => `${(mean * 100).toFixed(1)} %`
const shortened = (name: string, letters: number) => ([...name].length > letters ? `${[...name].slice(0, letters - 1).join('')}…` : name)
