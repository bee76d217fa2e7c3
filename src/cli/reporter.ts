/**
 * Shows the one progress stream: a bar on a terminal, plain lines in a pipe, JSON lines for machines. Progress and remarks go to standard
 * error; standard output holds what was asked for (tables, JSON), so that it can be piped.
 */
import type { Phase, Progress, ProgressMessage } from '../shared/progress.ts'

export type ReportMode = 'bar' | 'lines' | 'json'

export interface Reporter {
  readonly progress: Progress
  /** A line for the person; silent in JSON mode. */
  say(line: string): void
  /** Text that was asked for, on standard output; silent in JSON mode. */
  print(text: string): void
  /** The command's result, in JSON mode its last line. */
  result(value: object): void
}

interface Streams {
  readonly out: NodeJS.WritableStream
  readonly err: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
}

export function createReporter(json: boolean, streams: Streams = { out: process.stdout, err: process.stderr }): Reporter {
  const mode: ReportMode = json ? 'json' : streams.err.isTTY ? 'bar' : 'lines'
  if (mode === 'json') {
    const write = (value: object) => streams.out.write(`${JSON.stringify(value)}\n`)
    return {
      // Previews are pictures for a window: thousands of numbers that no script asked for.
      progress: message => void (message.kind === 'preview' || write(message)),
      say: () => {},
      print: () => {},
      result: value => void write({ kind: 'result', ...value }),
    }
  }
  const painter = mode === 'bar' ? new Bar(streams.err) : new Lines(streams.err)
  return {
    progress: message => painter.show(message),
    say: line => painter.line(line),
    print: text => {
      painter.finish()
      streams.out.write(`${text}\n`)
    },
    result: () => painter.finish(),
  }
}

const labels: Record<Phase, string> = {
  import: 'Import', flow: 'Flow', matches: 'Matches', depth: 'Depth', optimise: 'Optimise', readout: 'Read tracks', export: 'Export',
}

interface Painter {
  show(message: ProgressMessage): void
  line(text: string): void
  finish(): void
}

/** Where a message stands: its phase, share done, and the detail after it; null for messages that are lines. */
function standing(message: ProgressMessage): { phase: Phase; share: number; detail: string } | null {
  if (message.kind === 'progress') {
    const share = message.total > 0 ? message.done / message.total : 0
    return { phase: message.phase, share, detail: message.etaS === null ? '' : `${duration(message.etaS)} left` }
  }
  if (message.kind === 'step') {
    const { losses, pointsPerSecond, step, steps, etaS } = message
    const speed = `${Math.round(pointsPerSecond / 1000)}k points/s`
    return { phase: 'optimise', share: step / steps, detail: `step ${step}/${steps}, ${losses.pixel.toFixed(2)} px, ${speed}, ${duration(etaS)} left` }
  }
  return null
}

function remark(message: ProgressMessage): string | null {
  switch (message.kind) {
    case 'note':
      return message.text
    case 'paused':
      return `Paused at step ${message.step}.`
    case 'resumed':
      return message.step > 0 ? `Going on from step ${message.step}.` : null
    case 'recovered':
      return `Recovered: ${message.reason}.`
    default:
      return null
  }
}

class Bar implements Painter {
  private shown = false
  private lastPaint = 0
  private phase: Phase | null = null
  private readonly stream: Streams['err']

  constructor(stream: Streams['err']) {
    this.stream = stream
  }

  show(message: ProgressMessage): void {
    const text = remark(message)
    if (text) this.line(text)
    const at = standing(message)
    if (!at) return
    if (this.phase !== null && this.phase !== at.phase) this.finish()
    const now = performance.now()
    if (at.phase === this.phase && at.share < 1 && now - this.lastPaint < 66) return
    this.phase = at.phase
    this.lastPaint = now
    const filled = Math.round(at.share * 24)
    const bar = '█'.repeat(filled) + '░'.repeat(24 - filled)
    const line = `${labels[at.phase].padEnd(12)}${bar} ${String(Math.floor(at.share * 100)).padStart(3)} %  ${at.detail}`
    this.stream.write(`\r\x1b[2K${line.slice(0, (this.stream.columns ?? 100) - 1)}`)
    this.shown = true
  }

  line(text: string): void {
    this.stream.write(this.shown ? `\r\x1b[2K${text}\n` : `${text}\n`)
  }

  finish(): void {
    if (this.shown) this.stream.write('\n')
    this.shown = false
    this.phase = null
  }
}

class Lines implements Painter {
  private phase: Phase | null = null
  private nextShare = 0
  private readonly stream: Streams['err']

  constructor(stream: Streams['err']) {
    this.stream = stream
  }

  show(message: ProgressMessage): void {
    const text = remark(message)
    if (text) this.line(text)
    const at = standing(message)
    if (!at) return
    if (at.phase !== this.phase) {
      this.phase = at.phase
      this.nextShare = 0
    }
    if (at.share < this.nextShare) return
    this.nextShare = at.share >= 1 ? Number.POSITIVE_INFINITY : Math.floor(at.share * 10) / 10 + 0.1
    this.line(`${labels[at.phase]}: ${Math.floor(at.share * 100)} %${at.detail ? `, ${at.detail}` : ''}`)
  }

  line(text: string): void {
    this.stream.write(`${text}\n`)
  }

  finish(): void {}
}

/** "8 s", "2 min 05 s". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`
}
