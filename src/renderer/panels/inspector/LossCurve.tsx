/** The losses of a run over its steps, on a logarithmic scale, drawn by uPlot in the theme's colours; redrawn as points come. */
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { StepLosses } from '../../../shared/progress.ts'
import type { LossPoint } from '../../../shared/projectRecords.ts'

/** In the order of the legend. Forms differ too: dashes beside colours. */
const curves: readonly { readonly name: keyof StepLosses; readonly words: string; readonly colour: string; readonly dash?: number[] }[] = [
  { name: 'total', words: 'Total', colour: '--text' },
  { name: 'pixel', words: 'Flow', colour: '--accent' },
  { name: 'longTerm', words: 'Long-term', colour: '--doubt' },
  { name: 'depth', words: 'Depth', colour: '--secondary', dash: [4, 3] },
  { name: 'prior', words: 'Prior', colour: '--secondary', dash: [1, 3] },
  { name: 'occlusion', words: 'Occlusion', colour: '--secondary', dash: [8, 3, 1, 3] },
]

const HEIGHT = 140

/** Columns for uPlot; what a logarithm cannot show is a gap. */
function columns(losses: readonly LossPoint[]): UPlot.AlignedData {
  return [losses.map(({ step }) => step), ...curves.map(({ name }) => losses.map(point => (point.losses[name] > 0 ? point.losses[name] : null)))]
}

export function LossCurve({ losses }: { readonly losses: readonly LossPoint[] }) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | null>(null)
  const latest = useRef(losses)

  // Before the plot is made: it begins with what there is.
  useEffect(() => {
    latest.current = losses
    plot.current?.setData(columns(losses))
  }, [losses])

  useEffect(() => {
    const element = place.current!
    const make = () => {
      plot.current?.destroy()
      plot.current = new UPlot(options(element), columns(latest.current), element)
    }
    make()
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: Math.max(120, element.clientWidth), height: HEIGHT }))
    resized.observe(element)
    const scheme = matchMedia('(prefers-color-scheme: light)')
    scheme.addEventListener('change', make)
    const themed = new MutationObserver(make)
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      resized.disconnect()
      themed.disconnect()
      scheme.removeEventListener('change', make)
      plot.current?.destroy()
      plot.current = null
    }
  }, [])

  const last = losses.at(-1)
  const words = last ? `Losses at step ${last.step}: ${curves.filter(({ name }) => last.losses[name] > 0).map(({ name, words }) => `${words} ${last.losses[name].toPrecision(3)}`).join(', ')}` : 'No losses yet'
  return (
    <figure className="loss-curve">
      <div ref={place} role="img" aria-label={words} />
      <figcaption>
        {curves.filter(({ name }) => losses.some(point => point.losses[name] > 0)).map(({ name, words, colour, dash }) => (
          <span key={name}>
            <svg width="14" height="8" aria-hidden="true">
              <line x1="0" x2="14" y1="4" y2="4" stroke={`var(${colour})`} strokeWidth="1.5" strokeDasharray={dash?.join(' ')} />
            </svg>
            {words} <b>{last && last.losses[name] > 0 ? last.losses[name].toPrecision(3) : '–'}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

function options(element: HTMLElement): UPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name)
  const axis: UPlot.Axis = {
    stroke: colour('--secondary'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 4 },
  }
  return {
    width: Math.max(120, element.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    scales: { x: { time: false }, y: { distr: 3 } },
    axes: [
      { ...axis, size: 24, space: 48 },
      { ...axis, size: 40, space: 20, values: (_, ticks) => ticks.map(tick => (tick === null ? '' : Number(tick.toPrecision(1)).toString())) },
    ],
    series: [{}, ...curves.map(({ colour: name, dash }): UPlot.Series => ({ stroke: colour(name), width: 1.5, ...(dash && { dash }), points: { show: false }, spanGaps: true }))],
  }
}
