import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { ProgressMessage } from '../shared/progress.ts'
import { createReporter, duration } from './reporter.ts'

class Sink extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns = 80

  constructor(isTTY: boolean) {
    super()
    this.isTTY = isTTY
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

const losses = { total: 1, pixel: 0.5, depth: 0, prior: 0, occlusion: 0, longTerm: 0 }
const step = (n: number): ProgressMessage => ({ kind: 'step', step: n, steps: 100, losses, pointsPerSecond: 81_234, etaS: 100 - n })

function play(json: boolean, terminal: boolean): { out: string; err: string } {
  const out = new Sink(false)
  const err = new Sink(terminal)
  const reporter = createReporter(json, { out, err })
  for (let n = 1; n <= 100; n++) reporter.progress(step(n))
  reporter.progress({ kind: 'recovered', step: 50, reason: 'a loss was not finite' })
  reporter.say('Wrote a.pkl')
  reporter.result({ ok: 1 })
  return { out: out.text, err: err.text }
}

describe('progress', () => {
  it('is at most a dozen plain lines a phase in a pipe', () => {
    const { out, err } = play(false, false)
    expect(out).toBe('')
    expect(err).not.toContain('\x1b')
    const lines = err.trim().split('\n')
    expect(lines.length).toBeLessThan(16)
    expect(lines).toContain('Optimise: 100 %, step 100/100, 0.50 px, 81k points/s, 0 s left')
    expect(lines).toContain('Recovered: a loss was not finite.')
    expect(lines.at(-1)).toBe('Wrote a.pkl')
  })

  it('is one repainted line on a terminal, no wider than it', () => {
    const { err } = play(false, true)
    for (const painted of err.split('\r\x1b[2K')) expect(painted.split('\n')[0].length).toBeLessThan(80)
    expect(err).toContain('100 %')
  })

  it('is a JSON object a line for machines, the result last, nothing else anywhere', () => {
    const { out, err } = play(true, true)
    expect(err).toBe('')
    const lines = out.trim().split('\n').map(line => JSON.parse(line) as { kind: string })
    expect(lines).toHaveLength(102)
    expect(lines.at(-1)).toEqual({ kind: 'result', ok: 1 })
  })

  it('writes durations as people say them', () => {
    expect([0, 59.4, 60, 125].map(duration)).toEqual(['0 s', '59 s', '1 min 00 s', '2 min 05 s'])
  })
})
